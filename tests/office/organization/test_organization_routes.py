"""The organization over HTTP: contract, authorisation, refusals."""

from datetime import timedelta
from typing import Any

import httpx

from office.kernel import clock
from office.kernel.base64url import encode as b64
from office.kernel.ids import new_id
from office.numbering.models import Series
from office.organization.models import Absence, RecipientGroup
from tests.office.organization.town import Town


async def test_recipients(town: Town) -> None:
    async with town.http("罗小满") as http:
        answer = await http.get("/recipients", params={"q": "柳湾"})
        assert answer.status_code == 200
        assert answer.json()["items"] == [
            {"ref": f"unit:{town.units['柳湾村']}", "name": "柳湾村", "kind": "unit", "hint": "村(居)委会"}
        ]
        assert (await http.get("/recipients", params={"q": "长" * 61})).status_code == 422


async def test_delegations(town: Town) -> None:
    until = (clock.now() + timedelta(days=1)).isoformat()
    body = {"post": str(town.posts["镇长"]), "receiver": str(town.people["沈立群"]), "valid_to": until, "scope": ["works"]}
    async with town.http("韩素云") as http:
        made = await http.post("/delegations", json=body)
        assert made.status_code == 201
        [line] = (await http.get("/delegations")).json()["items"]
        assert (line["giver_name"], line["receiver_name"], line["scope"]) == ("韩素云", "沈立群", ["works"])
        assert line["active"]
        assert (await http.delete(f"/delegations/{made.json()['id']}")).status_code == 204
        [line] = (await http.get("/delegations")).json()["items"]
        assert (line["revoked"], line["active"]) == (True, False)
        naive = await http.post("/delegations", json=body | {"valid_to": "2031-01-01T00:00:00"})
        assert naive.status_code == 422
        strange = await http.post("/delegations", json=body | {"scope": ["批示"]})
        assert (strange.status_code, strange.json()["code"]) == (422, "organization.scope_unknown")
    async with town.http("罗小满") as http:
        refused = await http.post("/delegations", json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "organization.not_own_post")
        assert refused.json()["title"]


async def test_groups_and_absences(town: Town) -> None:
    body = {"unit": str(town.units["青石镇"]), "name": "各村", "members": [f"unit:{town.units['柳湾村']}"]}
    away = {"kind": "请假", "valid_from": clock.now().isoformat(), "valid_to": (clock.now() + timedelta(days=2)).isoformat()}
    async with town.http("罗小满") as http:
        made = await http.post("/groups", json=body)
        assert made.status_code == 201
        assert [one["name"] for one in (await http.get("/groups")).json()["items"]] == ["各村"]
        assert (await http.post("/absences", json=away)).status_code == 201
        assert [one["name"] for one in (await http.get("/absences")).json()["items"]] == ["罗小满"]
    async with town.http("丁守一") as http:
        assert (await http.get("/groups")).json()["items"] == []
        assert (await http.get("/absences")).json()["items"] == []
        assert (await http.delete(f"/groups/{made.json()['id']}")).status_code == 404
    async with town.http("罗小满") as http:
        assert (await http.delete(f"/groups/{made.json()['id']}")).status_code == 204


async def test_an_absence_has_a_longest_period_and_ends_early(town: Town) -> None:
    now = clock.now()
    away = {"kind": "出差", "valid_from": now.isoformat(), "valid_to": (now + timedelta(days=3)).isoformat()}
    async with town.http("罗小满") as clerk, town.http("韩素云") as leader, town.http("丁守一") as stranger:
        long = await leader.post("/absences", json=away | {"valid_to": (now + timedelta(days=367)).isoformat()})
        assert (long.status_code, long.json()["code"]) == (422, "organization.absence_too_long")
        first, second = [(await leader.post("/absences", json=away)).json()["id"] for _ in range(2)]
        unknown = await stranger.delete(f"/absences/{first}")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "organization.absence_unknown")
        assert (await leader.delete(f"/absences/{first}")).status_code == 204
        assert (await clerk.delete(f"/absences/{second}")).status_code == 204, "a clerk for the people of the unit"
        assert (await clerk.get("/absences")).json()["items"] == []
        again = await leader.delete(f"/absences/{first}")
        assert (again.status_code, again.json()["code"]) == (409, "organization.absence_over")


