"""Load that survives its server: each worker takes one document after another through push, registration, proposal, signature.

An act that was not acknowledged, because the server died, said 5xx or the line broke, is sent again under the same key; now
and then it is given up instead, so that it must have happened once or not at all.
"""

import asyncio
import hashlib
import json
import random
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from tests.documents.conftest import PAPER, Phone
from tests.people import UNITS
from tests.proof.journal import Journal
from tests.support.tls import TLS

BYTES = (PAPER / "bridge-request.pdf").read_bytes()


def paper_of(source: str) -> bytes:
    """What a push sends: every other one a paper of its own, so that its bytes can be lost; the rest the same one."""
    return BYTES + f"\n% {source}\n".encode() if int(source[0], 16) % 2 else BYTES


#: The share of unacknowledged sendings after which the client gives up.
GIVEN_UP = 0.1
#: The share of sendings whose answer the client does not wait for: a line that broke, while the server goes on.
CUT, CUT_SECONDS = 0.05, 0.1
TRY_SECONDS = 20.0


class GaveUp(Exception):
    """The worker leaves this document as it is."""


@dataclass
class Cast:
    """Who acts: tokens, phones, posts and where the leader sends to."""

    oa: str
    clerk: str
    leaders: list[tuple[str, str, Phone]]
    sent: list[tuple[str, str]]
    journal: Journal
    chance: random.Random
    up: asyncio.Event = field(default_factory=asyncio.Event)
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    over: bool = False
    retried: int = 0
    replayed: int = 0


async def work(cast: Cast, base: str, number: int) -> None:
    """Documents until told that it is over; the one begun is finished."""
    async with httpx.AsyncClient(base_url=f"{base}/api/v1", timeout=TRY_SECONDS, trust_env=False, verify=TLS) as http:
        token, post, phone = cast.leaders[number % len(cast.leaders)]
        worker = Worker(cast, http, token, post, phone)
        while not cast.over:
            try:
                await worker.document()
            except GaveUp:
                continue


@dataclass
class Worker:
    """One client at work: an office that pushes, a clerk, and a leader with a phone."""

    cast: Cast
    http: httpx.AsyncClient
    leader: str
    post: str
    phone: Phone

    async def document(self) -> None:
        source = uuid4().hex
        digest = hashlib.sha256(paper_of(source)).hexdigest()
        told = await self._act(f"push-{source}", "push", self._push(source), source=source, digest=digest)
        handling = told["receipts"][0]["handling"]
        clerk, path = self.cast.clerk, f"/handlings/{handling}"
        registration = {"title": f"通知（{source[:6]}）", "urgency": "特急", "doc_no": _number(source), "issuer": source}
        register = self._post(clerk, f"{path}/registrations", registration)
        await self._act(f"register-{source}", "register", register, handling=handling)
        proposal = {"text": "拟请阅示。", "order": "bottom_up", "leaders": [self.post]}
        propose = self._post(clerk, f"{path}/proposals", proposal)
        await self._act(f"propose-{source}", "propose", propose, handling=handling)
        page = await self._answered(self._get(self.leader, path))
        statement = self.phone.signed(page["step"], "同意，请抓紧办理。", "instruct", *self.cast.sent)
        sign = self._post(self.leader, f"{path}/signatures", statement)
        await self._act(f"sign-{source}", "sign", sign, handling=handling, statement=statement["statement"])

    def _push(self, source: str) -> dict[str, Any]:
        metadata = {
            "source": "county-oa", "source_id": source, "version": 1, "title": "关于防汛工作的通知",
            "docNo": _number(source), "urgency": "特急", "docDate": "2026-07-06", "docType": "通知", "signature": source,
            "recipients": [UNITS["禾渡镇"][3]],
        }  # fmt: skip
        files = [("file", ("请示.pdf", paper_of(source), "application/pdf"))]
        data = {"metadata": json.dumps(metadata)}
        return {"method": "POST", "url": "/exchange/documents", "data": data, "files": files, "headers": _bearer(self.cast.oa)}

    def _post(self, token: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return {"method": "POST", "url": path, "json": body, "headers": _bearer(token)}

    def _get(self, token: str, path: str) -> dict[str, Any]:
        return {"method": "GET", "url": path, "headers": _bearer(token)}

    async def _act(self, key: str, kind: str, request: dict[str, Any], **about: Any) -> dict[str, Any]:
        """Journal, send until acknowledged, journal. Raises GaveUp."""
        self.cast.journal.intend(key, kind, **about)
        request["headers"]["Idempotency-Key"] = key
        answer = await self._answered(request, may_give_up=True)
        self.cast.journal.acknowledged(key, answer)
        self.cast.moved.set()
        return answer

    async def _answered(self, request: dict[str, Any], *, may_give_up: bool = False) -> dict[str, Any]:
        while True:
            await self.cast.up.wait()
            cut = may_give_up and self.cast.chance.random() < CUT
            answer = await self._sent(request, self.cast.chance.uniform(0.01, CUT_SECONDS) if cut else TRY_SECONDS)
            if answer is not None:
                told: dict[str, Any] = answer.json()
                self.cast.replayed += answer.headers.get("Idempotent-Replayed") == "true"
                return told
            self.cast.retried += 1
            if may_give_up and self.cast.chance.random() < GIVEN_UP:
                raise GaveUp
            await asyncio.sleep(0.02)

    async def _sent(self, request: dict[str, Any], patience: float) -> httpx.Response | None:
        """The acknowledgement; None if the server died, could not, or was not waited for. A refusal fails the proof."""
        try:
            answer = await self.http.request(**request, timeout=patience)
        except httpx.TransportError:
            return None
        if answer.status_code >= 500:
            return None
        assert answer.status_code in (200, 201), f"{request['url']}: {answer.text}"
        return answer


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _number(source: str) -> str:
    """A number of its own for each document: the same one twice would be a duplicate, and refused."""
    return f"青政办发〔2026〕{int(source[:6], 16)}号"
