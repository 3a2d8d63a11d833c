"""The manifest of office.inbox."""

from uuid import UUID

from office.inbox import actions, queries, telling
from office.inbox.events import InboxChanged
from office.inbox.invariants import INVARIANTS
from office.inbox.schemas import InboxPage, InboxQuery
from office.inbox.successions import move_to_custodian
from office.inbox.texts import TEXTS
from office.kernel.actor import Actor
from office.kernel.endpoint import LOGGED_IN, Endpoint
from office.kernel.events import Handler
from office.kernel.modules import Module


async def list_todos(actor: Actor, input: InboxQuery) -> InboxPage:
    return await queries.page(actor, input)


async def create_view(actor: Actor, todo: UUID) -> None:
    await actions.mark_seen(actor, todo)


module = Module(
    name="inbox",
    models=["office.inbox.models"],
    texts=TEXTS,
    endpoints=[
        Endpoint(method="GET", path="/inbox", permission=LOGGED_IN, run=list_todos, summary="待办、待阅、已办、关注"),
        Endpoint(method="POST", path="/inbox/{todo}/views", permission=LOGGED_IN, run=create_view, status=204, summary="已看"),
    ],
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
            reads=frozenset({"custodian", "posts"}),
        ),
    ],
    bootstrap={"inbox": queries.bootstrap},
    invariants=INVARIANTS,
)  # fmt: skip
