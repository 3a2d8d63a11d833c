"""应急处置: what turned out to be classified is frozen at once for everybody, then purged by two persons, or lifted."""

from collections.abc import Awaitable, Callable, Collection
from uuid import UUID

from office import audit
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.database import one_at_a_time
from office.kernel.ids import new_id
from office.kernel.modules import Refs, registry
from office.kernel.refs import is_ref, kind_of
from office.kernel.refusal import Conflict, Forbidden, NotFound
from office.kernel.work import verb
from office.secrecy.models import DOCUMENT, FILE, FROZEN, HANDLING, LIFTED, PURGED, REPORTED, Case
from office.secrecy.policy import FREEZE
from office.secrecy.reach import ensure_all, place, reach, units_of, units_of_case
from office.secrecy.schemas import Ground
from office.secrecy.scrubbing import scrub

NAMES = {REPORTED: "已报告", FROZEN: "已冻结", LIFTED: "已解除", PURGED: "已清除"}
#: Rounds of asking what belongs to what: a document, its files, another document with the same file, its files.
ROUNDS = 20
#: Kinds that stay named in the record.
KEPT = (DOCUMENT, HANDLING, FILE)
BLOB = "files.blob"
#: Of freezing, lifting and purging one goes at a time: what two cases have in common would else be lifted by one while the
#: other freezes it.
_LOCK = 0x7A68_6361_7365


def ref(case: UUID) -> str:
    """The reference of a case."""
    return f"secrecy.case:{case}"


@verb
async def report(actor: Actor, subject: str, ground: Ground) -> Case:
    """涉密报告: somebody sees a mark on what is here. Who may freeze what a unit within reach has does so at once, also what is
    not theirs to read. A report that waits is not doubled by who made it.

    Refuses: NotFound secrecy.no_such_thing for what there is not, or not for this reader.
    """
    if not is_ref(subject):
        raise NotFound("secrecy.no_such_thing")
    units = await _freezes(actor, subject) if FREEZE in actor.permissions else None
    if units is None and not await _reads(actor, subject):
        raise NotFound("secrecy.no_such_thing")
    if units is None and (waits := await Case.filter(subject=subject, reported_by=actor.ref, state=REPORTED).first()):
        return waits
    case = await Case.create(
        id=new_id(), subject=subject, ground=ground, reported_by=actor.ref, reported_by_name=actor.name[:80],
        reported_at=clock.now(),
    )  # fmt: skip
    audit.record(actor, "secrecy.report", ref(case.id), ground=ground)
    if units is not None:
        return await _freeze(actor, case)
    await place(case, await units_of(await gathered(frozenset({subject}))))
    return case


async def _freezes(actor: Actor, subject: str) -> frozenset[UUID] | None:
    """The units that have it, where it is there and one of them is within reach; else None."""
    await one_at_a_time(_LOCK)
    refs = await gathered(frozenset({subject}), given=False)
    units = await units_of(refs)
    return units if subject in refs and (await reach(actor)).touches(units) else None


async def _reads(actor: Actor, subject: str) -> bool:
    resolve = registry().references.get(kind_of(subject))
    return resolve is not None and subject in await resolve(actor, [subject])


async def gathered(refs: Refs, *, given: bool = True) -> Refs:
    """All that stands and falls with these; without `given`, only what the keepers named."""
    found = refs
    named = frozenset[str]()
    for _ in range(ROUNDS):
        more = [frozenset(await keeper.related(found)) for keeper in registry().keepers]
        named = named.union(*more)
        if named <= found:
            break
        found |= named
    return found if given else named


@verb
async def freeze(actor: Actor, id: UUID) -> Case:
    """冻结: at once nobody reads it, in whatever unit.

    Refuses: NotFound secrecy.no_such_case, also where no unit that has it is within reach; Conflict secrecy.case_state.
    """
    await one_at_a_time(_LOCK)
    return await _freeze(actor, await _locked(actor, id, REPORTED))


async def _freeze(actor: Actor, case: Case) -> Case:
    refs = await _all_of(_named(case), lambda refs: _set_frozen(actor, refs, True))
    units = await units_of(refs)
    await place(case, units)
    case.refs, case.state, case.covered = _kept(refs), FROZEN, sorted(map(str, units & (await reach(actor)).units))
    case.frozen_by, case.frozen_by_name, case.frozen_at = actor.ref, actor.name[:80], clock.now()
    await case.save(update_fields=["refs", "state", "covered", "frozen_by", "frozen_by_name", "frozen_at"])
    audit.record(actor, "secrecy.freeze", ref(case.id), ground=case.ground)
    return case


