"""The doors of operators."""

from office.kernel.database import execute
from office.kernel.work import verb
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


async def figures(house: House) -> str:
    async with house.client() as local:
        answer = await local.get("http://testserver/metrics")
    assert answer.status_code == 200
    return answer.text


@verb
async def rename(before: str, after: str) -> None:
    await execute(f"ALTER TABLE {before} RENAME TO {after}")


async def test_figures_are_told_without_the_database(house: House) -> None:
    """What the process knows by itself is what an operator looks at when the database is away."""
    told = await figures(house)
    assert "zhiban_database_up 1.0" in told
    assert 'zhiban_outbox_pending{state="parked"} 0.0' in told
    await rename("outbox_delivery", "away")
    try:
        told = await figures(house)
    finally:
        await rename("away", "outbox_delivery")
    assert "zhiban_database_up 0.0" in told
    assert "zhiban_http_request_seconds" in told
    assert "zhiban_outbox_pending{" not in told
    assert "zhiban_database_up 1.0" in await figures(house)
