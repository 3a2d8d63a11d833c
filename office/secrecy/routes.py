"""Routes of the stop."""

from uuid import UUID

from office.kernel.actor import Actor
from office.kernel.endpoint import LOGGED_IN, Endpoint
from office.secrecy import actions, cases, queries
from office.secrecy.policy import FREEZE, RELEASE
from office.secrecy.schemas import CaseAnswer, FalseAlarmIn, PurgeIn, ReportIn, StopAnswer


async def ask(actor: Actor, id: UUID, input: FalseAlarmIn) -> StopAnswer:
    """The sender asks for a false alarm to be let through."""
    return StopAnswer(queries.told(await actions.ask(actor, id, input.reason)))


async def release(actor: Actor, id: UUID) -> StopAnswer:
    """Another lets it through."""
    return StopAnswer(queries.told(await actions.release(actor, id)))


async def decline(actor: Actor, id: UUID) -> StopAnswer:
    """Another does not."""
    return StopAnswer(queries.told(await actions.decline(actor, id)))


async def report(actor: Actor, input: ReportIn) -> CaseAnswer:
    """A reader reports; who may freeze freezes."""
    return CaseAnswer(queries.case_told(await cases.report(actor, input.subject, input.ground)))


async def freeze(actor: Actor, id: UUID) -> CaseAnswer:
    """What was reported is frozen."""
    return CaseAnswer(queries.case_told(await cases.freeze(actor, id)))


async def lift(actor: Actor, id: UUID) -> CaseAnswer:
    """What was frozen is readable again."""
    return CaseAnswer(queries.case_told(await cases.lift(actor, id)))


async def purge(actor: Actor, id: UUID, input: PurgeIn) -> CaseAnswer:
    """What was frozen is gone."""
    return CaseAnswer(queries.case_told(await cases.purge(actor, id, input.documents)))


ONE = "/secrecy-stops/{id}"
CASE = "/secrecy-cases/{id}"
ENDPOINTS = [
    Endpoint("GET", "/secrecy-stops", RELEASE, queries.stops, "涉密拦截记录"),
    Endpoint("GET", ONE, LOGGED_IN, queries.get_stop, "一条拦截记录"),
    Endpoint("POST", f"{ONE}/requests", LOGGED_IN, ask, "申请误报复核", 201),
    Endpoint("POST", f"{ONE}/releases", RELEASE, release, "核准误报放行", 201),
    Endpoint("POST", f"{ONE}/refusals", RELEASE, decline, "不予放行", 201),
    Endpoint("POST", "/secrecy-cases", LOGGED_IN, report, "涉密报告、紧急冻结", 201),
    Endpoint("GET", "/secrecy-cases", FREEZE, queries.cases, "涉密应急处置记录"),
    Endpoint("GET", CASE, FREEZE, queries.case_report, "应急处置报告"),
    Endpoint("POST", f"{CASE}/freezes", FREEZE, freeze, "紧急冻结", 201),
    Endpoint("POST", f"{CASE}/lifts", FREEZE, lift, "解除冻结", 201),
    Endpoint("POST", f"{CASE}/purges", FREEZE, purge, "清除", 201, claimed=True),
]
