"""Checking what the server says without asking the server: signatures by their keys, pages by the paper itself.

Written from the formats' description, apart from the server's own code: ECDSA P-256 with SHA-256, raw r‖s, keys as SPKI;
canonical JSON by RFC 8785; webhooks by Standard Webhooks 1.0.
"""

import hashlib
import io
import itertools
import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from PIL import Image, ImageChops, UnidentifiedImageError
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from demo.door import Json


def unb64(text: str) -> bytes:
    """The bytes of base64url text without padding."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def signed_by(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether a raw r‖s signature over a message is by this key."""
    try:
        key = serialization.load_der_public_key(public)
        if not isinstance(key, ec.EllipticCurvePublicKey) or len(signature) != 64:
            return False
        der = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
        key.verify(der, message, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def canonical(text: str) -> bool:
    """Whether a JSON text is its own canonical form."""
    try:
        return rfc8785.dumps(json.loads(text)) == text.encode()
    except ValueError:
        return False


def key_id(public: bytes) -> str:
    """How the server names a key: 16 hex digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


def published(told: Json) -> dict[str, bytes]:
    """The server's keys by id, as it publishes them to anybody; a key that is not what its id says is none."""
    keys = {one["id"]: unb64(one["public_key"]) for one in told["items"]}
    return {id: public for id, public in keys.items() if key_id(public) == id}


def receipt(answer: Json, sent: Json, files: list[bytes], keys: Mapping[str, bytes]) -> list[str]:
    """What is wrong with a push's signed receipt, given what was sent and the server's published keys; empty if nothing."""
    signed, wrong = answer["receipt"], []
    public = keys.get(signed["key"])
    if public is None or public != unb64(signed["public_key"]):
        wrong.append("签回执的密钥不在服务器公布的之列")
    elif not signed_by(public, unb64(signed["signature"]), signed["payload"].encode()) or not canonical(signed["payload"]):
        wrong.append("回执签名不符")
    payload = json.loads(signed["payload"])
    handlings = [one["handling"] for one in payload["delivered"]]
    if payload["document"] != answer["document"] or handlings != [one["handling"] for one in answer["receipts"]]:
        wrong.append("回执内容与答复不符")
    digests = [hashlib.sha256(data).hexdigest() for data in files]
    if [(one["size"], one["sha256"]) for one in payload["files"]] != list(zip(map(len, files), digests, strict=True)):
        wrong.append("回执里的文件不是推送的那些")
    if payload["fingerprint"] != fingerprint(sent, digests):
        wrong.append("回执里的指纹与推送的内容不符")
    return wrong


def fingerprint(sent: Json, digests: list[str]) -> str:
    """A push's fingerprint by its rule: what was said, without what says nothing, and the files' digests in order."""
    said = {name: value for name, value in sent.items() if value not in (None, "", []) and name != "security"}
    if said.get("version") == 1:
        del said["version"]
    return hashlib.sha256(rfc8785.dumps({"metadata": said, "files": digests})).hexdigest()


def rendition(digests: list[str]) -> str:
    """What a signature names: the SHA-256 of the canonical list of the files' digests."""
    return hashlib.sha256(rfc8785.dumps(list(digests))).hexdigest()


def evidence(told: Json, statement: str, signature: bytes, public: bytes, keys: Mapping[str, bytes]) -> list[str]:
    """What is wrong with a signature's evidence, given what the phone signed and the server's published keys."""
    wrong = []
    if told["statement"] != statement or not canonical(told["statement"]):
        wrong.append("签名内容与手机签的不一致")
    if unb64(told["public_key"] or "") != public or unb64(told["signature"] or "") != signature:
        wrong.append("设备签名或公钥与手机的不一致")
    if not signed_by(unb64(told["public_key"] or ""), unb64(told["signature"] or ""), told["statement"].encode()):
        wrong.append("设备签名不符")
    server = unb64(told["server_public_key"])
    if keys.get(told["server_key_id"]) != server:
        wrong.append("会签的密钥不在服务器公布的之列")
    return wrong + _countersignature(told, server) + _ticket(told, server)


def _countersignature(told: Json, server: bytes) -> list[str]:
    said = json.loads(told["countersigned"])
    wanted = {
        "signature": told["id"],
        "statement_sha256": hashlib.sha256(told["statement"].encode()).hexdigest(),
        "device_signature_sha256": hashlib.sha256(unb64(told["signature"] or "")).hexdigest(),
    }
    wrong = [] if all(said.get(name) == value for name, value in wanted.items()) else ["会签内容与证据不符"]
    if not signed_by(server, unb64(told["countersignature"]), told["countersigned"].encode()):
        wrong.append("服务器会签不符")
    return wrong


def _ticket(told: Json, server: bytes) -> list[str]:
    if json.loads(told["statement"])["ticket"] != told["ticket"]:
        return ["凭据与签名内容里的不同"]
    payload, _, signature = told["ticket"].partition(".")
    if not signed_by(server, unb64(signature), b"ticket " + unb64(payload)):
        return ["凭据的服务器签名不符"]
    said = json.loads(unb64(payload))
    return [] if said["rendition"] == json.loads(told["statement"])["rendition"] else ["凭据与签名的版面不同"]


_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def strokes(shown: bytes, drawn: bytes) -> str:
    """What differs between handwriting as kept and as the finger drew it; empty if nothing."""
    told, svg = json.loads(drawn), shown.decode("utf-8", "replace")
    if f'viewBox="{_framed(told["s"])}"' not in svg or set(re.findall(r"<(\w+)", svg)) != {"svg", "g", "path"}:
        return "画幅或内容不同"
    kept = [_moves(path) for path in re.findall(r'<path d="([^"]*)"', svg)]
    return "" if kept == [_wanted(stroke) for stroke in told["s"]] else "笔画与手机上写的不同"


#: Pixels of room for the pen around the ink.
_PEN = 3


def _framed(strokes: list[list[int]]) -> str:
    """Where the ink is, as a viewBox in pixels."""
    xs = [x for stroke in strokes for x in itertools.accumulate(stroke[0::3])]
    ys = [y for stroke in strokes for y in itertools.accumulate(stroke[1::3])]
    left, top = min(xs) / 10 - _PEN, min(ys) / 10 - _PEN
    return f"{left:g} {top:g} {max(xs) / 10 + _PEN - left:g} {max(ys) / 10 + _PEN - top:g}"


def _moves(path: str) -> tuple[str, list[int]]:
    """The shape of a path, and its numbers in tenths."""
    return _NUMBER.sub("#", path), [round(float(number) * 10) for number in _NUMBER.findall(path)]


def _wanted(stroke: list[int]) -> tuple[str, list[int]]:
    return "M# #" + "l# #" * (len(stroke) // 3 - 1), [value for place, value in enumerate(stroke) if place % 3 != 2]


def webhook(secret: str, body: bytes, headers: Mapping[str, str]) -> tuple[Json | None, str]:
    """A delivery's content and "", or None and what is wrong (Standard Webhooks)."""
    try:
        Webhook(secret).verify(body, dict(headers))
        told: Any = json.loads(body)
    except (WebhookVerificationError, ValueError, KeyError) as error:
        return None, f"{type(error).__name__} {error}".strip()
    return (told, "") if isinstance(told, dict) else (None, "不是对象")


def a_picture(shown: bytes, width: int) -> str:
    """What is wrong with a page that the server itself set, and that nothing here can be held against; empty if nothing."""
    try:
        served = Image.open(io.BytesIO(shown)).convert("L")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return "不是完整的图片"
    return "" if served.width == width else f"宽 {served.width} 像素，应为 {width}"


def same_picture(shown: bytes, own: bytes) -> str:
    """What differs between a page as served and as drawn here from the paper itself; empty if nothing."""
    try:
        served, drawn = (Image.open(io.BytesIO(data)).convert("RGB") for data in (shown, own))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return "不是完整的图片"
    if served.size != drawn.size:
        return f"大小 {served.size} 应为 {drawn.size}"
    box = ImageChops.difference(served, drawn).getbbox()
    return f"内容与原件不同（{box}）" if box else ""
