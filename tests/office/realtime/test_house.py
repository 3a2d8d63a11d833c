"""The whole house: log in, start, listen, be told, sign out."""

import pytest

from tests.office.realtime.wire import Closed, Wire
from tests.people import settle
from tests.support.house import House


async def _heard_out(wire: Wire) -> None:
    while True:
        await wire.hear()


async def test_a_session_listens_until_it_ends(house: House) -> None:
    town = await settle(house)
    http, token = await town.of("苏小满"), town.tokens["苏小满"]
    start = await http.get("/bootstrap")
    assert start.status_code == 200, start.text
    assert start.json()["position"]["seq"] == 0
    wire = Wire(house.app, {"host": "town.example", "authorization": f"Bearer {token}"})
    await wire.accepted()
    wire.say({"type": "hello", "protocol": 1, "resume": start.json()["position"], "client": "phone"})
    welcome = await wire.hear()
    assert welcome["type"] == "welcome"
    for seq in range(1, welcome["head"] + 1):
        assert (await wire.hear())["seq"] == seq
    assert (await http.delete("/sessions/current")).status_code == 204
    with pytest.raises(Closed, match="4401"):
        await _heard_out(wire)
    assert (await http.get("/bootstrap")).status_code == 401
    await town.close()
