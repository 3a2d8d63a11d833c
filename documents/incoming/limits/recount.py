"""Counting limits anew when the working calendar changes: those that a rule of working time gave, never a stated one.

A county has a hundred thousand open handlings: they are read a page at a time, each page a delivery of its own that records
the next one, and each handling that really changes is a unit of work of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import lock_handling
from documents.incoming.events import LimitsOutdated
from documents.incoming.limits.deadlines import Stage, within
from documents.incoming.limits.due import days_of, limit_of
from documents.incoming.limits.own_rules import named
from documents.incoming.models import Handling, Opinion
from documents.incoming.states import OVER
from office import audit
from office.flow import actions as flow
from office.flow import rules
from office.kernel.actor import SYSTEM
from office.kernel.clock import SHANGHAI
from office.kernel.events import Delivery
from office.kernel.work import verb
from office.organization.calendar import Deadline, Unit, WorkingCalendar
from office.organization.events import CalendarChanged
from office.outbox import record

BATCH = 200
NONE = UUID(int=0)
WHY = "工作日历调整"
PROPOSED = (Stage.LEADER, Stage.CIRCULATE)
#: Rules whose end no calendar moves.
UNMOVED = (Unit.MINUTES, Unit.HOURS, Unit.SAME_DAY)


@dataclass(frozen=True)
class Moved:
    """What the new calendar makes of a handling's limits: its own, and those of its open steps."""

    whole: datetime | None
    steps: Sequence[tuple[rules.Obligation, Deadline]]

    def __bool__(self) -> bool:
        return self.whole is not None or bool(self.steps)


async def on_calendar_changed(event: CalendarChanged, delivery: Delivery) -> None:
    """Begin with the first page."""
    record(LimitsOutdated(first=event.first, last=event.last, after=NONE), actor=SYSTEM)


async def recompute_page(event: LimitsOutdated, delivery: Delivery) -> None:
    """One page of open handlings that had come by the last changed day, by id; then the next. Twice does no harm."""
    until = datetime.combine(event.last, time.max, SHANGHAI)
    page = await Handling.filter(closed_at=None, received_at__lte=until, id__gt=event.after).order_by("id").limit(BATCH)
    calendars: dict[UUID, WorkingCalendar] = {}
    for standing in await _standings(page):
        unit = standing.handling.unit_id
        calendars[unit] = calendars.get(unit) or await days_of(unit)
        if standing.moved(calendars[unit]):
            await recompute(standing.handling.id, calendars[unit])
    if len(page) == BATCH:
        await _go_on(event, page[-1].id)


@verb
async def _go_on(event: LimitsOutdated, after: UUID) -> None:
    record(LimitsOutdated(first=event.first, last=event.last, after=after), actor=SYSTEM)


@verb
async def recompute(id: UUID, days: WorkingCalendar) -> None:
    """Give a handling and its open steps the limits that their rules give by this calendar; nothing where they stand.

    One put aside (暂缓) takes no commands: its limits are counted when it is taken up again.
    """
    handling = await Handling.get(id=id)
    await lock_handling(handling)
    [standing] = await _standings([handling])
    if not (moved := standing.moved(days)):
        return
    by = rules.By(person="", post=standing.case.custodian.id, capacity="custodian")
    commands = [
        rules.Reschedule(by=by, obligation=leaf.id, revision=leaf.revision, due=due.at, due_why=due.why, reason=WHY)
        for leaf, due in moved.steps
    ]
    case = await flow.move(SYSTEM, handling.case_id, *commands) if commands else standing.case
    due = moved.whole or handling.due_at
    audit.record(SYSTEM, "documents.recompute_limits", cases.ref(id), before=_said(handling.due_at), after=_said(due),
                 steps=len(commands))  # fmt: skip
    await cases.reflect(SYSTEM, handling, case, state=handling.state, due_at=due)


def _said(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


async def _standings(page: Sequence[Handling]) -> list["Standing"]:
    """Two queries, however many."""
    known = await flow.cases_of(handling.case_id for handling in page)
    said = await Opinion.filter(handling_id__in=[one.id for one in page], act="propose", withdrawn_at=None).order_by("at")
    proposed = {row.handling_id: row.at for row in said}
    return [Standing(one, known[one.case_id][0], proposed.get(one.id, one.received_at)) for one in page]


def again(why: str, began: Callable[[Stage], datetime], days: WorkingCalendar) -> Deadline | None:
    """The limit that a sentence (依据) names, counted anew from when its stage began.

    By its sentence and not by grade, kind or the unit's table of today, which may have changed since: an edit of the calendar
    changes no rule. None where no rule says so: a stated limit stays, and so does one that counts no working days.
    """
    found = named(why)
    if found is None or found[1].unit in UNMOVED:
        return None
    stage, rule = found
    return days.deadline(began(stage), rule)


@dataclass(frozen=True)
class Standing:
    """A handling with its case, and when the steps of the latest 拟办 began."""

    handling: Handling
    case: rules.Case
    proposed: datetime

    def moved(self, days: WorkingCalendar) -> Moved:
        """Which limits this calendar moves; none of one that is over or put aside."""
        handling = self.handling
        if handling.state in OVER or self.case.state != "running":
            return Moved(None, [])
        before, counted = limit_of(handling), handling.counted_from or handling.received_at
        whole = (again(before.why, lambda _: counted, days) if before else None) or before
        changed = whole.at if whole and before and whole.at != before.at else None
        return Moved(changed, self._steps(days, before, whole))

    def _steps(
        self, days: WorkingCalendar, before: Deadline | None, whole: Deadline | None
    ) -> list[tuple[rules.Obligation, Deadline]]:
        """Steps that have the handling's limit get its new one; the others are counted by their own rule, within it."""
        found = []
        for leaf in rules.leaves(self.case.root):
            if leaf.state not in ("waiting", "live") or leaf.due is None:
                continue
            shared = before is not None and (leaf.due, leaf.due_why) == (before.at, before.why)
            own = again(leaf.due_why, self._began, days)
            due = whole if shared else within(own, whole) if own else None
            found += [(leaf, due)] if due and due.at != leaf.due else []
        return found

    def _began(self, stage: Stage) -> datetime:
        """When the period of a stage began."""
        received: datetime = self.handling.received_at
        if stage is Stage.REGISTER:
            return received
        return self.proposed if stage in PROPOSED else self.handling.counted_from or received
