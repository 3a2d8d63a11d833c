"""Checking what the server says without asking the server: signatures by their keys, pages by the paper itself.

Written from the formats' description, apart from the server's own code: ECDSA P-256 with SHA-256, raw r‖s, keys as SPKI;
canonical JSON by RFC 8785; webhooks by Standard Webhooks 1.0.
"""

import hashlib
import io
import json
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


def receipt(answer: Json, document_digests: list[str]) -> list[str]:
    """What is wrong with a push's signed receipt; empty if nothing."""
    signed, public = answer["receipt"], unb64(answer["receipt"]["public_key"])
    wrong = []
    if not signed_by(public, unb64(signed["signature"]), signed["payload"].encode()):
        wrong.append("回执签名不符")
    if signed["key"] != key_id(public) or not canonical(signed["payload"]):
        wrong.append("回执的密钥编号或格式不符")
    payload = json.loads(signed["payload"])
    handlings = [one["handling"] for one in payload.get("delivered", [])]
    if payload.get("document") != answer["document"] or handlings != [one["handling"] for one in answer["receipts"]]:
        wrong.append("回执内容与答复不符")
    if not document_digests:
        wrong.append("没有文件")
    return wrong


def rendition(digests: list[str]) -> str:
    """What a signature names: the SHA-256 of the canonical list of the files' digests."""
    return hashlib.sha256(rfc8785.dumps(list(digests))).hexdigest()


def evidence(told: Json, statement: str, signature: bytes, public: bytes, trusted: bytes) -> list[str]:
    """What is wrong with a signature's evidence, given what the phone signed and the server's key known from the receipt."""
    wrong = []
    if told["statement"] != statement or not canonical(told["statement"]):
        wrong.append("签名内容与手机签的不一致")
    if unb64(told["public_key"] or "") != public or unb64(told["signature"] or "") != signature:
        wrong.append("设备签名或公钥与手机的不一致")
    if not signed_by(unb64(told["public_key"] or ""), unb64(told["signature"] or ""), told["statement"].encode()):
        wrong.append("设备签名不符")
    server = unb64(told["server_public_key"])
    if server != trusted or told["server_key_id"] != key_id(server):
        wrong.append("服务器公钥与回执上的不同")
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


def webhook(secret: str, body: bytes, headers: Mapping[str, str]) -> tuple[Json | None, str]:
    """A delivery's content and "", or None and what is wrong (Standard Webhooks)."""
    try:
        Webhook(secret).verify(body, dict(headers))
        told: Any = json.loads(body)
    except (WebhookVerificationError, ValueError, KeyError) as error:
        return None, f"{type(error).__name__} {error}".strip()
    return (told, "") if isinstance(told, dict) else (None, "不是对象")


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
