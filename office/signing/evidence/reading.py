"""Reading a bundle: whatever its bytes are, it is of the form of docs/evidence-format.md, or `NotABundle` says what is not."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import rfc8785
from cryptography.exceptions import UnsupportedAlgorithm

from office.identity.keys import load_public_key
from office.kernel import base64url
from office.signing.evidence.shapes import (
    DATA,
    MAX_ENTRIES,
    MAX_JSON,
    SIGNED,
    Countersigned,
    Entered,
    Entry,
    Evidence,
    FinalSeal,
    HeadText,
    Signed,
    SignedFile,
    Statement,
    Ticket,
    TrailRow,
)
from office.signing.keys import id_of

T = TypeVar("T")
SM2_POINT = 65
BROKEN_ZIP = (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError, ValueError, KeyError)


class NotABundle(Exception):
    """Not of the form; the message is Chinese and says what."""


@dataclass(frozen=True)
class Opened:
    """One signature with what its texts say."""

    signed: Signed
    statement: Statement
    ticket: Ticket
    ticket_bytes: bytes
    ticket_signature: bytes
    countersigned: Countersigned


@dataclass(frozen=True)
class Bundle:
    """A bundle of the right form: all texts read, all keys loaded (DER, by id)."""

    evidence: Evidence
    data: bytes
    signature: bytes
    parts: Mapping[str, bytes]
    keys: Mapping[str, bytes]
    signatures: list[Opened]
    entries: list[Entry]
    rows: list[TrailRow]
    head: HeadText | None


def read_bundle(path: Path) -> Bundle:
    """A bundle from a file. Raises NotABundle."""
    parts = _parts(path)
    try:
        data, sealed = parts[DATA], parts[SIGNED].decode("ascii")
    except (KeyError, UnicodeDecodeError) as error:
        raise NotABundle(f"缺少 {DATA} 或 {SIGNED}，或内容不对") from error
    if len(data) > MAX_JSON:
        raise NotABundle(f"{DATA} 过大")
    evidence = canonical(data, Evidence, DATA)
    _moments(evidence.made_at)
    signatures = [_opened(one) for one in evidence.signatures]
    head = None if evidence.head is None else canonical(evidence.head.head.encode(), HeadText, "封存凭证")
    _moments(*([head.sealed_at] if head else []))
    rows = [_row(one.row) for one in evidence.trail]
    entries = [_entry(one) for one in evidence.entered]
    bundle = Bundle(evidence, data, raw(sealed, SIGNED), parts, _keys(evidence), signatures, entries, rows, head)
    _agree(bundle)
    if evidence.seal is not None:
        _final(evidence.seal)
    return bundle


def _parts(path: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES or sum(one.file_size for one in entries) > path.stat().st_size:
                raise NotABundle("条目过多或过大")
            if any(one.compress_type != zipfile.ZIP_STORED or one.flag_bits & 1 for one in entries):
                raise NotABundle("条目被压缩或加密")
            found = {one.filename: archive.read(one) for one in entries}
    except BROKEN_ZIP as error:
        raise NotABundle("不是完整的 ZIP 文件，可能传输中损坏") from error
    if len(found) != len(entries):
        raise NotABundle("有重名的条目")
    return found


def canonical(data: bytes, shape: type[T], what: str) -> T:
    """Canonical JSON of a shape, its numbers whole. Raises NotABundle."""
    try:
        value = msgspec.json.decode(data)
        if rfc8785.dumps(value) != data or not _whole(value):
            raise NotABundle(f"{what}不是规范形式（RFC 8785）")
        return msgspec.json.decode(data, type=shape)
    except (msgspec.MsgspecError, rfc8785.CanonicalizationError, UnicodeError, RecursionError, ValueError) as error:
        raise NotABundle(f"{what}的内容不合格式") from error


def _whole(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_whole(one) for one in value.values())
    if isinstance(value, list):
        return all(_whole(one) for one in value)
    return not isinstance(value, float) and (not isinstance(value, int) or 0 <= value < 2**53)


def _row(text: str) -> TrailRow:
    try:
        return msgspec.json.decode(text.encode(), type=TrailRow)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise NotABundle("日志行的内容不合格式") from error


def _entry(entered: Entered) -> Entry:
    entry = canonical(entered.entry.encode(), Entry, "代录内容")
    _moments(entry.entered_at, entry.decided_at, entered.confirmed_at, entered.taken_back_at)
    return entry


def _opened(signed: Signed) -> Opened:
    statement = canonical(signed.statement.encode(), Statement, "签批内容")
    payload, point, signature = statement.ticket.partition(".")
    data = _b64(payload, "凭据") if point else b""
    ticket = canonical(data, Ticket, "凭据")
    countersigned = canonical(signed.countersigned.encode(), Countersigned, "会签内容")
    _moments(ticket.issued_at, countersigned.arrived_at, signed.effective_at, signed.taken_back_at)
    raw(signed.countersignature, "会签")
    if (signed.signature is None) != (signed.public_key is None):
        raise NotABundle("设备签名与设备公钥没有成对")
    if signed.signature is not None and signed.public_key is not None:
        raw(signed.signature, "设备签名")
        key(signed.public_key)
    return Opened(signed, statement, ticket, data, raw(signature, "凭据签名"), countersigned)


def _keys(evidence: Evidence) -> dict[str, bytes]:
    keys = {one.id: key(one.public_key) for one in evidence.server_keys}
    if len(keys) != len(evidence.server_keys) or any(id_of(public) != id for id, public in keys.items()):
        raise NotABundle("服务器公钥与编号不符，或有重复")
    named = {evidence.signed_by, *(one.server_key for one in evidence.signatures)}
    if named | ({evidence.head.server_key} if evidence.head else set()) != keys.keys():
        raise NotABundle("列出的服务器公钥与用到的不一致")
    return keys


def _agree(bundle: Bundle) -> None:
    evidence = bundle.evidence
    if evidence.head is not None:
        raw(evidence.head.signature, "封存凭证的签名")
    if (evidence.head is None) != (not evidence.trail):
        raise NotABundle("日志行与封存凭证没有一起给出")
    for what in (evidence.signatures, evidence.entered):
        if len({one.id for one in what}) != len(what):
            raise NotABundle("同一份签批或意见出现两次")
    if not evidence.signatures and not evidence.entered:
        raise NotABundle("没有签批，也没有代录的意见")
    files = {f"files/{one.sha256}" for one in named_files(evidence) if one.included}
    if evidence.seal is not None and evidence.seal.included:
        files.add(f"files/{evidence.seal.sha256}")
    strokes = {f"strokes/{one.statement.opinion.strokes}" for one in bundle.signatures if one.statement.opinion.strokes}
    if bundle.parts.keys() != {DATA, SIGNED} | files | strokes:
        raise NotABundle("包里的文件与清单不一致")


def named_files(evidence: Evidence) -> list[SignedFile]:
    """What was shown, and the scans of opinions on paper."""
    scans = [one.scan for one in evidence.entered if one.scan is not None]
    return [*(one for rendition in evidence.renditions for one in rendition.files), *scans]


def _final(seal: FinalSeal) -> None:
    _moments(seal.closed_at, seal.sealed_at)
    _b64(seal.certificate, "封签证书")
    if seal.sm2 is not None:
        _b64(seal.sm2.signature, "SM2 签名")
        if len(_b64(seal.sm2.public_key, "SM2 公钥")) != SM2_POINT:
            raise NotABundle("SM2 公钥不是 65 字节")


def _moments(*texts: str | None) -> None:
    for text in texts:
        if text is not None:
            try:
                datetime.fromisoformat(text)
            except ValueError as error:
                raise NotABundle(f"没有这个时间：{text}") from error


def _b64(text: str, what: str) -> bytes:
    try:
        return base64url.decode(text)
    except ValueError as error:
        raise NotABundle(f"{what}不是规范的 base64url") from error


def raw(text: str, what: str) -> bytes:
    """A raw signature. Raises NotABundle."""
    data = _b64(text, what)
    if len(data) != 64:
        raise NotABundle(f"{what}不是 64 字节")
    return data


def key(text: str) -> bytes:
    """A key as DER. Raises NotABundle."""
    data = _b64(text, "公钥")
    try:
        load_public_key(data)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise NotABundle("公钥不是 P-256 公钥") from error
    return data
