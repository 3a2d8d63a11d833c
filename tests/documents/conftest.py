"""A settled town in an open house, an integration client, and a device that signs."""

import asyncio
import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zlib import crc32

import httpx
import pytest
import rfc8785
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from documents.incoming.models import Handling
from documents.incoming.papers import closing
from office import identity
from office.flow import actions as flow
from office.flow.models import FlowCase
from office.identity.models import Account, Device
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.kernel.database import is_postgres
from office.kernel.ids import new_id
from office.outbox.promises import broken
from tests.people import UNITS, Town
from tests.support.drawn import Drawn
from tests.support.house import House

PAPER = Path(__file__).resolve().parents[2] / "demo" / "paper"
STROKES = json.dumps({"v": 1, "w": 320, "h": 160, "u": 0.1, "s": [[100, 100, 0, 50, 40, 16, 60, -20, 16]]}).encode()


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Phone:
    """A person's phone with a signing key of its own."""

    device: UUID | None = None
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def spki(self) -> bytes:
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.key.public_key().public_bytes(serialization.Encoding.DER, form)

    def sign(self, text: str) -> str:
        r, s = decode_dss_signature(self.key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        return b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))

    def signed(self, step: dict[str, Any], text: str, kind: str = "approve", *sent: tuple[str, str],
               strokes: bytes | None = None, **changes: Any) -> dict[str, Any]:  # fmt: skip
        statement = {
            "suite": "zhiban-es256-1",
            "ticket": step["ticket"],
            "action": {"kind": kind, "dispatch": [{"to": to, "role": role} for to, role in sent]},
            "opinion": {"text": text, "strokes": hashlib.sha256(strokes).hexdigest() if strokes else None},
            "rendition": step["rendition"],
            "device_time": "2026-11-23T03:00:00Z",
            "key": str(self.device) if self.device else None,
            **changes,
        }
        canonical = rfc8785.dumps(statement).decode()
        signature = self.sign(canonical) if self.device else None
        return {"statement": canonical, "signature": signature, "strokes": b64(strokes) if strokes else None}


def number_of(source_id: str) -> str:
    """The document's own number: each document of the tests has another."""
    return f"青政办发〔2026〕{47 if source_id == 'oa-1' else 100 + crc32(source_id.encode()) % 90_000}号"


