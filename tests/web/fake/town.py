"""The fake server's memory: sessions, devices, documents, the live log, and what it was sent."""

import asyncio
import hashlib
import json
import threading
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from tests.web.fake import data

Json = dict[str, Any]


class Refusal(Exception):
    def __init__(self, status: int, code: str, title: str, **more: Any) -> None:
        super().__init__(title)
        self.status = status
        self.body = {"type": "about:blank", "title": title, "status": status, "code": code, **more}


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verify(public_key: bytes, signature: bytes, message: bytes) -> None:
    """ECDSA P-256 over SHA-256, raw r||s."""
    key = load_der_public_key(public_key)
    assert isinstance(key, ec.EllipticCurvePublicKey)
    der = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    try:
        key.verify(der, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as wrong:
        raise Refusal(422, "signing.bad_signature", "签名核对不符，请重新签") from wrong


class Town:
    def __init__(self, hold: float = 30) -> None:
        self.hold = hold
        self.epoch = data.new_id()
        self.log: list[Json] = []
        self.sockets: set[asyncio.Queue[Json]] = set()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.sessions: dict[str, Json] = {}
        self.devices: dict[str, Json] = {}
        self.challenges: dict[str, bytes] = {}
        self.passkeys: dict[str, Json] = {}
        self.reauthenticated: set[str] = set()
        self.wrong: dict[str, int] = {}
        self.accounts = {name: dict(account) for name, account in data.ACCOUNTS.items()}
        self.answers: dict[str, tuple[int, Json | None]] = {}
        self.signatures: dict[str, Json] = {}
        self.received: list[Json] = []
        self.handlings: dict[str, Json] = {}
        self.todos: list[Json] = []
        self.lock = threading.Lock()
        for n in range(5):
            self.add(n)

    def add(self, n: int) -> Json:
        handling = data.handling(n)
        todo = data.todo(handling, "read" if n == 3 else "handle")
        self.handlings[handling["id"]] = handling
        self.todos.append(todo)
        return todo

    def counts(self) -> dict[str, int]:
        live = [todo for todo in self.todos if todo["state"] == "open"]
        return {box: sum(todo["box"] == box for todo in live) for box in ("handle", "read", "follow")}

    # the live log

    def emit(self, name: str, payload: Json) -> None:
        """Append to the log and push to every socket; callable from the test's thread."""
        with self.lock:
            event = {"type": "event", "seq": len(self.log) + 1, "name": name, "rev": 1, "at": data.at(), "data": payload}
            self.log.append(event)
        for queue in list(self.sockets):
            assert self.loop is not None
            self.loop.call_soon_threadsafe(queue.put_nowait, event)

    def close_sockets(self, code: int) -> None:
        for queue in list(self.sockets):
            assert self.loop is not None
            self.loop.call_soon_threadsafe(queue.put_nowait, {"close": code})

    def bring(self, n: int = 2) -> Json:
        """A document arrives while people are looking."""
        todo = self.add(n)
        self.emit("inbox.changed", {"counts": self.counts(), "todos": [todo], "todo": todo})
        return todo

    def close_todo(self, handling: str, reason: str) -> None:
        for todo in self.todos:
            if todo["route"] == f"/handlings/{handling}" and todo["state"] == "open":
                todo.update(state="done", closed_at=data.at(), reason=reason)
                self.emit("inbox.changed", {"counts": self.counts(), "todos": [todo], "todo": todo})
        self.handlings[handling]["step"] = None
        self.emit("documents.handling_changed", {"handling": handling, "state": "承办中", "rev": 2})

    # signing

    def derive(self, text: str) -> Json:
        if text.startswith(("已阅", "阅")):
            return {
                "action": {"kind": "read", "label": "登记为已阅", "dispatch": []},
                "explanation": "将会：登记您已阅，不产生新的办理",
            }
        if "牵头" in text or text.startswith(("同意", "原则同意")):
            kind = "approve" if text.startswith("同意") else "instruct"
            return {
                "action": {"kind": kind, "label": "同意并交办", "dispatch": data.DISPATCH},
                "explanation": "将会：同意拟办意见，交应急管理办公室主办，农业农村办公室、各村（社区）协办，今日18:00前报结果",
            }
        return {
            "action": {"kind": "instruct", "label": "按批示原文交文书办理", "dispatch": []},
            "explanation": "将会：按批示原文交文书办理",
        }

    def sign(self, handling_id: str, person: str, body: Json) -> Json:
        handling = self.handlings[handling_id]
        text: str = body["statement"]
        statement = json.loads(text)
        if rfc8785.dumps(statement) != text.encode():
            raise Refusal(422, "signing.not_canonical", "签名内容格式不符")
        step = handling["step"]
        if step is None or statement["ticket"] != step["ticket"]:
            raise Refusal(409, "flow.already_handled", "这一步已由他人办理，请查看文件现在的情况", state="done")
        if statement["rendition"] != step["rendition"]:
            raise Refusal(409, "signing.other_rendition", "文件内容有更新，请看过新版再签")
        self.check_strokes(statement, body)
        self.check_key(statement, body, person)
        until = datetime.now(UTC) + timedelta(seconds=self.hold)
        effects = [f"交{data.NAMES[line['to']]}{data.ROLES[line['role']]}" for line in statement["action"]["dispatch"]] or [
            "登记您的意见"
        ]
        signature: Json = {
            "id": data.new_id(),
            "state": "held",
            "held_until": until.isoformat().replace("+00:00", "Z"),
            "effects": effects,
        }
        self.signatures[signature["id"]] = {**signature, "handling": handling_id, "step": step}
        self.received.append(statement)
        return signature

    def check_strokes(self, statement: Json, body: Json) -> None:
        claimed = statement["opinion"]["strokes"]
        given = hashlib.sha256(unb64(body["strokes"])).hexdigest() if body["strokes"] else None
        if claimed != given:
            raise Refusal(422, "signing.strokes_differ", "手写笔迹与签名不符")

    def check_key(self, statement: Json, body: Json, person: str) -> None:
        if statement["key"] is None:
            assert body["signature"] is None
            return
        device = self.devices.get(statement["key"])
        if device is None or device["person"] != person or device["revoked_at"]:
            raise Refusal(409, "signing.key_revoked", "签名的手机已停用，这次签名无效，请重新签")
        verify(device["public_key"], unb64(body["signature"]), body["statement"].encode())

    def state_of(self, signature_id: str) -> Json:
        signature = self.signatures[signature_id]
        until = datetime.fromisoformat(signature["held_until"])
        if signature["state"] == "held" and datetime.now(UTC) >= until:
            self.release(signature_id)
        return {key: signature[key] for key in ("id", "state", "held_until", "effects")}

    def release(self, signature_id: str) -> None:
        signature = self.signatures[signature_id]
        if signature["state"] == "held":
            signature["state"] = "effective"
            self.close_todo(signature["handling"], "已批示")
