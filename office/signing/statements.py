"""Statements: what a person says by signing, as canonical JSON (RFC 8785) whose exact bytes are signed and kept."""

import hashlib
import unicodedata
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
import rfc8785

from office.identity.keys import load_public_key, signature_holds
from office.kernel import base64url
from office.kernel.refusal import Forbidden, Invalid
from office.kernel.text import EMPTY_OR_VISIBLE, leaves_of
from office.signing.keys import SUITE
from office.signing.strokes import read_strokes

MAX_STATEMENT = 32 * 1024
Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class Opinion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words, verbatim (NFC), and the digest of the handwriting if there is any."""

    text: Annotated[str, msgspec.Meta(max_length=2000, pattern=EMPTY_OR_VISIBLE)]
    strokes: Digest | None = None


class Sent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One to whom it goes on."""

    to: Annotated[str, msgspec.Meta(min_length=3, max_length=80)]
    role: Literal["lead", "advise", "assist", "read", "sign"]


class Action(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the words do, as the signer confirmed it; `due` is the time they ask for, left out where they ask for none."""

    kind: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    dispatch: Annotated[list[Sent], msgspec.Meta(max_length=200)] = []
    due: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class Statement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is signed. `device_time` is claimed; `key` the device's, None where the server's key signs (marked so)."""

    suite: Literal["zhiban-es256-1"]
    ticket: str
    action: Action
    opinion: Opinion
    rendition: Digest
    device_time: datetime
    key: UUID | None


def read_statement(text: str) -> Statement:
    """A statement from the wire; its text must be its own canonical form. Refuses: Invalid signing.bad_statement."""
    data = text.encode()
    if len(data) > MAX_STATEMENT:
        raise Invalid("signing.bad_statement", reason="内容过长")
    try:
        statement = msgspec.json.decode(data, type=Statement)
        canonical = rfc8785.dumps(msgspec.json.decode(data))
    except (msgspec.MsgspecError, rfc8785.CanonicalizationError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid("signing.bad_statement", reason="格式不对") from error
    if canonical != data or unicodedata.normalize("NFC", text) != text:
        raise Invalid("signing.bad_statement", reason="不是规范形式")
    if any(isinstance(one, str) and "\x00" in one for _, one in leaves_of(statement, "")):
        raise Invalid("signing.bad_statement", reason="含有不能保存的字符")
    if statement.device_time.tzinfo is None:
        raise Invalid("signing.bad_statement", reason="时间没有时区")
    for moment in (statement.device_time, statement.action.due):
        # A wrong clock is kept as claimed, but a calendar's end breaks storage.
        if moment is not None and not 2000 <= moment.year < 2200:
            raise Invalid("signing.bad_statement", reason="时间不在 2000 至 2199 年之间")
    return statement


def check_strokes(statement: Statement, strokes: bytes | None) -> None:
    """The handwriting sent is the one signed. Refuses: Invalid signing.other_strokes, signing.bad_strokes."""
    said = hashlib.sha256(strokes).hexdigest() if strokes is not None else None
    if said != statement.opinion.strokes:
        raise Invalid("signing.other_strokes")
    if strokes is not None:
        read_strokes(strokes)


def check_signature(text: str, signature: str | None, public: bytes | None) -> bytes | None:
    """The device's signature, verified; None where there is no device key. Refuses: Forbidden signing.bad_signature."""
    if (signature is None) != (public is None):
        raise Invalid("signing.bad_statement", reason="签名与密钥不一致")
    if signature is None or public is None:
        return None
    try:
        raw = base64url.decode(signature)
    except ValueError as error:
        raise Forbidden("signing.bad_signature") from error
    if not signature_holds(load_public_key(public), text.encode(), raw):
        raise Forbidden("signing.bad_signature")
    return raw


__all__ = ["SUITE", "Action", "Opinion", "Sent", "Statement", "check_signature", "check_strokes", "read_statement"]
