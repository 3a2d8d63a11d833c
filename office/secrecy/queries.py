"""Reading what was stopped."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from tortoise.expressions import F, Q
from tortoise.functions import Max, Min

from office import audit
from office.audit.models import AuditEntry
from office.kernel import clock, paging
from office.kernel.actor import Actor
from office.kernel.refs import kind_of
from office.kernel.refusal import NotFound
from office.secrecy.models import DOCUMENT, FILE, HANDLING, RELEASED, Case, Stop
from office.secrecy.policy import RELEASE
from office.secrecy.reach import named, reach, within
from office.secrecy.schemas import (
    CaseList,
    CaseOut,
    CaseQuery,
    CaseReport,
    SeenOut,
    StopAnswer,
    StopList,
    StopOut,
    StopQuery,
)
from office.secrecy.shapes import Rule
from office.secrecy.texts import WHY


async def stops(actor: Actor, input: StopQuery) -> StopList:
    """A page of records in a state, of units within reach, newest first. Two queries. Refuses: Invalid http.bad_cursor."""
    rows = Stop.filter(state=input.state, unit__in=named(await reach(actor)))
    if input.cursor:
        at, id = paging.place(input.cursor, tuple[datetime, UUID])
        rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=id))
    page, following = paging.cut(await rows.order_by("-at", "-id").limit(paging.PAGE + 1), "at", "id")
    await audit.record_daily(actor, "secrecy.view_stops", "secrecy.stop")
    return StopList([told(row) for row in page], following)


async def get_stop(actor: Actor, id: UUID) -> StopAnswer:
    """One record: its sender's, or one within reach of who decides. Refuses: NotFound secrecy.no_such_stop."""
    row = await Stop.get_or_none(id=id)
    if row is None or not (row.person == actor.ref or await _decides(actor, row)):
        raise NotFound("secrecy.no_such_stop")
    await audit.record_daily(actor, "secrecy.view_stops", f"secrecy.stop:{id}")
    return StopAnswer(told(row))


async def _decides(actor: Actor, row: Stop) -> bool:
    return RELEASE in actor.permissions and row.unit in named(await reach(actor))


def told(row: Stop) -> StopOut:
    """A record as it goes out."""
    why = "；".join(WHY[Rule(one)] for one in row.rule.split(","))
    return StopOut(
        id=row.id, at=row.at, person=row.person, person_name=row.person_name, address=row.address, device=row.device,
        rule=row.rule, why=why, state=row.state, reason=row.reason, decided_by_name=row.decided_by_name,
        decided_at=row.decided_at, until=row.until,
    )  # fmt: skip


async def released(actor: Actor, ids: Collection[UUID]) -> list[Stop]:
    """Of these records those that are let through for this sender now. One query."""
    if not ids:
        return []
    return await Stop.filter(id__in=list(ids), person=actor.ref, state=RELEASED, until__gt=clock.now())


#: What leaves a row when somebody has a thing before them.
SEEING = ("documents.view", "documents.export_evidence", "files.view", "files.download", "files.accept")


async def cases(actor: Actor, input: CaseQuery) -> CaseList:
    """A page of cases in a state that concern a unit within reach, newest first. Two queries. Refuses: Invalid
    http.bad_cursor."""
    rows = Case.filter(state=input.state, id__in=within(await reach(actor)))
    if input.cursor:
        at, id = paging.place(input.cursor, tuple[datetime, UUID])
        rows = rows.filter(Q(reported_at__lt=at) | Q(reported_at=at, id__lt=id))
    page, following = paging.cut(await rows.order_by("-reported_at", "-id").limit(paging.PAGE + 1), "reported_at", "id")
    await audit.record_daily(actor, "secrecy.view_cases", "secrecy.case")
    return CaseList([case_told(row) for row in page], following)


async def case_report(actor: Actor, id: UUID) -> CaseReport:
    """What happened, and who had it before them (whose phones are to be looked at). Three queries, and the row of
    the first look of a day. Refuses: NotFound secrecy.no_such_case, also where no unit of it is within reach."""
    row = await Case.filter(id=id, id__in=within(await reach(actor))).first()
    if row is None:
        raise NotFound("secrecy.no_such_case")
    await audit.record_daily(actor, "secrecy.view_case", f"secrecy.case:{id}")
    return CaseReport(case_told(row), await _seen_by([row.subject, *row.refs]))


async def _seen_by(subjects: Collection[str]) -> list[SeenOut]:
    """Who had any of these before them, a line for each person and device: put together in the database, for one paper may have
    been looked at ten thousand times."""
    entries = AuditEntry.filter(subject__in=list(subjects), action__in=SEEING, outcome="done")
    seen = entries.annotate(person=F("actor"), person_name=Max("actor_name"), first=Min("at"), last=Max("at"))
    rows = await seen.group_by("actor", "device").order_by("first").values("person", "person_name", "device", "first", "last")
    return [SeenOut(**one) for one in rows]


def case_told(row: Case) -> CaseOut:
    """A case as it goes out."""
    kinds = Counter(kind_of(one) for one in row.refs)
    return CaseOut(
        id=row.id, subject=row.subject, ground=row.ground, state=row.state, reported_by_name=row.reported_by_name,
        reported_at=row.reported_at, frozen_by_name=row.frozen_by_name, frozen_at=row.frozen_at,
        ended_by_name=row.ended_by_name, ended_at=row.ended_at, cleaned_at=row.cleaned_at,
        documents=kinds[DOCUMENT], handlings=kinds[HANDLING], files=kinds[FILE],
    )  # fmt: skip
