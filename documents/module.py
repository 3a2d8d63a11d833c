"""The manifest of documents."""

from datetime import timedelta

from documents.exchange import deliveries, states
from documents.exchange import routes as exchange
from documents.exchange.acts import ACTS as EXCHANGE_ACTS
from documents.exchange.acts import THINGS as EXCHANGE_THINGS
from documents.exchange.events import StateTold
from documents.exchange.keeping import KEEPER as exchange_keeper
from documents.exchange.texts import TEXTS as EXCHANGE_TEXTS
from documents.incoming import finding, follows, heirs, vacant, voids
from documents.incoming.access import cards, document_cards
from documents.incoming.actions import dictate, effect, sign
from documents.incoming.acts import ACTS, THINGS
from documents.incoming.below import upward
from documents.incoming.below.sendings import ADDED, SENT_BACK
from documents.incoming.events import DocumentCorrected, HandlingChanged, LimitsOutdated, Replied
from documents.incoming.keeping import KEEPER as incoming_keeper
from documents.incoming.letters import reply_cards
from documents.incoming.limits import recount
from documents.incoming.page.queries import FOLLOW
from documents.incoming.papers import closing
from documents.incoming.pressing import jobs as reminders
from documents.incoming.publications import CHANGED
from documents.incoming.routes import ENDPOINTS, HANDLE, PRESS, REGISTER, VIEW
from documents.incoming.texts import TEXTS
from office.kernel.events import Handler
from office.kernel.modules import Job, Module, Permission, TodoKind
from office.numbering.events import NumberVoided
from office.organization.events import AppointmentChanged, CalendarChanged, PostVacated, UnitSucceeded

EVERYONE = frozenset({"clerk", "leader", "principal", "staff"})
PAGE = "/handlings/{id}"

module = Module(
    name="documents",
    parts=frozenset({"exchange"}),
    models=[
        "documents.incoming.models", "documents.incoming.pressing.models", "documents.incoming.papers.models",
        "documents.exchange.models",
    ],
    texts={**TEXTS, **EXCHANGE_TEXTS},
    acts=[*ACTS, *EXCHANGE_ACTS],
    things={**THINGS, **EXCHANGE_THINGS},
    endpoints=[*ENDPOINTS, *exchange.ENDPOINTS],
    headings={"exchange": "公文交换", "handlings": "收文办理", "phrases": "常用语", "webhooks": "回调"},
    permissions=[
        Permission(name=VIEW, label="查看本人经办的文件", roles=EVERYONE | {"supervisor"}),
        Permission(name=HANDLE, label="办理文件", roles=EVERYONE),
        Permission(name=PRESS, label="催办文件", roles=EVERYONE | {"supervisor"}),
        Permission(name=REGISTER, label="收文登记", roles=frozenset({"clerk"})),
        Permission(name=exchange.PUSH, label="推送公文", scope=True),
        Permission(name=exchange.STATES, label="读取办理状态", scope=True),
    ],
    events=[HandlingChanged, DocumentCorrected, LimitsOutdated, Replied, StateTold],
    publications=[CHANGED],
    todo_kinds=[
        TodoKind(name="documents.receive", label="待签收", box="handle", route=PAGE),
        TodoKind(name="documents.register", label="待登记", box="handle", route=PAGE),
        TodoKind(name="documents.propose", label="待拟办", box="handle", route=PAGE),
        TodoKind(name="documents.review", label="待审核", box="handle", route=PAGE),
        TodoKind(name="documents.instruct", label="待批示", box="handle", route=PAGE),
        TodoKind(name="documents.handle", label="待承办", box="handle", route=PAGE),
        TodoKind(name="documents.read", label="待阅", box="read", route=PAGE),
        TodoKind(name="documents.await_units", label="待下级办理", box="handle", route=PAGE),
        TodoKind(name=ADDED, label="上级加办", box="handle", route=PAGE),
        TodoKind(name=SENT_BACK, label="下级退文", box="handle", route=PAGE),
        TodoKind(name="documents.reply", label="待答复", box="handle", route=PAGE),
        TodoKind(name="documents.conclude", label="待办结", box="handle", route=PAGE),
        TodoKind(name="documents.settle", label="待处置", box="handle", route=PAGE),
        TodoKind(name=sign.CONFIRM_KIND, label="签批待确认", box="handle", route=PAGE),
        TodoKind(name=reminders.KIND, label="待催办", box="handle", route=PAGE),
        TodoKind(name=dictate.KIND, label="代录待补确认", box="read", route=PAGE),
        TodoKind(name=FOLLOW, label="关注", box="follow", route=PAGE),
        TodoKind(name="documents.corrected", label="来文更正", box="handle", route=PAGE),
    ],
    handlers=[
        Handler(name="documents.find", event=HandlingChanged.name, run=finding.on_changed, outside=True,
                reads=frozenset({"handling"})),
        Handler(name="documents.on_signature_due", event="signing.due", run=effect.on_due,
                reads=frozenset({"signature", "subject"})),
        Handler(name="documents.on_signature_withdrawn", event="signing.withdrawn", run=effect.on_withdrawn,
                reads=frozenset({"signature", "subject"})),
        Handler(name="documents.skip_vacated", event=PostVacated.name, run=vacant.on_vacated, outside=True,
                reads=frozenset({"post", "unit"})),
        Handler(name="documents.skip_vacant", event=HandlingChanged.name, run=vacant.on_changed),
        Handler(name="documents.forget_late", event=HandlingChanged.name, run=reminders.on_changed,
                reads=frozenset({"handling"})),
        Handler(name="documents.go_on_above", event=HandlingChanged.name, run=upward.on_changed),
        Handler(name="documents.retell_followers", event=HandlingChanged.name, run=follows.on_changed),
        Handler(name="documents.give_over", event=UnitSucceeded.name, run=heirs.on_unit_succeeded, outside=True,
                reads=frozenset({"unit"})),
        Handler(name="documents.skip_departed", event=AppointmentChanged.name, run=vacant.on_appointment_changed, outside=True,
                reads=frozenset({"person", "unit", "state"})),
        Handler(name="documents.recompute_limits", event=CalendarChanged.name, run=recount.on_calendar_changed,
                reads=frozenset({"first", "last"})),
        Handler(name="documents.recompute_page", event=LimitsOutdated.name, run=recount.recompute_page, outside=True),
        Handler(name="documents.void_register", event=NumberVoided.name, run=voids.on_voided,
                reads=frozenset({"number", "subject", "reason"})),
        # One at a time: it prints, binds and seals, and others wait for pages.
        Handler(name="documents.seal_closed", event=HandlingChanged.name, run=closing.on_changed, outside=True, at_once=1,
                reads=frozenset({"handling", "state"})),
        Handler(name="documents.tell_above", event=Replied.name, run=upward.on_replied),
        Handler(name="documents.tell_state", event=HandlingChanged.name, run=states.on_handling_changed),
        Handler(name="documents.tell_corrected", event=DocumentCorrected.name, run=states.on_corrected),
        Handler(name="documents.send_webhook", event=StateTold.name, run=deliveries.send, outside=True,
                attempts=deliveries.ATTEMPTS),
    ],
    # A limit of 特提 is half an hour: an hourly look would come after it.
    jobs=[Job(name="documents.remind_pressers", every=timedelta(minutes=10), run=reminders.remind)],
    keepers=[exchange_keeper, incoming_keeper],
    findables=[finding.FINDABLE],
    references={"documents.handling": cards, "documents.document": document_cards, "documents.reply": reply_cards,
                closing.KIND: closing.seal_cards},
)  # fmt: skip
