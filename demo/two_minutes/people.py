"""The actors of the story and what each carries: the OA with its key, the clerk at a desk, the leader with a phone."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from demo.accounts import Credential, of
from demo.door import DeviceKey, Door, Json, Refused, b64, handwriting
from demo.town import OA, STORY_CLERK, STORY_LEADER, TOWNSHIP, unit_plan
from demo.two_minutes.lines import DESK, PHONE, Lines
from demo.two_minutes.lines import OA as OA_LINE
from demo.two_minutes.live import Live
from demo.two_minutes.pages import Paper
from demo.two_minutes.proofs import unb64

PIN = "284715"
PRIVATE = "这台服务器不许回调到内网地址；试用时启动前设 ZHIBAN_WEBHOOK_PRIVATE_TARGETS=true，或用 zhiban run-demo"


class County:
    """The county's OA: pushes, and listens for what becomes of it."""

    def __init__(self, lines: Lines, known: dict[str, Credential]) -> None:
        self.door: Door = lines.door(OA_LINE)
        self.door.carry(of(known, OA).password)
        self.webhook = ""
        self.answer: Json = {}

    async def listen(self, url: str) -> str:
        """Register the webhook; its secret. Raises Refused, saying how a server comes to accept one to this machine."""
        try:
            made = await self.door.post("/webhooks", {"url": url, "types": ["handling.state"]})
        except Refused as refused:
            if refused.code in ("exchange.http_not_allowed", "exchange.private_target"):
                raise Refused("登记回调地址", refused.status, refused.code, f"{PRIVATE}（{url}）") from refused
            raise
        self.webhook = made["id"]
        return str(made["secret"])

    async def push(self, paper: Paper) -> Json:
        """Push the paper to the township."""
        told = {"source": OA, "source_id": f"story-{uuid4()}", "version": 1, **paper.metadata}
        form = {"metadata": json.dumps({**told, "recipients": [unit_plan(TOWNSHIP).code]}, ensure_ascii=False)}
        files = {"file": (paper.name, paper.data, paper.media_type)}
        self.answer = (await self.door.ask("POST", "/exchange/documents", data=form, files=files)).json()
        return self.answer

    @property
    def server_key(self) -> bytes:
        """The server's public key as the receipt told it."""
        return unb64(self.answer["receipt"]["public_key"])

    async def leave(self) -> None:
        """Take the webhook away again."""
        if self.webhook:
            await self.door.delete(f"/webhooks/{self.webhook}")


class Clerk:
    """The township's clerk, at a desk with the live socket open."""

    def __init__(self, lines: Lines, known: dict[str, Credential]) -> None:
        self._lines = lines
        self._who = of(known, STORY_CLERK)
        self.door = lines.door(DESK)
        self.live: Live

    async def begin(self) -> None:
        """Log in and follow."""
        await self.door.log_in(self._who.login, self._who.password)
        self.live = await self._lines.live(DESK, self.door)


@dataclass
class Leader:
    """The deputy mayor's phone: known to the server by its key, everything through one counted line."""

    lines: Lines
    who: Credential
    key: DeviceKey = field(default_factory=DeviceKey)
    device: str = ""
    post: str = ""
    strokes: bytes = field(default_factory=handwriting)

    def __post_init__(self) -> None:
        self.door = self.lines.door(PHONE)
        self.live: Live

    @classmethod
    def of(cls, lines: Lines, known: dict[str, Credential]) -> "Leader":
        """The leader of the story."""
        return cls(lines, of(known, STORY_LEADER))

    async def begin(self) -> None:
        """Once in a phone's life: log in by password, make it the usual phone, follow."""
        await self.door.log_in(self.who.login, self.who.password, client="browser")
        await self.door.post("/reauthentications", {"password": self.who.password})
        told = {"name": "两分钟演示手机", "public_key": b64(self.key.public), "pin": PIN}
        self.device = (await self.door.post("/devices", told))["device"]["id"]
        self.live = await self.lines.live(PHONE, self.door)
        self.post = self.live.start["me"]["posts"][0]["id"]

    async def tap_in(self) -> None:
        """一键登录: the phone was locked meanwhile; its key signs a challenge, the PIN is given, the page starts again."""
        challenge = (await self.door.post("/login-challenges", {"device": self.device}))["challenge"]
        signature = b64(self.key.sign(unb64(challenge)))
        said = {"device": self.device, "challenge": challenge, "signature": signature, "pin": PIN, "client": "browser"}
        await self.live.close()
        await self.door.post("/quick-sessions", said)
        self.live = await self.lines.live(PHONE, self.door)

    async def leave(self) -> None:
        """Take the phone's key away again: an account has ten at most."""
        if self.device:
            await self.door.delete(f"/devices/{self.device}")


def names(lines: list[Any]) -> str:
    """Names in a row."""
    return "、".join(str(one["name"]) for one in lines)
