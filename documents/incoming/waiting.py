"""Who has not read or handled a document at this moment (未阅、未办名单): on its page, and alone for whoever presses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from documents.incoming.access import access_handling
from documents.incoming.below.still_open import open_below
from documents.incoming.models import Handling
from documents.incoming.page.schemas import HopOut, Waiting, WaitingOut
from documents.incoming.policy import WORK, supervised_by
from documents.incoming.states import ACT_NAMES, NAMES
from office.flow import actions as flow
from office.flow import rules
from office.flow.rules.model import ACTED
from office.flow.texts import STATES
from office.inbox.models import Todo
from office.kernel.actor import Actor
from office.organization.holdings import Holder, holders_many
from office.organization.queries import PostCard, people, posts

READS = ACT_NAMES["read"]


def called(holder: UUID, names: Mapping[UUID, str], holders: Mapping[UUID, Sequence[Holder]]) -> str:
    """A person, or whoever holds a post today."""
    own = "、".join(one.name for one in holders.get(holder, ()) if one.on_behalf_of is None)
    return names.get(holder) or own or "空缺"


def one_waiting(leaf: rules.Obligation, name: str, post: PostCard | None, todo: Todo | None) -> Waiting:
    """One who has not acted: since when, until when, and whether they have opened it."""
    return Waiting(
        obligation=leaf.id, name=name, post=post.title if post else "", act=ACT_NAMES.get(leaf.act, leaf.act), label=leaf.label,
        since=todo.opened_at if todo else None, due_at=leaf.due, due_why=leaf.due_why, seen=bool(todo and todo.first_seen_at),
    )  # fmt: skip


async def waiting_list(actor: Actor, id: UUID) -> WaitingOut:
    """The two lists, and the way of the document hop by hop (传阅、送办记录): for those who see it, and for the supervisor of
    its unit, who is told names and no words. At most eleven queries, however many.

    Refuses: NotFound documents.no_such_handling.
    """
    handling = await access_to_list(actor, id)
    case = await flow.case_of(handling.case_id)
    hops = await _hops(case)
    found = [one_waiting(hop.leaf, hop.name, hop.post, hop.todo) for hop in (hops[leaf.id] for leaf in rules.live(case))]
    below = await open_below(handling.id)
    return WaitingOut(
        id=id, state=NAMES[handling.state], state_code=handling.state,
        unread=[one for one in found if one.act == READS] + [one.shown for one in below if one.unread],
        unhandled=[one for one in found if one.act != READS] + [one.shown for one in below if one.unhandled],
        hops=[hop.shown for hop in hops.values()],
    )  # fmt: skip


async def access_to_list(actor: Actor, id: UUID) -> Handling:
    """A handling whose lists the actor may see. Refuses: NotFound documents.no_such_handling."""
    handling = await Handling.get_or_none(id=id)
    if handling is not None and handling.unit_id in supervised_by(actor):
        return handling
    return await access_handling(actor, id)


@dataclass(frozen=True)
class Hop:
    """One step on the way of a document: who, with the to-do that asked them."""

    leaf: rules.Obligation
    name: str
    post: PostCard | None
    todo: Todo | None

    @property
    def shown(self) -> HopOut:
        """As it goes out."""
        leaf, todo = self.leaf, self.todo
        return HopOut(
            obligation=leaf.id, name=self.name, post=self.post.title if self.post else "",
            act=ACT_NAMES.get(leaf.act, leaf.act), state=STATES[leaf.state], since=todo.opened_at if todo else None,
            at=leaf.done_at, seen=bool(todo and todo.first_seen_at),
        )  # fmt: skip


async def _hops(case: rules.Case) -> dict[str, Hop]:
    """Every step, done, open and yet to come, in listing order, by its id; who acted where somebody did. Four queries."""
    held = (case.hold,) if case.hold else ()
    leaves = [*held, *rules.leaves(case.root)]
    sources = {leaf.id: flow.source_of(case.id, leaf.id) for leaf in leaves}
    todos = {row.source: row for row in await Todo.filter(source__in=list(sources.values())).order_by("opened_at", "id")}
    at_posts = {UUID(leaf.holder.id) for leaf in leaves if leaf.holder.kind == "post"}
    cards, holders = await posts(at_posts), await holders_many(at_posts, work=WORK)
    names = await people({UUID(one) for leaf in leaves for one in (leaf.done_by, _person(leaf)) if one})

    def who(leaf: rules.Obligation) -> str:
        acted = names.get(UUID(leaf.done_by), "") if leaf.done_by and leaf.state in ACTED else ""
        return acted or called(UUID(leaf.holder.id), names, holders)

    return {leaf.id: Hop(leaf, who(leaf), cards.get(UUID(leaf.holder.id)), todos.get(sources[leaf.id])) for leaf in leaves}


def _person(leaf: rules.Obligation) -> str:
    return leaf.holder.id if leaf.holder.kind == "person" else ""
