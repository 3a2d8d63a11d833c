"""Keeping what was stopped, declared and let through; the only writer of this package's tables."""

from datetime import timedelta
from uuid import UUID

from office import audit
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.database import execute
from office.kernel.ids import new_id
from office.kernel.refusal import Conflict, NotFound
from office.kernel.work import verb
from office.secrecy.models import ASKED, DECLINED, RELEASED, STOPPED, USED, Declaration, Stop
from office.secrecy.policy import ensure_other
from office.secrecy.reach import NOBODYS, named, reach
from office.secrecy.schemas import FalseAlarm
from office.secrecy.stopped import Stopped

NAMES = {STOPPED: "已拦截", ASKED: "待复核", RELEASED: "已放行", DECLINED: "未放行", USED: "放行已用"}
#: How long the sender has to send the file again.
RELEASED_FOR = timedelta(hours=24)
DECLARED = "不涉密"
WORDS = "已对照原件看过每一页，没有密级标志，不涉密。"


def ref(stop: UUID) -> str:
    """The reference of a record."""
    return f"secrecy.stop:{stop}"


@verb
async def note(actor: Actor, stopped: Stopped) -> None:
    """Keep that something was stopped, in a unit of work of its own; a second time changes nothing."""
    rule = str(stopped.facts["rule"])
    new = await execute(
        "INSERT INTO secrecy_stop (id, at, person, person_name, address, device, rule, unit, state, reason,"
        " decided_by, decided_by_name) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'stopped', '', '', '') ON CONFLICT (id) DO NOTHING",
        str(stopped.stop), clock.now(), actor.ref, actor.name[:80], actor.origin.address[:45], str(actor.device or ""), rule,
        _unit(actor),
    )  # fmt: skip
    if new:
        audit.record(actor, "secrecy.stop", ref(stopped.stop), outcome="refused", rule=rule)


def _unit(actor: Actor) -> str:
    own = next((one for one in actor.holdings if one.on_behalf_of is None), None)
    return str(own.unit) if own else NOBODYS


@verb
async def ask(actor: Actor, id: UUID, reason: FalseAlarm) -> Stop:
    """误报申请: the sender says that the rule fired wrongly.

    Refuses: NotFound secrecy.no_such_stop, also for another's; Conflict secrecy.not_waiting.
    """
    row = await Stop.filter(id=id, person=actor.ref).select_for_update(no_key=True).first()
    if row is None:
        raise NotFound("secrecy.no_such_stop")
    await _moved(row, STOPPED, ASKED, reason=reason, asked_at=clock.now())
    audit.record(actor, "secrecy.ask", ref(id), reason=reason)
    return row


@verb
async def release(actor: Actor, id: UUID) -> Stop:
    """核准误报: another, entitled, lets it through once: the same bytes from the same sender within a day.

    Refuses: NotFound secrecy.no_such_stop, also for a unit's out of reach; Forbidden secrecy.same_person; Conflict
    secrecy.not_waiting.
    """
    return await _decided(actor, id, RELEASED, "secrecy.release")


@verb
async def decline(actor: Actor, id: UUID) -> Stop:
    """不予放行: it stays out. Refuses: as `release`."""
    return await _decided(actor, id, DECLINED, "secrecy.decline")


async def _decided(actor: Actor, id: UUID, state: str, action: str) -> Stop:
    row = await Stop.filter(id=id).select_for_update(no_key=True).first()
    if row is None or row.unit not in named(await reach(actor)):
        raise NotFound("secrecy.no_such_stop")
    ensure_other(actor, row)
    now = clock.now()
    until = now + RELEASED_FOR if state == RELEASED else None
    await _moved(row, ASKED, state, decided_by=actor.ref, decided_by_name=actor.name[:80], decided_at=now, until=until)
    audit.record(actor, action, ref(id), rule=row.rule)
    return row


async def _moved(row: Stop, before: str, after: str, **changes: object) -> None:
    if row.state != before:
        raise Conflict("secrecy.not_waiting", state=NAMES[row.state], current=row.state)
    row.update_from_dict({"state": after, **changes})
    await row.save(update_fields=["state", *changes])


async def use(actor: Actor, id: UUID, file: UUID) -> None:
    """Spend a release, in the running unit of work. Refuses: Conflict secrecy.release_spent: of two at once one is taken."""
    spent = await execute(
        "UPDATE secrecy_stop SET state = 'used' WHERE id = ? AND state = 'released' AND person = ? AND until > ?",
        str(id), actor.ref, clock.now(),
    )  # fmt: skip
    if not spent:
        raise Conflict("secrecy.release_spent")
    audit.record(actor, "secrecy.use", ref(id), file=str(file))


async def declare(actor: Actor, file: UUID, pages: int, declared_by: str) -> None:
    """Keep a declaration, in the running unit of work."""
    row = await Declaration.create(
        id=new_id(), at=clock.now(), person=actor.ref, person_name=actor.name[:80], declared_by=declared_by[:80],
        address=actor.origin.address[:45], device=str(actor.device or ""), words=WORDS, file=file, pages=pages,
    )  # fmt: skip
    audit.record(actor, "secrecy.declare", f"files.file:{file}", declaration=str(row.id), pages=pages)
