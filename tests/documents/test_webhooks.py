"""Webhooks: signed, retried, given up; never to a private place unless allowed, never where a name points a moment later."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from documents.exchange import deliveries
from documents.exchange.models import Webhook
from documents.exchange.rotation import MOST_OLD
from documents.exchange.targets import is_private
from office.audit.models import AuditEntry
from office.identity.models import IntegrationClient
from office.kernel import clock, settings
from office.outbox.models import EventDelivery
from tests.documents.conftest import Office


@dataclass
class Receiver:
    """A small HTTP server: it answers with the statuses given, then 204, and keeps what came.

    With `gate` it says `reached` when a request is there and waits with its answer until the gate opens.
    """

    port: int = 0
    statuses: list[int] = field(default_factory=list)
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    silent: bool = False
    location: str = ""
    gate: asyncio.Event | None = None
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head.split("\r\n")[1:])}
        self.came.append((headers, await reader.readexactly(int(headers["content-length"]))))
        self.reached.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.silent:
            await reader.read()
        else:
            status = self.statuses.pop(0) if self.statuses else 204
            more = f"Location: {self.location}\r\n" if self.location else ""
            # A body that never ends: a client that read it would never come back.
            writer.write(f"HTTP/1.1 {status} X\r\n{more}Content-Length: 1000000000000\r\n\r\n".encode())
            await writer.drain()
        writer.close()


@asynccontextmanager
async def receiver(**what: Any) -> AsyncIterator[Receiver]:
    made = Receiver(**what)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    async with server:
        yield made


@pytest.fixture
def private_allowed(office: Office) -> Any:
    before = settings.current()
    settings.use(replace(before, webhook_private_targets=True))
    yield
    settings.use(before)


async def _registered(office: Office, port: int, **more: Any) -> str:
    answer = await office.oa.post("/webhooks", json={"url": f"http://127.0.0.1:{port}/hook?x=1", **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["secret"])


async def _later(office: Office, by: timedelta) -> None:
    clock.travel(by)
    await office.house.drain()


@pytest.mark.usefixtures("private_allowed")
async def test_each_state_is_sent_signed(office: Office) -> None:
    async with receiver() as there:
        secret = await _registered(office, there.port)
        await office.pushed()
        await office.house.drain()
        [(headers, body)] = there.came
    assert headers["host"] == f"127.0.0.1:{there.port}"
    # The library checks the time too; the clock of these tests is the real one.
    told: Any = Verifier(secret).verify(body, headers)
    assert (told["type"], told["data"]["state"], told["data"]["seq"]) == ("handling.state", "待签收", 1)
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(body.replace(b"oa-1", b"oa-2"), headers)
    assert (await Webhook.get()).last_status == "204"
    assert (await office.oa.get("/webhooks")).json()["items"][0]["secret"] is None


@pytest.mark.usefixtures("private_allowed")
async def test_only_the_types_asked_for(office: Office) -> None:
    async with receiver() as there:
        await _registered(office, there.port, types=["document.corrected"])
        await office.pushed()
        await office.house.drain()
        assert there.came == []
        await office.push(version=2)
        await office.house.drain()
        assert len(there.came) == 1
    odd = await office.oa.post("/webhooks", json={"url": "https://example.com/", "types": ["all"]})
    assert (odd.status_code, odd.json()["code"]) == (422, "exchange.unknown_type")


@pytest.mark.usefixtures("private_allowed")
async def test_what_is_not_taken_is_tried_again_later_in_order(office: Office) -> None:
    async with receiver(statuses=[500, 302, 429], location="http://127.0.0.1:1/elsewhere") as there:
        await _registered(office, there.port)
        handling = await office.pushed()
        await office.house.drain()
        assert len(there.came) == 1
        await office.house.drain()
        assert len(there.came) == 1, "not before its wait is over"
        await (await office.town.of("苏小满")).post(f"/handlings/{handling}/receipts")
        for _ in range(3):
            await _later(office, timedelta(seconds=20))
        ids = [headers["webhook-id"] for headers, _ in there.came]
    assert len(ids) == 5
    assert (len(set(ids[:4])), ids[4] != ids[0]) == (1, True)


@pytest.mark.usefixtures("private_allowed")
async def test_gone_ends_the_webhook(office: Office) -> None:
    async with receiver(statuses=[410]) as there:
        await _registered(office, there.port)
        handling = await office.pushed()
        await office.house.drain()
        await (await office.town.of("苏小满")).post(f"/handlings/{handling}/receipts")
        await _later(office, timedelta(seconds=20))
        assert len(there.came) == 1
    row = await Webhook.get()
    assert (row.disabled_at is not None, row.last_status) == (True, "410")
    assert await EventDelivery.filter(handler="documents.send_webhook").exclude(state="done").count() == 0


@pytest.mark.usefixtures("private_allowed")
async def test_given_up_after_three_days_not_parked(office: Office) -> None:
    async with receiver(statuses=[500] * 9) as there:
        await _registered(office, there.port)
        await office.pushed()
        await office.house.drain()
        assert (await Webhook.get()).disabled_at is None
        await _later(office, timedelta(days=3, minutes=1))
        assert len(there.came) == 2
    assert (await Webhook.get()).disabled_at is not None
    assert await EventDelivery.filter(state="parked").count() == 0


@pytest.mark.usefixtures("private_allowed")
async def test_a_slow_receiver_is_left(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "TIMEOUT", 0.2)
    async with receiver(silent=True) as there:
        await _registered(office, there.port)
        await office.pushed()
        await office.house.drain()
        assert len(there.came) == 1
    assert "Timeout" in (await Webhook.get()).last_status


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://localhost/", "https://10.0.0.8/", "https://192.168.1.1:8443/", "https://169.254.169.254/",
        "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[fd00::1]/", "https://0.0.0.0/", "https://2130706433/",
        "https://[64:ff9b::7f00:1]/", "https://[64:ff9b:1::7f00:1]/", "https://[fec0::1]/", "https://[2002:7f00:1::]/", "https://0x7f.1/",
    ],
)  # fmt: skip
async def test_private_targets_are_refused(office: Office, url: str) -> None:
    answer = await office.oa.post("/webhooks", json={"url": url})
    assert (answer.status_code, answer.json()["code"]) == (422, "exchange.private_target"), answer.text
    assert await Webhook.all().count() == 0


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/", "https://", "https://user:word@93.184.215.14/",
        "https://:word@93.184.215.14/",
        "https://93.184.215.14/#x", "https://93.184.215.14:0/", "https://93.184.215.14:99999/", "https://[::1",
        "//example.com/x",
        "https://例.cn/", "https://a b.example/", "javascript:alert(1)",
    ],
)  # fmt: skip
async def test_bad_urls_are_refused(office: Office, url: str) -> None:
    answer = await office.oa.post("/webhooks", json={"url": url})
    assert (answer.status_code, answer.json()["code"]) == (422, "exchange.bad_url"), answer.text


async def test_http_is_told_apart_with_its_setting(office: Office) -> None:
    answer = await office.oa.post("/webhooks", json={"url": "http://93.184.215.14/"})
    assert (answer.status_code, answer.json()["code"]) == (422, "exchange.http_not_allowed"), answer.text
    assert "ZHIBAN_WEBHOOK_PRIVATE_TARGETS" in answer.json()["title"]


async def test_a_name_that_cannot_be_looked_up(office: Office) -> None:
    for name in ("a" * 70 + ".invalid", "nothing.invalid"):
        answer = await office.oa.post("/webhooks", json={"url": f"https://{name}/"})
        assert (answer.status_code, answer.json()["code"]) == (422, "exchange.unknown_host"), answer.text


async def test_a_name_that_points_elsewhere_a_moment_later(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Registered while the name pointed to the open network; when it points inside, nothing is sent (DNS rebinding)."""
    loop, points = asyncio.get_running_loop(), ["93.184.215.14"]

    async def lookup(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (points[0], port))]

    monkeypatch.setattr(loop, "getaddrinfo", lookup)
    async with receiver() as there:
        answer = await office.oa.post("/webhooks", json={"url": f"https://rebind.example:{there.port}/"})
        assert answer.status_code == 201, answer.text
        points[0] = "127.0.0.1"
        await office.pushed()
        await office.house.drain()
        assert there.came == []
    assert (await Webhook.get()).last_status == "exchange.private_target"


