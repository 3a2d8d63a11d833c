"""The manifest of office.inbox."""

from office.inbox import queries, telling
from office.inbox.acts import ACTS, THINGS
from office.inbox.events import InboxChanged
from office.inbox.invariants import INVARIANTS
from office.inbox.keeping import KEEPER
from office.inbox.routes import ENDPOINTS
from office.inbox.successions import move_to_custodian, move_to_receiving
from office.inbox.texts import TEXTS
from office.kernel.events import Handler
from office.kernel.modules import Module

module = Module(
    name="inbox",
    models=["office.inbox.models"],
    texts=TEXTS,
    acts=ACTS,
    things=THINGS,
    endpoints=ENDPOINTS,
    headings={"inbox": "待办"},
    events=[InboxChanged],
    publications=[telling.PUBLICATION],
    handlers=[
        Handler(
            name="inbox.appointment_changed", event="organization.appointment_changed", run=telling.appointment_changed,
            reads=frozenset({"person"}),
        ),
        Handler(
            name="inbox.delegation_changed", event="organization.delegation_changed", run=telling.delegation_changed,
            reads=frozenset({"receiver"}),
        ),
        Handler(
            name="inbox.move_to_custodian", event="organization.unit_succeeded", run=move_to_custodian,
            reads=frozenset({"unit", "posts"}),
        ),
        Handler(
            name="inbox.move_to_receiving", event="organization.post_ended", run=move_to_receiving,
            reads=frozenset({"post", "unit"}),
        ),
    ],
    bootstrap={"inbox": queries.bootstrap},
    invariants=INVARIANTS,
    keepers=[KEEPER],
)  # fmt: skip