def _named(case: Case) -> Refs:
    """What it is about, and what was frozen with it: that may have been let go of since."""
    return frozenset({case.subject, *case.refs})


async def _set_frozen(actor: Actor, refs: Refs, on: bool) -> None:
    for keeper in registry().keepers:
        await keeper.freeze(actor, refs, on)


async def _all_of(refs: Refs, do: Callable[[Refs], Awaitable[None]]) -> Refs:
    """All that belongs together, with `do` done to it; what came to it while its rows were waited for (a sending down, whose
    transaction had them locked) belongs to it too."""
    found = await gathered(refs)
    for _ in range(ROUNDS):
        await do(found)
        more = await gathered(found)
        if more <= found:
            break
        found |= more
    return found


@verb
async def lift(actor: Actor, id: UUID) -> Case:
    """解除: it is not classified after all; everything is as before, but for what another case holds frozen still.

    By who froze it, or by one who acts for every unit that has it. Refuses: as `freeze`; Forbidden secrecy.out_of_reach.
    """
    await one_at_a_time(_LOCK)
    case = await _locked(actor, id, FROZEN)
    refs = await gathered(_named(case))
    if case.frozen_by != actor.ref:
        ensure_all(await units_of(refs), await reach(actor))
    held = [await gathered(_named(one)) for one in await Case.filter(state=FROZEN).exclude(id=id)]
    await _set_frozen(actor, refs.difference(*held), False)
    await _end(actor, case, LIFTED)
    audit.record(actor, "secrecy.lift", ref(id))
    return case


async def purge(actor: Actor, id: UUID, documents: int) -> Case:
    """清除: every word, byte and picture of it goes, for ever. By another than who froze it: it overrides everything else.

    After the rows the bytes, then what the database's file still holds of what was deleted.
    `documents` is how many go: a file that is in an unclassified document too would else take that one along unseen. The two
    between them act for every unit that has it.
    Refuses: NotFound secrecy.no_such_case; Forbidden secrecy.other_purges, secrecy.out_of_reach; Conflict secrecy.case_state,
    secrecy.other_number.
    """
    case = await _purge(actor, id, documents)
    await clean(case)
    return await Case.get(id=id)


@verb
async def _purge(actor: Actor, id: UUID, documents: int) -> Case:
    await one_at_a_time(_LOCK)
    case = await _locked(actor, id, FROZEN)
    if case.frozen_by == actor.ref:
        raise Forbidden("secrecy.other_purges")
    whole = await gathered(_named(case))
    ensure_all(await units_of(whole), await reach(actor), case.covered)
    there = sum(kind_of(one) == DOCUMENT for one in whole)
    if there != documents:
        raise Conflict("secrecy.other_number", documents=there, current=case.state)
    refs = await _all_of(_named(case), lambda refs: _remove(actor, refs))
    case.refs = [*_kept(refs), *sorted(one for one in refs if kind_of(one) == BLOB)]
    await _end(actor, case, PURGED)
    audit.record(actor, "secrecy.purge", ref(id), ground=case.ground)
    return case


async def _remove(actor: Actor, refs: Refs) -> None:
    for keeper in registry().keepers:
        await keeper.purge(actor, refs)


async def clean(case: Case) -> None:
    """What no transaction holds; done again where it broke off."""
    refs = frozenset(case.refs)
    for keeper in registry().keepers:
        if keeper.after is not None:
            await keeper.after(refs)
    await scrub()
    await _cleaned(case.id, _kept(refs))


@verb
async def _cleaned(id: UUID, refs: list[str]) -> None:
    await Case.filter(id=id).update(refs=refs, cleaned_at=clock.now())


async def finish() -> None:
    """Purges whose process died between the rows and the bytes are brought to their end."""
    for case in await Case.filter(state=PURGED, cleaned_at=None):
        await clean(case)


async def _locked(actor: Actor, id: UUID, state: str) -> Case:
    case = await Case.filter(id=id).select_for_update(no_key=True).first()
    if case is None or not (await reach(actor)).touches(await units_of_case(case)):
        raise NotFound("secrecy.no_such_case")
    if case.state != state:
        raise Conflict("secrecy.case_state", state=NAMES[case.state], current=case.state)
    return case


async def _end(actor: Actor, case: Case, state: str) -> None:
    case.state, case.ended_by, case.ended_by_name, case.ended_at = state, actor.ref, actor.name[:80], clock.now()
    await case.save(update_fields=["refs", "state", "ended_by", "ended_by_name", "ended_at"])


def _kept(refs: Collection[str]) -> list[str]:
    return sorted(one for one in refs if kind_of(one) in KEPT)
