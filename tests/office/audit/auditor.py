"""An auditor (安全审计员) in the town of the tests."""

import httpx

from office.kernel.actor import SYSTEM
from office.kernel.work import verb
from office.organization import actions, structure
from tests.people import Town

AUDITOR = "卫明鉴"


@verb
async def _seated(town: Town) -> None:
    unit = town.units["青岚县政府办"]
    post = await structure.add_post(SYSTEM, unit, title="安全审计员", roles=("audit_admin",), sort_no=91)
    town.posts[AUDITOR], town.people[AUDITOR] = post, await structure.add_person(SYSTEM, name=AUDITOR)
    town.appointments[AUDITOR] = await actions.appoint(SYSTEM, town.people[AUDITOR], post)


async def auditor_of(town: Town) -> httpx.AsyncClient:
    """The auditor, logged in."""
    if AUDITOR not in town.people:
        await _seated(town)
    return await town.of(AUDITOR)