def test_addresses_on_the_open_network() -> None:
    told = {one: is_private(one) for one in ("93.184.215.14", "2606:2800:21f:cb07::8b2c", "100.64.0.1", "224.0.0.1")}
    assert list(told.values()) == [False, False, True, True]


async def test_webhooks_are_their_clients_own(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def lookup(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", lookup)
    made = [(await office.oa.post("/webhooks", json={"url": f"https://example.com/{n}"})).json()["id"] for n in range(10)]
    more = await office.oa.post("/webhooks", json={"url": "https://example.com/"})
    assert (more.status_code, more.json()["code"]) == (409, "exchange.too_many_webhooks")
    await Webhook.filter(id=made[0]).update(client_id=office.town.units["禾渡镇"])
    other = await office.oa.delete(f"/webhooks/{made[0]}")
    assert (other.status_code, other.json()["code"]) == (404, "exchange.no_such_webhook")
    assert (await office.oa.delete(f"/webhooks/{made[1]}")).status_code == 204
    assert len((await office.oa.get("/webhooks")).json()["items"]) == 8


async def _only(office: Office) -> dict[str, Any]:
    [one] = (await office.oa.get("/webhooks")).json()["items"]
    return dict(one)


@pytest.mark.usefixtures("private_allowed")
async def test_old_and_new_secret_both_sign_until_the_overlap_is_over(office: Office) -> None:
    async with receiver() as there:
        old = await _registered(office, there.port)
        id = (await _only(office))["id"]
        made = await office.oa.post(f"/webhooks/{id}/secrets", json={"overlap_hours": 2})
        assert made.status_code == 201, made.text
        new = made.json()["secret"]
        assert (len((await _only(office))["old_secrets_until"]), (await _only(office))["secret"]) == (1, None)
        handling = await office.pushed()
        await office.house.drain()
        [(headers, body)] = there.came
        for secret in (old, new):
            Verifier(secret).verify(body, headers)
        clock.travel(timedelta(hours=2, minutes=1))
        office.town.tokens.clear()
        office.town.clients.clear()
        await (await office.town.of("苏小满")).post(f"/handlings/{handling}/receipts")
        await office.house.drain()
        headers = there.came[-1][0]
    assert (len(there.came), " " in headers["webhook-signature"]) == (2, False)
    assert (await _only(office))["old_secrets_until"] == []
    assert old not in (await office.oa.get("/webhooks")).text


@pytest.mark.usefixtures("private_allowed")
async def test_a_secret_that_got_out_is_ended_at_once(office: Office) -> None:
    async with receiver() as there:
        old = await _registered(office, there.port)
        id = (await _only(office))["id"]
        for _ in range(MOST_OLD):
            assert (await office.oa.post(f"/webhooks/{id}/secrets", json={})).status_code == 201
        more = await office.oa.post(f"/webhooks/{id}/secrets", json={})
        assert (more.status_code, more.json()["code"]) == (409, "exchange.too_many_secrets")
        new = (await office.oa.post(f"/webhooks/{id}/secrets", json={"overlap_hours": 0})).json()["secret"]
        await office.pushed()
        await office.house.drain()
        [(headers, body)] = there.came
    Verifier(new).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(old).verify(body, headers)


@pytest.mark.usefixtures("private_allowed")
async def test_an_ended_webhook_is_resumed_by_its_client(office: Office) -> None:
    async with receiver(statuses=[410]) as there:
        await _registered(office, there.port)
        handling = await office.pushed()
        await office.house.drain()
        ended = await _only(office)
        assert ended["disabled_at"] is not None
        for _ in range(2):
            resumed = await office.oa.post(f"/webhooks/{ended['id']}/resumptions")
            assert (resumed.status_code, resumed.json()["disabled_at"]) == (200, None), resumed.text
        await (await office.town.of("苏小满")).post(f"/handlings/{handling}/receipts")
        await office.house.drain()
        assert len(there.came) == 2
    assert await AuditEntry.filter(action="exchange.resume_webhook").count() == 1


@pytest.mark.usefixtures("private_allowed")
async def test_three_days_count_anew_after_a_resumption(office: Office) -> None:
    async with receiver(statuses=[500] * 9) as there:
        await _registered(office, there.port)
        await office.pushed()
        await office.house.drain()
        # As if it had ended while this state still waited.
        await Webhook.all().update(disabled_at=clock.now())
        clock.travel(timedelta(days=4))
        await office.oa.post(f"/webhooks/{(await Webhook.get()).id}/resumptions")
        await office.house.drain()
        assert len(there.came) == 2
        assert (await Webhook.get()).disabled_at is None
        await _later(office, timedelta(days=3, minutes=1))
    assert (await Webhook.get()).disabled_at is not None


@pytest.mark.usefixtures("private_allowed")
async def test_a_test_is_sent_signed_and_its_answer_told(office: Office) -> None:
    async with receiver(statuses=[204, 500]) as there:
        secret = await _registered(office, there.port)
        id = (await _only(office))["id"]
        first = (await office.oa.post(f"/webhooks/{id}/tests")).json()
        second = (await office.oa.post(f"/webhooks/{id}/tests")).json()
        headers, body = there.came[0]
    assert (first["taken"], first["status"], second["taken"], second["status"]) == (True, "204", False, "500")
    told: Any = Verifier(secret).verify(body, headers)
    assert (told["type"], told["data"]["webhook"], headers["webhook-id"]) == ("webhook.test", id, first["id"])
    assert (await office.oa.get("/exchange/states")).json()["items"] == []
    nobody = (await office.oa.post(f"/webhooks/{id}/tests")).json()
    assert (nobody["taken"], nobody["status"]) == (False, "ConnectError")


async def test_a_resumption_and_a_test_keep_to_the_rules_on_targets(office: Office) -> None:
    at = clock.now()
    row = await Webhook.create(
        client_id=(await IntegrationClient.get()).id, url="https://127.0.0.1/", secret="whsec_AAAA", created_at=at,
        enabled_at=at, disabled_at=at,
    )  # fmt: skip
    resumed = await office.oa.post(f"/webhooks/{row.id}/resumptions")
    assert (resumed.status_code, resumed.json()["code"]) == (422, "exchange.private_target"), resumed.text
    tried = (await office.oa.post(f"/webhooks/{row.id}/tests")).json()
    assert (tried["taken"], tried["status"]) == (False, "exchange.private_target")
    await Webhook.all().update(client_id=office.town.units["禾渡镇"])
    for what, body in (("secrets", {}), ("resumptions", None), ("tests", None)):
        answer = await office.oa.post(f"/webhooks/{row.id}/{what}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "exchange.no_such_webhook")


async def test_ten_webhooks_also_when_all_come_at_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def lookup(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", lookup)
    made = await asyncio.gather(*(office.oa.post("/webhooks", json={"url": f"https://example.com/{n}"}) for n in range(16)))
    assert sorted(one.status_code for one in made) == [201] * 10 + [409] * 6


async def test_an_address_has_one_webhook_also_when_all_come_at_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def lookup(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", lookup)
    body = {"url": "https://example.com/"}
    made = await asyncio.gather(*(office.oa.post("/webhooks", json=body) for _ in range(6)))
    [first] = [one.json()["id"] for one in made if one.status_code == 201]
    others = [one.json() for one in made if one.status_code != 201]
    assert [(one["code"], one["current"]) for one in others] == [("exchange.webhook_exists", first)] * 5


async def _ended(office: Office, there: Receiver) -> dict[str, Any]:
    """A webhook that ended itself."""
    await _registered(office, there.port)
    await office.pushed()
    await office.house.drain()
    one = await _only(office)
    assert one["disabled_at"] is not None
    return one


@pytest.mark.usefixtures("private_allowed")
async def test_resumed_twice_at_once_it_is_resumed_once(office: Office) -> None:
    async with receiver(statuses=[410]) as there:
        one = await _ended(office, there)
        answers = await asyncio.gather(*(office.oa.post(f"/webhooks/{one['id']}/resumptions") for _ in range(6)))
    assert [(answer.status_code, answer.json()["disabled_at"]) for answer in answers] == [(200, None)] * 6
    assert await AuditEntry.filter(action="exchange.resume_webhook").count() == 1


@pytest.mark.usefixtures("private_allowed")
async def test_a_resumption_stands_against_a_try_that_began_before_it(office: Office) -> None:
    """The try is under way when the webhook ends and its client resumes it; then the answer comes: gone."""
    gate = asyncio.Event()
    async with receiver(statuses=[410], gate=gate) as there:
        await _registered(office, there.port)
        handling = await office.pushed()
        delivering = asyncio.create_task(office.house.drain())
        async with asyncio.timeout(20):
            await there.reached.wait()
        await Webhook.all().update(disabled_at=clock.now())
        clock.travel(timedelta(seconds=1))
        resumed = await office.oa.post(f"/webhooks/{(await _only(office))['id']}/resumptions")
        assert resumed.status_code == 200, resumed.text
        gate.set()
        await delivering
        assert (await _only(office))["disabled_at"] is None, "what the client resumed since stays so"
        assert (await Webhook.get()).last_status == "410"
        await (await office.town.of("苏小满")).post(f"/handlings/{handling}/receipts")
        for _ in range(2):
            await _later(office, timedelta(seconds=20))
        ids = [headers["webhook-id"] for headers, _ in there.came]
    assert (len(ids), ids[0] == ids[1], ids[2] != ids[0]) == (3, True, True), "the state is tried again, then the next"


@pytest.mark.usefixtures("private_allowed")
async def test_a_try_that_ends_it_after_the_resumption_ends_it(office: Office) -> None:
    async with receiver(statuses=[410, 410]) as there:
        one = await _ended(office, there)
        assert (await office.oa.post(f"/webhooks/{one['id']}/resumptions")).status_code == 200
        clock.travel(timedelta(seconds=1))
        await office.pushed(source_id="oa-2")
        await office.house.drain()
        assert (await _only(office))["disabled_at"] is not None
    assert await AuditEntry.filter(action="exchange.disable_webhook").count() == 2


@pytest.mark.usefixtures("private_allowed")
async def test_resumed_and_given_a_new_secret_at_once_it_has_both(office: Office) -> None:
    async with receiver(statuses=[410]) as there:
        one = await _ended(office, there)
        calls = [office.oa.post(f"/webhooks/{one['id']}/secrets", json={"overlap_hours": 0}) for _ in range(2)]
        *rotated, resumed = await asyncio.gather(*calls, office.oa.post(f"/webhooks/{one['id']}/resumptions"))
        assert ([answer.status_code for answer in rotated], resumed.status_code) == ([201, 201], 200)
        await office.pushed(source_id="oa-2")
        await office.house.drain()
        headers, body = there.came[-1]
    assert len(there.came) == 2, "resumed"
    secrets, signing = [answer.json()["secret"] for answer in rotated], 0
    for secret in secrets:
        try:
            Verifier(secret).verify(body, headers)
            signing += 1
        except WebhookVerificationError:
            continue
    assert (len(set(secrets)), signing) == (2, 1), "the secret given last signs, and it alone"
