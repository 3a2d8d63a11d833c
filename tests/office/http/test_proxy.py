"""Behind a named proxy: the real address counts, an invented one never."""

import pytest
from starlette.requests import HTTPConnection

from office.http.app import create
from office.http.origin import networks, origin_of
from office.kernel.settings import Settings
from tests.office.http.conftest import Door, admit


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"trusted_proxy": "10.0.0.1, fd00::/8", "public_url": "https://office.gov.test"}


def origin(peer: str, trusted: str, *forwarded: str, **headers: str) -> tuple[str, str]:
    lines = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    more = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    found = origin_of(HTTPConnection({"type": "http", "client": (peer, 1), "headers": lines + more}), trusted)
    return found.address, found.request


@pytest.mark.parametrize(
    ("peer", "trusted", "forwarded", "address"),
    [
        ("203.0.113.9", "10.0.0.1", ["198.51.100.1"], "203.0.113.9"),
        ("10.0.0.1", "", ["198.51.100.1"], "10.0.0.1"),
        ("10.0.0.1", "10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", "10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", "10.0.0.1", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", "10.0.0.1", ["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", "10.0.0.0/8", ["1.1.1.1, 198.51.100.1, 10.2.3.4"], "198.51.100.1"),
        ("10.0.0.1", "10.0.0.1", ["198.51.100.1, nonsense"], "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", "10.0.0.1", ["::ffff:198.51.100.1"], "198.51.100.1"),
        ("fd00::1", "fd00::/8", ["2001:db8::7"], "2001:db8::7"),
        ("fd00::1", "10.0.0.1", ["2001:db8::7"], "fd00::1"),
        ("10.0.0.1", "10.0.0.1", ["10.0.0.1"], "10.0.0.1"),
        ("10.0.0.1", "10.0.0.1", ["198.51.100.1:51234"], "198.51.100.1"),
        ("10.0.0.1", "10.0.0.1", ["1.1.1.1:1, 198.51.100.1:51234 , 10.0.0.1:443"], "198.51.100.1"),
        ("10.0.0.1", "10.0.0.1", ["[2001:db8::7]"], "2001:db8::7"),
        ("10.0.0.1", "10.0.0.1", ["[2001:db8::7]:51234"], "2001:db8::7"),
        ("10.0.0.1", "10.0.0.1", ["[::ffff:198.51.100.1]:9"], "198.51.100.1"),
        ("10.0.0.1", "10.0.0.1", ["[2001:db8::7"], "10.0.0.1"),
        ("10.0.0.1", "10.0.0.1", ["198.51.100.1:port"], "10.0.0.1"),
        ("10.0.0.1", "10.0.0.1", ["unknown"], "10.0.0.1"),
    ],
)
def test_the_last_address_no_proxy_of_ours_wrote(peer: str, trusted: str, forwarded: list[str], address: str) -> None:
    assert origin(peer, trusted, *forwarded)[0] == address


def test_a_request_id_only_from_the_proxy_and_only_if_plain() -> None:
    assert origin("10.0.0.1", "10.0.0.1", x_request_id="abc-1")[1] == "abc-1"
    assert origin("10.0.0.2", "10.0.0.1", x_request_id="abc-1")[1] != "abc-1"
    assert origin("10.0.0.1", "10.0.0.1", x_request_id="a b\n")[1] != "a b\n"


def test_a_proxy_that_is_no_network_stops_the_start() -> None:
    assert networks("") == ()
    with pytest.raises(ValueError, match="proxy"):
        create(Settings(trusted_proxy="proxy"), [], admit)


@pytest.mark.engines("sqlite")
async def test_behind_tls_of_the_proxy_the_cookie_is_secure_and_its_pages_may_act(door: Door) -> None:
    async with door.client(address="10.0.0.1", **{"X-Forwarded-For": "198.51.100.1"}) as client:
        answer = await client.post("/entries", headers={"origin": "https://office.gov.test"})
        assert answer.status_code == 200
        assert "secure" in answer.headers["set-cookie"].lower()
    async with door.client("person-a", address="10.0.0.1", **{"X-Forwarded-For": "198.51.100.1"}) as client:
        await client.get("/notes")
    assert door.fake.origins[-1].address == "198.51.100.1"


@pytest.mark.engines("sqlite")
async def test_who_came_over_tls_once_comes_so_for_a_year(door: Door) -> None:
    """RFC 6797: on pages, over TLS to us or to the trusted proxy; never over plain HTTP (7.2) or for localhost."""

    async def told(address: str, scheme: str = "http", **headers: str) -> bool:
        async with door.client(address=address, scheme=scheme, **{"Accept": "text/html", **headers}) as client:
            page = await client.get(f"{scheme}://office.test/nowhere", headers={"Accept": "text/html"})
        assert page.headers["content-type"].startswith("text/html")
        return page.headers.get("strict-transport-security") == "max-age=31536000"

    assert await told("203.0.113.9", "https")
    assert await told("10.0.0.1", **{"X-Forwarded-Proto": "https"})
    assert await told("10.0.0.1"), "its public address says https"
    assert not await told("10.0.0.1", **{"X-Forwarded-Proto": "http"})
    assert not await told("203.0.113.9", **{"X-Forwarded-Proto": "https"})
    assert not await told("203.0.113.9", "https", Host="localhost")
