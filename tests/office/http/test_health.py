"""The doors of operators."""

from tests.support.house import House


async def test_lives_and_is_ready(house: House) -> None:
    async with house.client() as http:
        assert (await http.get("http://testserver/healthz")).json() == {"status": "ok"}
        assert (await http.get("http://testserver/readyz")).json() == {"status": "ready"}


async def test_unknown_address_is_a_problem(house: House) -> None:
    answer = await house.http.get("/nothing-here")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "http.not_found"
    assert answer.json()["request"] == answer.headers["x-request-id"]


async def test_metrics_only_from_this_machine(house: House) -> None:
    async with house.client(address="203.0.113.9") as stranger, house.client() as local:
        assert (await stranger.get("http://testserver/metrics")).status_code == 404
        assert "zhiban_http_request_seconds" in (await local.get("http://testserver/metrics")).text
