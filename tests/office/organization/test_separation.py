"""三员分立: no person is two of the three administrators, however it is tried, also at the same moment."""

import asyncio
from datetime import timedelta
from itertools import combinations
from typing import Any

import httpx
import pytest

from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.kernel.refusal import Refusal
from office.organization import actions, changes, structure
from office.organization.models import Appointment
from office.organization.separation import APART, together
from tests.office.organization.town import Town

PAIRS = list(combinations(APART, 2))


def test_two_of_the_three_are_together_and_one_with_anything_else_is_not() -> None:
    assert all(together([[one], ["clerk", other]]) for one, other in PAIRS)
    assert together([["audit_admin", "staff"], ["audit_admin"], ["clerk"]]) == ""


async def post_of(town: Town, *roles: str) -> Any:
    return await structure.add_post(SYSTEM, town.units["县政府办"], title="、".join(roles), roles=roles, sort_no=80)


async def told(http: httpx.AsyncClient, path: str, body: dict[str, Any]) -> tuple[int, str]:
    answer = await http.post(path, json=body)
    return answer.status_code, answer.json().get("code", "") if answer.content else ""


@pytest.mark.parametrize(("one", "other"), PAIRS)
async def test_neither_by_a_post_nor_by_two_nor_by_a_change(town: Town, one: str, other: str) -> None:
    first, second, plain = await post_of(town, one), await post_of(town, other), await post_of(town, "staff")
    person = str(town.people["何知秋"])
    async with town.http("陶然") as admin:
        both = {"unit": str(town.units["县政府办"]), "title": "合一", "roles": [one, other]}
        assert await told(admin, "/posts", both) == (422, "organization.admins_apart")
        assert (await told(admin, "/appointments", {"person": person, "post": str(first)}))[0] == 201
        assert await told(admin, "/appointments", {"person": person, "post": str(second)}) == (
            409, "organization.admin_elsewhere",
        )  # fmt: skip
        assert (await told(admin, "/appointments", {"person": person, "post": str(plain)}))[0] == 201
        assert await told(admin, f"/posts/{plain}/changes", {"roles": [other]}) == (409, "organization.admin_elsewhere")
        assert await told(admin, f"/posts/{first}/changes", {"roles": [one, other]}) == (422, "organization.admins_apart")
        assert (await told(admin, f"/posts/{first}/changes", {"roles": [one, "staff"]}))[0] == 204


async def test_one_after_the_other_is_allowed(town: Town) -> None:
    system, auditing = await post_of(town, "system_admin"), await post_of(town, "audit_admin")
    person, until = town.people["何知秋"], clock.now() + timedelta(days=3)
    await actions.appoint(SYSTEM, person, system, valid_to=until)
    await actions.appoint(SYSTEM, person, auditing, valid_from=until)
    with pytest.raises(Refusal):
        await actions.appoint(SYSTEM, town.people["陶然"], auditing)


async def test_the_administrator_does_not_make_himself_the_auditor(town: Town) -> None:
    auditing = await post_of(town, "audit_admin")
    async with town.http("陶然") as admin:
        answer = await told(admin, "/appointments", {"person": str(town.people["陶然"]), "post": str(auditing)})
    assert answer == (409, "organization.admin_elsewhere")


async def test_two_at_the_same_moment(town: Town) -> None:
    system, auditing, plain = (
        await post_of(town, "system_admin"),
        await post_of(town, "audit_admin"),
        await post_of(town, "staff"),
    )
    person = town.people["何知秋"]
    given = await asyncio.gather(
        *(actions.appoint(SYSTEM, person, post) for post in (system, auditing)), return_exceptions=True
    )
    assert sorted(isinstance(one, Refusal) for one in given) == [False, True]
    await actions.appoint(SYSTEM, town.people["丁守一"], plain)
    tried = await asyncio.gather(
        changes.change_post(SYSTEM, plain, {"roles": ["security_admin"]}),
        actions.appoint(SYSTEM, town.people["丁守一"], await post_of(town, "system_admin")),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Refusal) for one in tried) == 1
    assert await Appointment.filter(person=person).count() == 2
