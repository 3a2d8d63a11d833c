"""The actors of the story and what each carries: the OA with its key, the clerk at a desk, the leader with a phone."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from demo.accounts import Credential, of
from demo.door import DeviceKey, Door, Json, Refused, b64, handwriting
from demo.town import OA, STORY_CLERK, STORY_LEADER, TOWNSHIP, clerk_of, unit_plan
from demo.two_minutes.lines import DESK, OFFICES, PHONE, Lines
from demo.two_minutes.lines import OA as OA_LINE
from demo.two_minutes.live import Live
from demo.two_minutes.pages import Paper
from demo.two_minutes.proofs import published, unb64

PIN = "284715"
PRIVATE = "这台服务器不许回调到内网地址；试用时启动前设 ZHIBAN_WEBHOOK_PRIVATE_TARGETS=true，或用 zhiban run-demo"


class County:
    """The county's OA: pushes, and listens for what becomes of it."""

    def __init__(self, lines: Lines, known: dict[str, Credential]) -> None:
        self.door: Door = lines.door(OA_LINE)
        self.door.carry(of(known, OA).password)
        self.webhook = ""
        self.keys: dict[str, bytes] = {}
        self.sent: Json = {}
        self.answer: Json = {}

    async def learn_keys(self) -> None:
        """The server's keys, before it has signed anything for us."""
        self.keys = published(await self.door.get("/server-keys"))

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
        self.sent = {**told, "recipients": [unit_plan(TOWNSHIP).code]}
        form = {"metadata": json.dumps(self.sent, ensure_ascii=False)}
        files = {"file": (paper.name, paper.data, paper.media_type)}
        self.answer = (await self.door.ask("POST", "/exchange/documents", data=form, files=files)).json()
        return self.answer

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

    async def leave(self) -> None:
        """Log out."""
        await self.door.delete("/sessions/current")


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
        """Take the phone's key away again, for an account has ten at most, and log out."""
        if self.device:
            await self.door.delete(f"/devices/{self.device}")
        await self.door.delete("/sessions/current")


async def state_at(lines: Lines, known: dict[str, Credential], unit: str, document: str) -> str:
    """The state of a document where it was sent, as that office's own clerk finds it in the inbox."""
    who = of(known, clerk_of(unit).login)
    async with lines.door(OFFICES) as door:
        await door.log_in(who.login, who.password)
        found = await _newest(door, document)
        await door.delete("/sessions/current")
    return found


async def _newest(door: Door, document: str) -> str:
    for todo in (await door.get("/inbox", box="handle", limit=100))["items"]:
        if todo["kind"] == "documents.receive":
            page = await door.get(todo["route"])
            if page["document"]["id"] == document:
                return str(page["state"])
    return "没有"


def names(lines: list[Any]) -> str:
    """Names in a row."""
    return "、".join(str(one["name"]) for one in lines)
