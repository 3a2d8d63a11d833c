"""关注: whoever may see a handling may follow it; the to-do's words follow the handling, and end with the right to see it."""

from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import access_handling
from documents.incoming.events import HandlingChanged
from documents.incoming.models import Handling
from documents.incoming.page.queries import FOLLOW
from documents.incoming.publications import readers_of
from documents.incoming.states import NAMES
from office import audit
from office.inbox import actions as inbox
from office.inbox.models import Todo
from office.kernel.actor import SYSTEM, Actor
from office.kernel.events import Delivery
from office.kernel.refusal import NotFound
from office.kernel.work import verb


@verb
async def follow(actor: Actor, id: UUID) -> Handling:
    """Put a handling among those the actor follows; a second time changes nothing. Refuses: NotFound."""
    handling = await access_handling(actor, id, lock=True)
    await inbox.follow(
        actor, FOLLOW, cases.ref(id), title=handling.title, summary=_summary(handling), sender=handling.sender,
        route_id=str(id),
    )  # fmt: skip
    audit.record(actor, "documents.follow", cases.ref(id))
    return handling


@verb
async def unfollow(actor: Actor, id: UUID) -> None:
    """Follow it no longer; needs no right to see it any more. Refuses: NotFound documents.not_followed, whatever the id."""
    if not await inbox.unfollow(actor, FOLLOW, cases.ref(id)):
        raise NotFound("documents.not_followed")
    audit.record(actor, "documents.unfollow", cases.ref(id))


async def on_changed(event: HandlingChanged, delivery: Delivery) -> None:
    """Bring the words of those who follow it up to date; who may not see it any more follows it no longer."""
    source = cases.ref(event.handling)
    followers = {row.holder for row in await Todo.filter(source=source, kind=FOLLOW, state="open")}
    if not followers:
        return
    handling = await Handling.get(id=event.handling)
    if handling.frozen:
        return  # its to-dos say nothing of it (涉密核查); lifting tells this again
    for person in followers - await readers_of(handling):
        holder = inbox.Holder(kind="person", id=person)
        await inbox.withdraw(source, kind=FOLLOW, by=SYSTEM, reason="已不在办理范围", holder=holder)
    await inbox.update(source, kind=FOLLOW, title=handling.title, summary=_summary(handling), sender=handling.sender)


def _summary(handling: Handling) -> str:
    number = f"{handling.register_no}（已作废）" if handling.register_void else handling.register_no or handling.doc_no
    return "，".join(part for part in (NAMES[handling.state], number) if part)
