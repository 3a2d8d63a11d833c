"""A register number made void: whoever sees the handling sees that its number does not stand."""

from typing import Any

import httpx

from tests.documents.conftest import Office


async def _void(office: Office, number: str, reason: str = "重复登记") -> httpx.Response:
    clerk = await office.town.of("苏小满")
    [series] = (await clerk.get("/number-series")).json()["items"]
    rows = (await clerk.get(f"/number-series/{series['id']}/numbers")).json()["items"]
    [id] = [row["id"] for row in rows if row["text"] == number]
    answer = await clerk.post(f"/numbers/{id}/voids", json={"reason": reason})
    await office.house.drain()
    return answer


async def _lines(office: Office) -> dict[str, Any]:
    return {one["id"]: one for one in (await (await office.town.of("苏小满")).get("/handlings")).json()["items"]}


async def test_the_page_the_register_and_the_followers_say_that_the_number_is_void(office: Office) -> None:
    handling, other = await office.registered(), await office.registered(source_id="oa-2")
    page = await office.page("苏小满", handling)
    assert "register_void" not in page
    clerk = await office.town.of("苏小满")
    assert (await clerk.post(f"/handlings/{handling}/follows")).status_code == 201
    assert (await _void(office, page["register_no"])).status_code == 204
    after = await office.page("苏小满", handling)
    assert (after["register_no"], after["register_void"]) == (page["register_no"], "重复登记")
    assert after["rev"] > page["rev"], "who has the page open looks again"
    lines = await _lines(office)
    assert lines[handling]["register_void"] == "重复登记"
    assert "register_void" not in lines[other]
    items = (await office.oa.get("/exchange/states")).json()["items"]
    told = [one["detail"] for one in items if one["source_id"] == "oa-1"][-1]
    assert (told["register_no"], told["register_void"]) == (None, "重复登记"), "a void number is told nobody as one that stands"
    [followed] = (await clerk.get("/inbox?box=follow")).json()["items"]
    assert f"{page['register_no']}（已作废）" in followed["summary"]


async def test_registered_again_it_gets_a_number_that_stands(office: Office) -> None:
    handling = await office.registered()
    clerk, before = await office.town.of("苏小满"), (await office.page("苏小满", handling))["register_no"]
    await _void(office, before)
    assert (await clerk.post(f"/handlings/{handling}/withdrawals", json={"reason": "重登"})).status_code in (200, 201)
    body = {"title": "防汛通知", "urgency": "特急", "doc_no": "青政办发〔2026〕47号", "issuer": "青岚县人民政府办公室"}
    again = await clerk.post(f"/handlings/{handling}/registrations", json=body)
    assert again.status_code == 201, again.text
    assert again.json()["register_no"] != before
    assert "register_void" not in await office.page("苏小满", handling)