async def test_the_administrators_routes_are_theirs_alone(town: Town) -> None:
    day = {"day": "2026-07-10", "is_work": False, "note": "台风停工"}
    post = {"person": str(town.people["丁守一"]), "post": str(town.posts["文书"]), "kind": "兼任", "is_primary": False}
    async with town.http("罗小满") as http:
        assert (await http.post("/calendar-days", json=day)).status_code == 403
        assert (await http.post("/appointments", json=post)).status_code == 403
    async with town.http("陶然") as http:
        assert (await http.post("/calendar-days", json=day)).status_code == 204
        told = (await http.get("/calendar-days", params={"year": 2026})).json()
        assert [one["day"] for one in told["items"]] == ["2026-07-10"]
        assert told["warnings"] == []
        assert (await http.get("/calendar-days", params={"year": 2030})).json()["warnings"]
        made = await http.post("/appointments", json=post)
        assert made.status_code == 201
        assert len((await town.actor("丁守一")).holdings) == 2
        assert (await http.delete(f"/appointments/{made.json()['id']}")).status_code == 204
        year = {"year": 2030, "source": "放假安排", "off": [["2030-01-01", "2030-01-03"]], "work": []}
        assert (await http.post("/calendar-years", json=year)).status_code == 204
        assert (await http.get("/calendar-days", params={"year": 2030})).json()["warnings"] == []


async def test_nobody_gets_in_without_being_admitted(town: Town) -> None:
    transport = httpx.ASGITransport(town.app, client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver/api/v1") as http:
        for path in ("/recipients", "/delegations", "/groups", "/absences", "/calendar-days?year=2026"):
            assert (await http.get(path)).status_code == 401


async def _pages(http: httpx.AsyncClient, path: str) -> list[list[dict[str, Any]]]:
    pages, cursor = [], ""
    while cursor is not None:
        answer = (await http.get(path, params={"cursor": cursor})).json()
        pages.append(answer["items"])
        cursor = answer["next"]
    return pages


async def test_long_lists_go_on_page_by_page(town: Town) -> None:
    """None is cut without saying so: 100 a page, each row once, in its order, also where many are alike."""
    now, clerk, unit = clock.now(), town.people["罗小满"], town.units["青石镇"]
    await RecipientGroup.bulk_create([
        RecipientGroup(id=new_id(), unit=unit, name=f"组{n:03}", owner=clerk, members=[], updated_at=now) for n in range(230)
    ])  # fmt: skip
    await Absence.bulk_create([
        Absence(id=new_id(), person=clerk, kind="出差", valid_from=now + timedelta(hours=n // 70), created_at=now,
                valid_to=now + timedelta(days=9)) for n in range(205)
    ])  # fmt: skip
    await Series.bulk_create([
        Series(id=new_id(), unit=unit, code=f"青石{n % 70}", year=2024 + n // 140, kind="收文" if n % 140 < 70 else "发文",
               created_at=now) for n in range(210)
    ])  # fmt: skip
    async with town.http("罗小满") as http:
        for path, sizes in (("/groups", [100, 100, 30]), ("/absences", [100, 100, 5]), ("/number-series", [100, 100, 10])):
            pages = await _pages(http, path)
            assert [len(page) for page in pages] == sizes, path
            assert len({one["id"] for page in pages for one in page}) == sum(sizes), path
            for bad in ("x", "bnVsbA", b64(b'["a\\u0000","00000000-0000-7000-8000-000000000000"]'), b64(b"[1,2,3,4,5]")):
                refused = await http.get(path, params={"cursor": bad})
                assert (refused.status_code, refused.json()["code"]) == (422, "http.bad_cursor"), (path, bad)
        names = [one["name"] for page in await _pages(http, "/groups") for one in page]
        assert names == sorted(names)
        years = [one["year"] for page in await _pages(http, "/number-series") for one in page]
        assert years == sorted(years, reverse=True)
