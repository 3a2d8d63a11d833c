"""Routes of the stop."""

from uuid import UUID

from office.kernel.actor import Actor
from office.kernel.endpoint import LOGGED_IN, Endpoint
from office.secrecy import actions, queries
from office.secrecy.policy import RELEASE
from office.secrecy.schemas import FalseAlarmIn, StopAnswer


async def ask(actor: Actor, id: UUID, input: FalseAlarmIn) -> StopAnswer:
    """The sender asks for a false alarm to be let through."""
    return StopAnswer(queries.told(await actions.ask(actor, id, input.reason)))


async def release(actor: Actor, id: UUID) -> StopAnswer:
    """Another lets it through."""
    return StopAnswer(queries.told(await actions.release(actor, id)))


async def decline(actor: Actor, id: UUID) -> StopAnswer:
    """Another does not."""
    return StopAnswer(queries.told(await actions.decline(actor, id)))


ONE = "/secrecy-stops/{id}"
ENDPOINTS = [
    Endpoint("GET", "/secrecy-stops", RELEASE, queries.stops, "涉密拦截记录"),
    Endpoint("GET", ONE, LOGGED_IN, queries.get_stop, "一条拦截记录"),
    Endpoint("POST", f"{ONE}/requests", LOGGED_IN, ask, "申请误报复核", 201),
    Endpoint("POST", f"{ONE}/releases", RELEASE, release, "核准误报放行", 201),
    Endpoint("POST", f"{ONE}/refusals", RELEASE, decline, "不予放行", 201),
]
