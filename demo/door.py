"""A small client of the public HTTP interface: JSON in and out, refusals as errors that say who was asked for what."""

import hashlib
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from types import TracebackType
from typing import Any
from uuid import uuid4

import httpx
import rfc8785
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

BASE = "/api/v1"
Json = dict[str, Any]


class Refused(Exception):
    """The server said no, or something that is no answer. People read its words; `code` is for programs."""

    def __init__(self, asked: str, status: int, code: str, title: str) -> None:
        super().__init__(f"{title or f'服务器没有说明原因（{code or status}）。'}（{asked} 的答复是 {status}）")
        self.status = status
        self.code = code


class Door:
    """One caller's way in. Give it a token, or let cookies do it."""

    def __init__(self, client: httpx.AsyncClient, extensions: Json | None = None, *, origin: str = "") -> None:
        self.http = client
        self._origin = origin
        self._extensions = extensions or {}

    async def __aenter__(self) -> "Door":
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        await self.http.aclose()

    def carry(self, token: str) -> None:
        """Send this token from now on."""
        self.http.headers["Authorization"] = f"Bearer {token}"

    async def get(self, path: str, **query: object) -> Any:
        """A JSON answer. Raises Refused."""
        return _json(await self.ask("GET", path, params={name: str(value) for name, value in query.items()} or None))

    async def bytes(self, path: str, **query: object) -> bytes:
        """An answer's body as it came, unpacked. Raises Refused."""
        asked = await self.ask("GET", path, params={name: str(value) for name, value in query.items()} or None)
        return asked.content

    async def post(self, path: str, body: object) -> Any:
        """Send JSON, get JSON. Raises Refused."""
        return _json(await self.ask("POST", path, json=body))

    async def delete(self, path: str) -> None:
        """Take something away. Raises Refused."""
        await self.ask("DELETE", path)

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Ask anything. Raises Refused."""
        headers = {} if method == "GET" else {"Idempotency-Key": str(uuid4())}
        if self._origin and headers:
            headers["Origin"] = self._origin
        try:
            answer = await self.http.request(method, BASE + path, headers=headers, extensions=self._extensions, **options)
        except httpx.HTTPError as error:
            raise Refused(f"{method} {path}", 0, type(error).__name__, "") from error
        if answer.is_success:
            return answer
        told = _problem(answer)
        raise Refused(f"{method} {path}", answer.status_code, told.get("code", ""), told.get("title", ""))

    async def log_in(self, login: str, password: str, *, client: str = "app") -> Json:
        """Log in by password; an app carries its token from now on. Raises Refused."""
        answer: Json = await self.post("/sessions", {"account": login, "password": password, "client": client})
        if "token" in answer:
            self.carry(answer["token"])
        return answer


def _json(answer: httpx.Response) -> Any:
    if answer.status_code == 204 or not answer.content:
        return None
    try:
        return answer.json()
    except ValueError as error:
        raise Refused(str(answer.request.url), answer.status_code, "not_json", "答复不是 JSON") from error


def _problem(answer: httpx.Response) -> dict[str, str]:
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def b64(data: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


class DeviceKey:
    """A phone's own key: ECDSA P-256, made here, signing raw r‖s."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())
        encoding, form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        self.public = self._private.public_key().public_bytes(encoding, form)

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        r, s = decode_dss_signature(self._private.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def statement_of(step: Json, action: Json, text: str, strokes: bytes | None, device: str | None) -> str:
    """What is signed: RFC 8785 JSON over the ticket, the act, the words, the digest of the handwriting, and what was shown."""
    told = {
        "suite": "zhiban-es256-1",
        "ticket": step["ticket"],
        "action": {
            "kind": action["kind"], "dispatch": [{"to": one["to"], "role": one["role"]} for one in action["dispatch"]],
            **({"due": action["due"]} if action.get("due") else {}),
        },
        "opinion": {"text": text, "strokes": hashlib.sha256(strokes).hexdigest() if strokes else None},
        "rendition": step["rendition"],
        "device_time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "key": device,
    }  # fmt: skip
    return rfc8785.dumps(told).decode()


def handwriting() -> bytes:
    """A short signature as a finger makes it, eight strokes: delta-coded, in tenths of a pixel and milliseconds."""
    strokes = []
    for n in range(8):
        start = [300 + 420 * (n % 4), 220 + 300 * (n // 4), 40 * n]
        moves = [[34 - 5 * (k % 7), (k * 13 + n * 7) % 37 - 15, 16] for k in range(12)]
        strokes.append(start + [value for move in moves for value in move])
    return json.dumps({"v": 1, "w": 340, "h": 150, "u": 0.1, "s": strokes}, separators=(",", ":")).encode()
