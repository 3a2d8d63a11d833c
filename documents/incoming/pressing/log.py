"""Writing and reading the press log: the one door, for steps inside the unit and for handlings below alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from documents.incoming.limits.deadlines import said
from documents.incoming.models import Handling
from documents.incoming.policy import WORK
from documents.incoming.pressing.models import Press
from documents.incoming.pressing.rules import SYSTEM_WAY, again_at
from documents.incoming.states import ACT_NAMES
from office.flow import rules
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.database import insert_many
from office.kernel.ids import new_id
from office.kernel.refs import id_of, kind_of
from office.kernel.refusal import Conflict
from office.organization.holdings import holders_many
from office.organization.queries import people, posts

COLUMNS = (
    "id", "handling_id", "step", "what", "whom", "whom_name", "by", "by_name", "ground", "way", "words", "at",
)  # fmt: skip


@dataclass(frozen=True)
class Pressing:
    """Whom to press about what: `step` is the obligation or the handling below; `whom` "person:…", "post:…", "unit:…"."""

    step: str
    what: str
    whom: str
    name: str


async def pressings(asked: Sequence[rules.Obligation]) -> list[Pressing]:
    """Steps as the press log names them. Three queries."""
    refs = {leaf.id: leaf.holder.ref for leaf in asked}
    names = await names_of(refs.values())
    return [
        Pressing(step=leaf.id, what=ACT_NAMES.get(leaf.act, leaf.act), whom=refs[leaf.id], name=names[refs[leaf.id]])
        for leaf in asked
    ]


async def rested(handling: Handling, asked: Sequence[Pressing], way: str = SYSTEM_WAY) -> list[Pressing]:
    """Those who may be pressed now; the case is locked. One query.

    Refuses: Conflict documents.pressed_already where all were lately, with the moment from which they may be again.
    """
    if way != SYSTEM_WAY:
        return list(asked)
    last, now = await _last(handling, asked), clock.now()
    later = {one.step: again_at(handling.urgency, last.get(one.step), now) for one in asked}
    free = [one for one in asked if later[one.step] is None]
    if not free:
        soonest = min(moment for moment in later.values() if moment is not None)
        raise Conflict("documents.pressed_already", names="、".join(one.name for one in asked[:3]), again=said(soonest))
    return free


async def _last(handling: Handling, asked: Sequence[Pressing]) -> dict[str, datetime]:
    rows = await Press.filter(handling_id=handling.id, way=SYSTEM_WAY, step__in=[one.step for one in asked]).order_by("at")
    return {row.step: row.at for row in rows}


async def write(
    actor: Actor, handling: Handling, pressed: Sequence[Pressing], *, ground: str, way: str = SYSTEM_WAY, words: str = "",
    unit: str = "",
) -> None:  # fmt: skip
    """Put presses in the log, in the running unit of work; `unit` names the presser's where it is another."""
    now, by_name = clock.now(), f"{unit}{actor.name}"[-80:]
    rows = [
        (str(new_id()), str(handling.id), one.step, one.what, one.whom, one.name, str(actor.own_id), by_name, ground, way,
         words, now)
        for one in pressed
    ]  # fmt: skip
    await insert_many("documents_press", COLUMNS, rows)


async def presses_of(handling: Handling, most: int) -> list[Press]:
    """The latest presses of a handling, oldest first. One query."""
    return list(reversed(await Press.filter(handling_id=handling.id).order_by("-at", "-id").limit(most)))


async def names_of(refs: Iterable[str]) -> dict[str, str]:
    """People and posts ("person:…", "post:…") as a press names them: 方知远（农业农村办主任）. At most three queries."""
    told = {ref: (kind_of(ref), id_of(ref)) for ref in refs}
    at_posts = {id for kind, id in told.values() if kind == "post"}
    titles, held = (await posts(at_posts), await holders_many(at_posts, work=WORK)) if at_posts else ({}, {})
    persons = await people({id for kind, id in told.values() if kind == "person"})

    def called(kind: str, id: UUID) -> str:
        if kind == "person":
            return persons.get(id, "")
        own = "、".join(one.name for one in held.get(id, ()) if one.on_behalf_of is None) or "空缺"
        return f"{own}（{titles[id].title}）" if id in titles else own

    return {ref: called(*one) for ref, one in told.items()}
