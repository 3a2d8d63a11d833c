"""Checking a bundle without server and database: the checks of docs/evidence-format.md, each 有效, 无效 or 无法确认, and why.

Nothing is called valid on digests alone: without a server key that came by another way the outcome is 无法确认.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import rfc8785

from office.audit.merkle import consistent, leaf_hash, root_from_path
from office.identity.keys import load_public_key, signature_holds
from office.kernel import base64url
from office.signing.evidence.reading import Bundle, NotABundle, Opened, named_files, raw, read_bundle
from office.signing.evidence.shapes import CONFIRMED, DICTATED, PREFIX, SEALED, Entered, Entry, HeadProof, HeadText, TrailRow

VALID, INVALID, UNKNOWN = "valid", "invalid", "unknown"
#: Made beside the checks of the page where heads of other batches are brought.
KEPT = "kept"
CHECKS = (
    "container",
    "bundle",
    "anchor",
    "files",
    "tickets",
    "statements",
    "device",
    "countersign",
    "trail",
    "state",
    "seal",
    "entered",
)
LIFE = timedelta(days=7, minutes=1)


@dataclass
class Check:
    """The outcome of one check, and what is wrong or unknown, in Chinese."""

    name: str
    outcome: str = VALID
    why: list[str] = field(default_factory=list)


class BadAnchor(Exception):
    """A file that is neither saved server keys nor a kept head; the message is Chinese."""


class Brought(msgspec.Struct, frozen=True):
    """What the user brought: server keys in their texts, heads, proofs between heads, and files: their sizes by digest."""

    keys: frozenset[str] = frozenset()
    heads: tuple[str, ...] = ()
    proofs: tuple[HeadProof, ...] = ()
    files: Mapping[str, int] = {}


def brought(saved: Sequence[bytes], files: Mapping[str, int] | None = None) -> Brought:
    """From saved answers of GET /server-keys, kept heads and proofs between heads. Raises BadAnchor."""
    keys: set[str] = set()
    heads: list[str] = []
    proofs: list[HeadProof] = []
    for data in saved:
        try:
            told = msgspec.json.decode(data, type=_Saved)
            proofs += [msgspec.json.decode(data, type=HeadProof)] if told.path is not None else []
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise BadAnchor("内容不是 /server-keys 的答复，也不是封存凭证或两份凭证之间的证明") from error
        keys |= {one.public_key for one in told.items} | ({told.public_key} if told.public_key else set())
        heads += [told.head] if told.head else []
    return Brought(frozenset(keys), tuple(heads), tuple(proofs), files or {})


class _SavedKey(msgspec.Struct, frozen=True):
    public_key: str


class _Saved(msgspec.Struct, frozen=True):
    items: list[_SavedKey] = []
    public_key: str = ""
    head: str = ""
    path: list[str] | None = None


def overall(checks: Sequence[Check]) -> str:
    """Invalid if one is, else unknown if one is."""
    outcomes = {one.outcome for one in checks}
    return INVALID if INVALID in outcomes else UNKNOWN if UNKNOWN in outcomes else VALID


def check_bundle(path: Path, known: Brought | None = None) -> list[Check]:
    """All checks of a bundle in a file, in order; only the first where it is no bundle."""
    try:
        bundle = read_bundle(path)
    except NotABundle as error:
        return [Check("container", INVALID, [str(error)])]
    return _Checking(bundle, known).run()


def _head_text(text: str) -> HeadText | None:
    try:
        return msgspec.json.decode(text, type=HeadText)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


def proves(proof: HeadProof) -> bool:
    """Whether the later head's trail begins with the whole of the earlier one's."""
    old, new = _head_text(proof.first), _head_text(proof.second)
    if old is None or new is None:
        return False
    path = [bytes.fromhex(step) for step in proof.path]
    return consistent(old.size, new.size, bytes.fromhex(old.root), bytes.fromhex(new.root), path)


def _holds(public: bytes, message: bytes, signature: bytes) -> bool:
    return signature_holds(load_public_key(public), message, signature)


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class _Checking:
    def __init__(self, bundle: Bundle, known: Brought | None) -> None:
        self.bundle, self.evidence, self.known = bundle, bundle.evidence, known or Brought()
        self.checks = {name: Check(name) for name in CHECKS}

    def run(self) -> list[Check]:
        bundle, evidence = self.bundle, self.evidence
        if not _holds(bundle.keys[evidence.signed_by], PREFIX + bundle.data, bundle.signature):
            self.bad("bundle", "整包签名核对不通过，包被改动过")
        self.anchor()
        self.files()
        self.trail()
        self.seal()
        for one in bundle.signatures:
            self.ticket(one)
            self.statement(one)
            self.device(one)
            self.countersign(one)
            self.recorded(one)
            self.state(one)
        for entered, entry in zip(evidence.entered, bundle.entries, strict=True):
            self.entered(entered, entry)
        return list(self.checks.values())

    def bad(self, name: str, why: str) -> None:
        check = self.checks[name]
        check.outcome = INVALID
        check.why.append(why)

    def unsure(self, name: str, why: str) -> None:
        check = self.checks[name]
        check.outcome = check.outcome if check.outcome == INVALID else UNKNOWN
        check.why.append(why)

    def anchor(self) -> None:
        """The trust comes from outside the bundle, or not at all."""
        if not self.known.keys:
            self.unsure("anchor", "没有给出另外取得的服务器公钥，包里的公钥可能是伪造的")
        elif any(one.public_key not in self.known.keys for one in self.evidence.server_keys):
            self.bad("anchor", "包里的服务器公钥不在给出的之列")
        if self.evidence.head is not None:
            for text in self.known.heads:
                self._tied(text, self.evidence.head.head)

    def _tied(self, kept: str, ours: str) -> None:
        """The trail of a head kept elsewhere and that of the bundle's head are one: the later begins with the earlier."""
        one, other = _head_text(kept), _head_text(ours)
        if kept == ours or other is None:
            return
        if one is None or one.batch == other.batch:
            self.bad("anchor", "同一批的封存凭证与给出的不同，日志被改写过")
        else:
            old, new = (kept, ours) if one.batch < other.batch else (ours, kept)
            self._begins(old, new, f"第 {one.batch} 批与第 {other.batch} 批")

    def _begins(self, old: str, new: str, which: str) -> None:
        check = self.checks.setdefault(KEPT, Check(KEPT))
        proofs = [proof for proof in self.known.proofs if (proof.first, proof.second) == (old, new)]
        if not proofs and check.outcome != INVALID:
            self.unsure(KEPT, f"没有给出{which}封存凭证之间的证明，不能确认是同一份日志")
        if not all(map(proves, proofs)):
            self.bad(KEPT, f"{which}封存凭证之间的证明不成立，日志被改写过")

    def files(self) -> None:
        for rendition in self.evidence.renditions:
            if _sha(rfc8785.dumps([one.sha256 for one in rendition.files])) != rendition.digest:
                self.bad("files", "文件清单与被签的版本摘要不符")
        for one in named_files(self.evidence):
            self._file(one.name, one.sha256, one.size, included=one.included)
        if (seal := self.evidence.seal) is not None:
            self._file("归档版式文件", seal.sha256, seal.size, included=seal.included)

    def _file(self, name: str, digest: str, size: int, *, included: bool) -> None:
        data = self.bundle.parts[f"files/{digest}"] if included else None
        if data is not None and (_sha(data), len(data)) != (digest, size):
            self.bad("files", f"文件“{name}”的内容与摘要或大小不符")
        if data is None and self.known.files.get(digest) != size:
            self.unsure("files", f"文件“{name}”不在包里，请另取后用 --file 给出，或核对摘要 {digest}")

    def trail(self) -> None:
        head, sealed = self.bundle.head, self.evidence.head
        if head is None or sealed is None:
            return self.unsure("trail", "签批还没有封存进操作日志，请稍后重新取证据包")
        if not _holds(self.bundle.keys[sealed.server_key], b"audit-head " + sealed.head.encode(), raw(sealed.signature, "")):
            self.bad("trail", "封存凭证的签名核对不通过")
        for one, row in zip(self.evidence.trail, self.bundle.rows, strict=True):
            leaf, path = leaf_hash(hashlib.sha256(one.row.encode()).digest()), [bytes.fromhex(step) for step in one.path]
            if root_from_path(leaf, one.position, head.size, path) != bytes.fromhex(head.root):
                self.bad("trail", f"日志行（{row.action}）不在封存的日志里")
        return None

    def seal(self) -> None:
        """That the server sealed this very file: the file itself is checked by any reader of PDF."""
        seal = self.evidence.seal
        if seal is None:
            return
        said = [row for row in self.bundle.rows if (row.action, row.subject) == (SEALED, self.evidence.subject)]
        rows = [row for row in said if row.facts.get("sha256") == seal.sha256]
        wanted = ("done", "system", seal.sm3, _sha(base64url.decode(seal.certificate)))
        if any((row.outcome, row.actor, row.facts.get("sm3"), row.facts.get("certificate")) != wanted for row in rows):
            self.bad("seal", "归档封签与日志记的不符")
        if not rows:
            self.unsure("seal", "没有这份归档版式文件的日志行")

    def entered(self, one: Entered, entry: Entry) -> None:
        """What a clerk entered is what the trail has; nothing proves it but the server's word of that day."""
        who = one.person_name or f"意见 {one.id}"
        if (entry.opinion, entry.scan) != (one.id, one.scan and one.scan.sha256):
            self.bad("entered", f"{who}的代录内容不是为这条意见的")
        if entry.rendition not in {rendition.digest for rendition in self.evidence.renditions}:
            self.bad("files", f"{who}的意见所对的版本不在包里")
        ours = [row for row in self.bundle.rows if row.subject == self.evidence.subject and row.facts.get("opinion") == one.id]
        rows = [row for row in ours if row.action == DICTATED]
        wanted = ("done", f"person:{entry.entered_by}", entry.person, _sha(one.entry.encode()))
        if any((row.outcome, row.actor, row.facts.get("decider"), row.facts.get("entry")) != wanted for row in rows):
            self.bad("entered", f"{who}的意见与录入时日志记的不符")
        if not rows:
            self.unsure("entered", f"没有录入{who}意见的日志行")
        confirmed = any((row.action, row.actor) == (CONFIRMED, f"person:{entry.person}") for row in ours)
        if confirmed and one.confirmed_at is None:
            self.bad("entered", f"{who}已补确认，证据包里却没有")
        if not confirmed and one.confirmed_at is not None:
            self.unsure("entered", f"没有{who}补确认的日志行")

    def ticket(self, one: Opened) -> None:
        server = self.bundle.keys[one.signed.server_key]
        if not _holds(server, b"ticket " + one.ticket_bytes, one.ticket_signature):
            self.bad("tickets", f"{_who(one)}的凭据签名核对不通过")
        if (one.ticket.rendition, one.ticket.subject) != (one.statement.rendition, self.evidence.subject):
            self.bad("tickets", f"{_who(one)}的凭据不是为这份文件的这个版本签发的")

    def statement(self, one: Opened) -> None:
        if one.statement.rendition not in {rendition.digest for rendition in self.evidence.renditions}:
            self.bad("files", f"{_who(one)}签的版本不在包里")
        strokes = one.statement.opinion.strokes
        if strokes is not None and _sha(self.bundle.parts[f"strokes/{strokes}"]) != strokes:
            self.bad("statements", f"{_who(one)}的手写笔迹与签批内容不符")

    def device(self, one: Opened) -> None:
        signed = one.signed
        if signed.public_key is None or signed.signature is None:
            return self.unsure("device", f"{_who(one)}没有设备签名，只有服务器会签")
        public = base64url.decode(signed.public_key)
        if not _holds(public, signed.statement.encode(), base64url.decode(signed.signature)):
            self.bad("device", f"{_who(one)}的设备签名核对不通过")
        wanted = (
            "identity.register_device",
            f"identity.device:{one.statement.key}",
            f"person:{one.ticket.person}",
            _sha(public),
        )
        if not any((row.action, row.subject, row.actor, row.facts.get("key")) == wanted for row in self.bundle.rows):
            self.unsure("device", f"没有{_who(one)}登记这把设备密钥的日志行")
        return None

    def countersign(self, one: Opened) -> None:
        signed, said = one.signed, one.countersigned
        device = _sha(base64url.decode(signed.signature)) if signed.signature else None
        told = (said.signature, said.statement_sha256, said.device_signature_sha256)
        if told != (signed.id, _sha(signed.statement.encode()), device):
            self.bad("countersign", f"{_who(one)}的会签内容与签批不符")
        server = self.bundle.keys[signed.server_key]
        if not _holds(server, signed.countersigned.encode(), base64url.decode(signed.countersignature)):
            self.bad("countersign", f"{_who(one)}的会签签名核对不通过")
        took = datetime.fromisoformat(said.arrived_at) - datetime.fromisoformat(one.ticket.issued_at)
        if not timedelta() <= took <= LIFE:
            self.bad("countersign", f"{_who(one)}的到达时间不在凭据有效期内")

    def recorded(self, one: Opened) -> None:
        rows = [row for row in self._rows(one) if (row.action, row.subject) == ("signing.sign", self.evidence.subject)]
        wanted = ("done", f"person:{one.ticket.person}", _sha(one.signed.statement.encode()))
        if any((row.outcome, row.actor, row.facts.get("statement")) != wanted for row in rows):
            self.bad("trail", f"{_who(one)}的签批与日志记的不符")
        if not rows:
            self.unsure("trail", f"没有{_who(one)}这份签批的日志行")

    def state(self, one: Opened) -> None:
        acts, state = {row.action for row in self._rows(one)}, one.signed.state
        for told, action in (("taken_back", "signing.take_back"), ("withdrawn", "signing.withdraw")):
            if action in acts and state != told:
                self.bad("state", f"{_who(one)}的签批已撤回，证据包里的状态却不是")
            if action not in acts and state == told:
                self.unsure("state", f"没有{_who(one)}撤回签批的日志行")
        if (one.signed.taken_back_at is not None) != (state == "taken_back"):
            self.bad("state", f"{_who(one)}的撤回时间与状态不符")

    def _rows(self, one: Opened) -> list[TrailRow]:
        return [row for row in self.bundle.rows if row.facts.get("signature") == one.signed.id]


def _who(one: Opened) -> str:
    return one.signed.person_name or f"签批 {one.signed.id}"
