"""States name whom the sender addressed, one line of states for each handling, also where one unit keeps the affairs of two."""

import json
from typing import Any

import pytest

from office.kernel.actor import SYSTEM
from office.organization.mergers import merge_units
from tests.documents.conftest import Office
from tests.documents.test_webhooks import _registered, private_allowed, receiver  # noqa: F401
from tests.people import UNITS

ENDED, HEIR = UNITS["禾渡镇"][3], UNITS["石桥镇"][3]


async def _merge(office: Office) -> None:
    await office.house.drain()
    await merge_units(SYSTEM, [office.town.units["禾渡镇"]], office.town.units["石桥镇"], basis="青政〔2026〕1号")
    await office.house.drain()


async def _states(office: Office) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await office.oa.get("/exchange/states")).json()["items"]
    return items


async def _sign_for(office: Office, *handlings: str) -> None:
    clerk = await office.town.of("白露秋")
    for handling in handlings:
        answer = await clerk.post(f"/handlings/{handling}/receipts", json={})
        assert answer.is_success, answer.text
        await office.house.drain()


async def test_both_handlings_of_an_heir_are_told_under_the_codes_pushed(office: Office) -> None:
    """The second handling's states were once taken for repetitions of the first's."""
    receipts = (await office.push("禾渡镇", "石桥镇")).json()["receipts"]
    handlings = {one["handling"]: one["recipient"] for one in receipts}
    await _merge(office)
    await _sign_for(office, *handlings)
    told = [(one["handling"], one["recipient"], one["state"]) for one in await _states(office) if one["state"] == "已签收"]
    assert told == [(handling, recipient, "已签收") for handling, recipient in handlings.items()]
    assert [one["seq"] for one in await _states(office)] == [1, 2, 3, 4]


async def test_the_heir_is_told_beside_the_recipient(office: Office) -> None:
    [receipt] = (await office.push("禾渡镇")).json()["receipts"]
    await _merge(office)
    await _sign_for(office, receipt["handling"])
    before, after = await _states(office)
    assert (before["recipient"], after["recipient"]) == (ENDED, ENDED)
    assert "handled_by" not in before["detail"]
    assert after["detail"]["handled_by"] == {"code": HEIR, "name": UNITS["石桥镇"][0]}


async def test_what_is_pushed_to_an_ended_unit_is_told_under_its_code(office: Office) -> None:
    await _merge(office)
    receipts = (await office.push("禾渡镇", "石桥镇")).json()["receipts"]
    assert [one["recipient"] for one in receipts] == [ENDED, HEIR]
    assert len({one["handling"] for one in receipts}) == 1, "the heir has it once"
    await office.house.drain()
    told = await _states(office)
    assert sorted((one["recipient"], one["handling"]) for one in told) == sorted(
        (one["recipient"], one["handling"]) for one in receipts
    )
    await _sign_for(office, receipts[0]["handling"])
    assert {one["recipient"] for one in (await _states(office))[2:]} == {ENDED, HEIR}


async def test_a_code_in_small_letters_is_one_recipient(office: Office) -> None:
    await office.push(recipients=[HEIR, HEIR.lower()])
    await office.house.drain()
    assert [one["recipient"] for one in await _states(office)] == [HEIR]


@pytest.mark.usefixtures("private_allowed")
async def test_the_webhook_tells_the_same(office: Office) -> None:
    async with receiver() as there:
        await _registered(office, there.port)
        receipts = (await office.push("禾渡镇", "石桥镇")).json()["receipts"]
        await _merge(office)
        await _sign_for(office, *(one["handling"] for one in receipts))
        came = [json.loads(body)["data"] for _, body in there.came]
    assert came == await _states(office)
    assert len(came) == 4
