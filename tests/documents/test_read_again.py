"""Reading the document page again over a thin line costs a few bytes, and never leaves a ticket that is worth nothing."""

from datetime import timedelta

import httpx

from office.kernel import clock
from tests.documents.conftest import Office, Phone

LEADER = "秦望舒"


async def read(office: Office, handling: str, etag: str = "") -> httpx.Response:
    client = await office.town.of(LEADER)
    return await client.get(f"/handlings/{handling}", headers={"If-None-Match": etag} if etag else {})


async def test_what_did_not_change_is_not_sent_again(office: Office) -> None:
    handling = await office.proposed(LEADER)
    first = await read(office, handling)
    again = await read(office, handling, first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    size = sum(len(name) + len(value) + 4 for name, value in again.headers.raw)
    assert size < 500 < len(first.content)
    clock.travel(timedelta(hours=6))
    assert (await read(office, handling, first.headers["etag"])).status_code == 200


async def test_the_ticket_kept_with_the_page_still_signs(office: Office) -> None:
    handling = await office.proposed(LEADER)
    first = await read(office, handling)
    assert (await read(office, handling, first.headers["etag"])).status_code == 304
    body = Phone().signed(first.json()["step"], "同意。")
    signed = await (await office.town.of(LEADER)).post(f"/handlings/{handling}/signatures", json=body)
    assert signed.status_code == 201, signed.text
    assert (await read(office, handling, first.headers["etag"])).status_code == 200


async def test_a_spent_ticket_is_never_the_same_page(office: Office) -> None:
    """Signed and withdrawn: the page looks as before, but the ticket in it is spent."""
    handling = await office.proposed(LEADER)
    first = await read(office, handling)
    client = await office.town.of(LEADER)
    signed = await client.post(f"/handlings/{handling}/signatures", json=Phone().signed(first.json()["step"], "同意。"))
    taken = await client.delete(f"/signatures/{signed.json()['signature']['id']}")
    assert taken.status_code == 200, taken.text
    after = await read(office, handling, first.headers["etag"])
    assert after.status_code == 200
    body = Phone().signed(after.json()["step"], "同意，请抓紧。")
    assert (await client.post(f"/handlings/{handling}/signatures", json=body)).status_code == 201


async def test_another_version_is_another_page(office: Office) -> None:
    handling = await office.proposed(LEADER)
    first = await read(office, handling)
    await office.push("禾渡镇", version=2, paper="urgent-notice.pdf", title="更正")
    assert (await read(office, handling, first.headers["etag"])).status_code == 200