@dataclass
class Office:
    """What document tests act with."""

    town: Town
    oa: httpx.AsyncClient

    @property
    def house(self) -> House:
        return self.town.house

    async def phone_of(self, name: str) -> Phone:
        """A phone registered to a person; the row is written as registration writes it."""
        await self.town.of(name)
        phone = Phone(device=new_id())
        account = await Account.get(person=self.town.people[name])
        await Device.create(
            id=phone.device, account_id=account.id, name="手机", public_key=b64(phone.spki),
            fingerprint=hashlib.sha256(phone.spki).hexdigest(), created_at=clock.now(),
        )  # fmt: skip
        return phone

    async def push(self, *to: str, source_id: str = "oa-1", version: int = 1, paper: str = "bridge-request.pdf",
                   title: str = "关于做好防汛工作的紧急通知", **more: Any) -> httpx.Response:  # fmt: skip
        metadata = {
            "source": "county-oa", "source_id": source_id, "version": version, "title": title, "docNo": number_of(source_id),
            "urgency": "特急", "docDate": "2026-07-06", "issuerMark": "青岚县人民政府办公室文件", "docType": "通知",
            "signature": "青岚县人民政府办公室", "recipients": [UNITS[unit][3] for unit in to or ("禾渡镇",)], **more,
        }  # fmt: skip
        files = [("file", (paper, (PAPER / paper).read_bytes(), "application/pdf"))]
        return await self.oa.post("/exchange/documents", data={"metadata": json.dumps(metadata)}, files=files)

    async def pushed(self, **more: Any) -> str:
        """The handling of 禾渡镇 after a push."""
        answer = await self.push("禾渡镇", **more)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["receipts"][0]["handling"])

    async def registered(self, **more: Any) -> str:
        handling = await self.pushed(**more)
        clerk = await self.town.of("苏小满")
        answer = await clerk.post(f"/handlings/{handling}/registrations", json={
            "title": "关于做好防汛工作的紧急通知", "urgency": "特急", "doc_no": number_of(more.get("source_id", "oa-1")),
            "issuer": "青岚县人民政府办公室",
        })  # fmt: skip
        assert answer.status_code == 201, answer.text
        return handling

    async def proposed(self, *leaders: str, order: str = "bottom_up", **more: Any) -> str:
        handling = await self.registered(**more)
        clerk = await self.town.of("苏小满")
        posts = [str(self.town.posts[name]) for name in leaders or ("秦望舒",)]
        answer = await clerk.post(f"/handlings/{handling}/proposals", json={
            "text": "拟请秦镇长阅示。", "order": order, "leaders": posts,
        })  # fmt: skip
        assert answer.status_code == 201, answer.text
        return handling

    async def post(self, name: str, handling: str, what: str, **body: Any) -> httpx.Response:
        """An act of a person on a handling: what the server answers."""
        return await (await self.town.of(name)).post(f"/handlings/{handling}/{what}", json=body)

    async def ok(self, name: str, handling: str, what: str, **body: Any) -> dict[str, Any]:
        """The same, where it must succeed."""
        answer = await self.post(name, handling, what, **body)
        assert answer.status_code in (200, 201), answer.text
        return dict(answer.json())

    async def page(self, name: str, handling: str) -> dict[str, Any]:
        answer = await (await self.town.of(name)).get(f"/handlings/{handling}")
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page

    async def step(self, name: str, handling: str) -> dict[str, Any]:
        step = (await self.page(name, handling))["step"]
        assert step is not None, f"{name} owes nothing"
        return dict(step)

    async def sign(self, name: str, handling: str, text: str = "同意。", kind: str = "approve", *sent: tuple[str, str],
                   phone: Phone | None = None) -> httpx.Response:  # fmt: skip
        phone = phone or await self.phone_of(name)
        body = phone.signed(await self.step(name, handling), text, kind, *sent)
        return await (await self.town.of(name)).post(f"/handlings/{handling}/signatures", json=body)

    async def after_hold(self) -> None:
        """The thirty seconds pass."""
        clock.travel(timedelta(seconds=31))
        await self.house.drain()


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    """The pages of the papers that tests push."""
    return Drawn(tmp_path_factory.mktemp("drawn"), PAPER.iterdir())


@pytest.fixture
def sealing() -> None:
    """Asked for, what is closed is printed, bound and sealed, which takes most of a second each time."""


@pytest.fixture(autouse=True)
def _unsealed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    async def not_here(_: Handling) -> bool:
        return False

    if "sealing" not in request.fixturenames:
        monkeypatch.setattr(closing, "_to_seal", not_here)


@pytest.fixture
async def office(settled: Town, drawn: Drawn) -> AsyncIterator[Office]:
    """The town of the tests, with the county's OA connected."""
    issued = await identity.create_client(SYSTEM, "县OA", ["documents.push", "documents.states"])
    with drawn.shared(settled.house.settings.folder / "renditions"):
        async with settled.house.client(issued.secret) as oa:
            yield Office(settled, oa)
    assert await broken() == {}, "a promise of a manifest does not hold after the journey"


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run calls so that all stand before the first lock of a case at the same moment (PostgreSQL)."""
    lock = flow.lock

    async def run(*calls: Awaitable[httpx.Response]) -> list[httpx.Response]:
        barrier, waiting = asyncio.Barrier(len(calls)), len(calls)

        async def meeting(case: UUID) -> FlowCase:
            nonlocal waiting
            if waiting and is_postgres():
                waiting -= 1
                async with asyncio.timeout(20):
                    await barrier.wait()
            return await lock(case)

        monkeypatch.setattr(flow, "lock", meeting)
        try:
            return list(await asyncio.gather(*calls))
        finally:
            monkeypatch.setattr(flow, "lock", lock)

    return run
