"""误报: one asks, another lets it through, the sender sends the same bytes again, once."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from office.audit.models import AuditEntry
from office.files.models import File
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.kernel.work import verb
from office.organization import actions, structure
from office.secrecy.models import Stop
from tests.office.files.makers import chinese_pdf
from tests.people import Town

pytestmark = pytest.mark.postgresql_in_proof

#: A page about secrecy work that shows what a mark looks like.
LESSON = chinese_pdf("标志如：机密★1年")


@pytest.fixture
async def town(settled: Town) -> Town:
    await _officer(settled, "保密员", "何路人")
    await _officer(settled, "保密办", "苏小满")
    return settled


@verb
async def _officer(town: Town, title: str, name: str, unit: str = "禾渡镇") -> None:
    post = await structure.add_post(SYSTEM, town.units[unit], title=title, roles=("security_admin",), sort_no=90)
    await actions.appoint(SYSTEM, town.people[name], post)


async def sent(town: Town, data: bytes = LESSON, name: str = "苏小满", file: str = "课件.pdf", **said: str) -> httpx.Response:
    return await (await town.of(name)).post("/files", files={"file": (file, data)}, data=said)


async def stopped(town: Town, **how: Any) -> dict[str, Any]:
    answer = await sent(town, **how)
    assert answer.status_code == 422, answer.text
    return dict(answer.json())


async def act(town: Town, name: str, stop: str, what: str, **body: Any) -> httpx.Response:
    return await (await town.of(name)).post(f"/secrecy-stops/{stop}/{what}", json=body)


async def asked(town: Town) -> dict[str, Any]:
    told = await stopped(town)
    answer = await act(town, "苏小满", told["stop"], "requests", reason="保密宣传教育材料")
    assert (answer.status_code, answer.json()["stop"]["state"]) == (201, "asked"), answer.text
    return told


async def released(town: Town) -> dict[str, Any]:
    told = await asked(town)
    answer = await act(town, "何路人", told["stop"], "releases")
    assert (answer.status_code, answer.json()["stop"]["state"]) == (201, "released"), answer.text
    return told


def with_release(told: dict[str, Any], **changes: str) -> str:
    return json.dumps([{"stop": told["stop"], "proof": told["proof"], **changes}])


async def test_is_let_through_by_another_and_taken_once(town: Town) -> None:
    told = await released(town)
    taken = await sent(town, releases=with_release(told))
    assert taken.status_code == 201, taken.text
    assert (await Stop.get(id=told["stop"])).state == "used"
    again = await sent(town, releases=with_release(told))
    assert (again.status_code, again.json()["code"]) == (422, "secrecy.stopped")
    assert await File.all().count() == 1
    for action in ("secrecy.ask", "secrecy.release", "secrecy.use"):
        assert await AuditEntry.filter(action=action).count() == 1


async def test_who_asks_does_not_decide(town: Town) -> None:
    told = await asked(town)
    for what in ("releases", "refusals"):
        answer = await act(town, "苏小满", told["stop"], what)
        assert (answer.status_code, answer.json()["code"]) == (403, "secrecy.same_person")
    assert (await act(town, "方知远", told["stop"], "releases")).status_code == 403
    assert (await Stop.get(id=told["stop"])).state == "asked"


async def test_another_units_officer_does_not_see_it(town: Town) -> None:
    await _officer(town, "保密员", "白露秋", "石桥镇")
    told = await asked(town)
    assert (await (await town.of("白露秋")).get("/secrecy-stops")).json()["items"] == []
    assert (await (await town.of("白露秋")).get(f"/secrecy-stops/{told['stop']}")).status_code == 404
    for what in ("releases", "refusals"):
        answer = await act(town, "白露秋", told["stop"], what)
        assert (answer.status_code, answer.json()["code"]) == (404, "secrecy.no_such_stop")
    assert (await act(town, "何路人", told["stop"], "releases")).status_code == 201


async def test_lets_in_no_other_bytes_and_nobody_else(town: Town) -> None:
    told = await released(town)
    other = await stopped(town, data=chinese_pdf("绝密★30年"), releases=with_release(told))
    assert other["stop"] != told["stop"]
    await stopped(town, name="白露秋", releases=with_release(told))
    await stopped(town, releases=with_release(told, proof="x" * 43))
    await stopped(town, file="【机密】课件.pdf", releases=with_release(told))
    clock.travel(timedelta(hours=25))
    await stopped(town, releases=with_release(told))
    assert await File.all().count() == 0


async def test_without_a_word_of_the_file(town: Town) -> None:
    told = await asked(town)
    listed = (await (await town.of("何路人")).get("/secrecy-stops")).json()["items"]
    assert [(one["id"], one["reason"], one["why"]) for one in listed] == [
        (told["stop"], "保密宣传教育材料", "文中有密级标志（密级★）；文中有保密期限标志（★年限）")
    ]
    assert "课件" not in str(listed)
    assert told["proof"] not in str(await Stop.all().values())
    answer = await act(town, "苏小满", told["stop"], "requests", reason="这是关于防汛的课件")
    assert answer.status_code == 422


async def test_is_asked_for_by_its_sender_and_once(town: Town) -> None:
    told = await stopped(town)
    assert (await act(town, "白露秋", told["stop"], "requests", reason="其他非密字样")).status_code == 404
    early = await act(town, "何路人", told["stop"], "releases")
    assert (early.status_code, early.json()["code"]) == (409, "secrecy.not_waiting")
    await act(town, "苏小满", told["stop"], "requests", reason="其他非密字样")
    assert (await act(town, "苏小满", told["stop"], "requests", reason="其他非密字样")).status_code == 409
    assert (await act(town, "何路人", told["stop"], "refusals")).json()["stop"]["state"] == "declined"
    await stopped(town, releases=with_release(told))
    own = await (await town.of("苏小满")).get(f"/secrecy-stops/{told['stop']}")
    assert (own.status_code, own.json()["stop"]["state"]) == (200, "declined")
    assert (await (await town.of("白露秋")).get(f"/secrecy-stops/{told['stop']}")).status_code == 404
    assert (await (await town.of("白露秋")).get("/secrecy-stops")).status_code == 403


@pytest.mark.parametrize("releases", ["{}", "x", '[{"stop": 1}]', '[{"stop": "x", "proof": ""}]'])
async def test_malformed_releases_are_told(town: Town, releases: str) -> None:
    answer = await sent(town, releases=releases)
    assert (answer.status_code, answer.json()["code"]) == (422, "http.invalid"), answer.text
