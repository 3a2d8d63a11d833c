"""Telling the presser what is late or about to be: once per limit, the presser or the clerk, never the leader it waits for."""

import logging
from collections.abc import Sequence
from uuid import UUID

from documents.incoming.access import lock_handling
from documents.incoming.events import HandlingChanged
from documents.incoming.models import Handling
from documents.incoming.pressing import rules
from documents.incoming.pressing.log import names_of
from documents.incoming.pressing.quiet import NEVER_QUIET, is_quiet
from documents.incoming.pressing.rules import Moment
from documents.incoming.states import ACT_NAMES
from office.flow import actions as flow
from office.inbox import actions as inbox
from office.inbox.models import Todo
from office.kernel import clock
from office.kernel.actor import SYSTEM, Actor
from office.kernel.events import Delivery
from office.kernel.work import verb

KIND = "documents.press"
BATCH = 200
log = logging.getLogger(__name__)


def source_of(handling: UUID) -> str:
    """The source of the presser's to-do about a handling."""
    return f"pressing:{handling}"


async def remind() -> None:
    """All handlings whose moment has come, a page at a time; one that fails is left for the next run and stops no other.

    In quiet hours only the most urgent; the others are told at the first run after them.
    """
    failed = 0
    told = Handling.filter(urgency__in=NEVER_QUIET) if await is_quiet(clock.now()) else Handling.all()
    while page := await told.filter(remind_at__lte=clock.now()).order_by("remind_at", "id").offset(failed).limit(BATCH):
        for handling in page:
            failed += not await _tried(handling.id)


async def _tried(id: UUID) -> bool:
    try:
        await tell(id)
    except Exception:
        log.exception("reminder failed", extra={"handling": str(id)})
        return False
    return True


@verb
async def tell(id: UUID) -> None:
    """Raise the presser's to-do for the limits that came since; a step asked after its warning was due is not warned of."""
    handling = await Handling.get(id=id)
    await lock_handling(handling)
    if handling.frozen:
        return  # nobody is pressed meanwhile (涉密核查)
    case, now = await flow.case_of(handling.case_id), clock.now()
    standing = list(rules.moments(handling, case))
    come = [one for one in standing if one.at <= now and one.key not in handling.reminded]
    news = [one for one in come if one.late or await _began_before(handling, one)]
    if news:
        await _raise(handling, [one for one in standing if one.at <= now])
    known = {one.key for one in standing}
    handling.reminded = [key for key in handling.reminded if key in known] + [one.key for one in come]
    handling.remind_at = rules.next_reminder(handling, case)
    await handling.save(update_fields=["reminded", "remind_at"])


async def tell_anew(actor: Actor, handling: Handling) -> None:
    """Another presser (催办人): the one before is asked no longer, the new one is told at the next run; the case is locked."""
    await inbox.withdraw(source_of(handling.id), kind=KIND, by=actor, reason="已改由他人催办")
    handling.reminded = []
    handling.remind_at = rules.next_reminder(handling, await flow.case_of(handling.case_id))
    await handling.save(update_fields=["reminded", "remind_at"])


async def _began_before(handling: Handling, moment: Moment) -> bool:
    if moment.leaf is None:
        return bool(handling.received_at < moment.at)
    source = flow.source_of(str(handling.case_id), moment.leaf.id)
    return await Todo.filter(source=source, state="open", opened_at__lt=moment.at).exists()


async def _raise(handling: Handling, standing: Sequence[Moment]) -> None:
    todo = inbox.NewTodo(
        kind=KIND, source=source_of(handling.id), holder=inbox.Holder.of(rules.told_of(handling)), title=handling.title,
        summary=await _said(standing), sender=handling.sender, urgency=handling.urgency,
        due_at=min(one.due for one in standing), route_id=str(handling.id),
    )  # fmt: skip
    await inbox.open_many([todo])


async def _said(standing: Sequence[Moment]) -> str:
    """已超时：秦望舒（副镇长）批示；将到期：全件."""
    late = {one.leaf.id if one.leaf else "" for one in standing if one.late}
    refs = {one.leaf.id: one.leaf.holder.ref for one in standing if one.leaf}
    names = await names_of(refs.values())
    called = {one.leaf.id: f"{names[refs[one.leaf.id]]}{ACT_NAMES.get(one.leaf.act, '')}" for one in standing if one.leaf}
    called |= {"": "全件办理"} if any(one.leaf is None for one in standing) else {}
    parts = (("已超时", [name for id, name in called.items() if id in late]),
             ("将到期", [name for id, name in called.items() if id not in late]))  # fmt: skip
    return "；".join(f"{word}：{'、'.join(named)}" for word, named in parts if named)


async def on_changed(event: HandlingChanged, delivery: Delivery) -> None:
    """A handling moved: the presser is asked no longer where nothing is late any more, else about what still is."""
    if not await Todo.filter(source=source_of(event.handling), kind=KIND, state="open").exists():
        return
    handling = await Handling.get(id=event.handling)
    await lock_handling(handling)
    case, now = await flow.case_of(handling.case_id), clock.now()
    standing = [one for one in rules.moments(handling, case) if one.at <= now]
    if standing:
        await inbox.update(source_of(handling.id), kind=KIND, summary=await _said(standing))
    else:
        await inbox.withdraw(source_of(handling.id), kind=KIND, by=SYSTEM, reason="已不需催办")
