"""The files' side of the secrecy stop: a file is looked over before a byte of it leaves intake (decisions 0243, 0244).

Its name and its metadata, its words and its printed codes are checked; pages without words need a declaration. What fires a
rule is refused and leaves a record without a word of it; what was let through as a false alarm is taken once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NoReturn
from uuid import UUID

import msgspec
from msgspec.structs import replace

from office.files import clean, converted
from office.files.rendering.pool import InMemory, Source
from office.files.rendering.shapes import Inspection
from office.files.sniff import OFFICE, FileType, sniff
from office.files.workers import pool
from office.kernel.actor import Actor
from office.kernel.refusal import Invalid, Refusal
from office.kernel.sealed import Sealed
from office.secrecy import actions, queries
from office.secrecy.folding import tight
from office.secrecy.proofs import proof_of, proves
from office.secrecy.rules import of_name
from office.secrecy.shapes import Hint, Looked, Rule
from office.secrecy.stopped import Stopped

Digest = Callable[[], Awaitable[str]]
#: Pages looked over in one job: within a job's time, and others get their turn between.
AT_ONCE = 10
#: Releases that one upload may name, and pages told by number.
MOST_RELEASES, TOLD_PAGES = 20, 10


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A false alarm that was let through, and the proof that these are its bytes."""

    stop: UUID
    proof: str


class Said(msgspec.Struct, frozen=True):
    """What the sender says beside a file: the typed declaration (“不涉密”), who made it where an integration tells so, and the
    releases of false alarms that it may be."""

    declaration: str = ""
    declared_by: str = ""
    releases: tuple[Release, ...] = ()


SILENT = Said()


class Passed(msgspec.Struct, frozen=True):
    """A file that may be taken in: the SHA-256 of its bytes, how many of its pages rest on the declaration (`declared`), the
    release it spends, and of an Office file how it is shown (`pdf`)."""

    inspection: Inspection
    pdf: bytes | None
    digest: str
    hints: tuple[Hint, ...] = ()
    declared: int = 0
    release: UUID | None = None
    said: Said = SILENT


def said_in(fields: Mapping[str, str]) -> Said:
    """What a form says, or the metadata of a resumable upload: `declaration`, and `releases` as JSON.

    Refuses: Invalid http.invalid.
    """
    try:
        releases = msgspec.json.decode(fields.get("releases") or "[]", type=list[Release])
    except msgspec.MsgspecError as error:
        told = [{"field": "releases", "message": "应为 [{stop, proof}] 的 JSON"}]
        raise Invalid("http.invalid", reason="releases", errors=told) from error
    return Said(declaration=fields.get("declaration", ""), releases=tuple(releases[:MOST_RELEASES]))


async def look_over(actor: Actor, name: str, content: Sealed, digest: Digest, said: Said) -> Passed:
    """Look a file in intake over; `digest` gives the SHA-256 of its bytes.

    Refuses: Stopped secrecy.stopped; Invalid secrecy.declaration_needed; what `inspect` does.
    """
    found, bytes_are = of_name(name), await digest()
    seen = clean.known(bytes_are) or await _seen(actor, content, bytes_are, found)
    found |= set(seen.looked.rules)
    release = await _released(actor, found, bytes_are, said) if found else None
    unread = seen.looked.unread
    if unread and tight(said.declaration) != actions.DECLARED:
        raise Invalid("secrecy.declaration_needed", pages=_told(unread, len(seen.inspection.pages)))
    return Passed(seen.inspection, seen.pdf, bytes_are, seen.looked.hints, len(unread), release, said)


async def _seen(actor: Actor, content: Sealed, digest: str, found: set[Rule]) -> clean.Seen:
    """A file that is not known: what it is and what its pages bear. `found` takes the rules that fired so far."""
    try:
        inspection, pdf, whole = await _inspected(content, found)
    except Refusal:
        if found:
            await _stop(actor, found)
        raise
    source: Source = content if pdf is None else InMemory(pdf, f"set:{hash(pdf)}")
    looked = await _pages(source, len(inspection.pages))
    seen = clean.Seen(inspection, replace(looked, unread=tuple(sorted({*looked.unread, *whole}))), pdf)
    if not found:
        clean.remember(digest, seen)
    return seen


async def _pages(source: Source, count: int) -> Looked:
    """All pages looked over, `AT_ONCE` in a job."""
    parts = [await pool().look(source, start, AT_ONCE) for start in range(0, count, AT_ONCE)]
    return Looked(
        rules=tuple(sorted({rule for part in parts for rule in part.rules})),
        hints=tuple(sorted({hint for part in parts for hint in part.hints})),
        unread=tuple(page for part in parts for page in part.unread),
    )


async def _inspected(content: Sealed, found: set[Rule]) -> tuple[Inspection, bytes | None, Sequence[int]]:
    """What it is; of an Office file also its pages, which are made at once: a file that cannot be shown is not taken; and
    whether it has anything that nobody can read beside its pages (page 0 is then unread).

    The words of an Office file are looked over before LibreOffice sees it, and whatever else it is refused for.
    """
    words = await pool().look_word(content) if await asyncio.to_thread(_is_package, content) else Looked()
    found |= set(words.rules)
    kind = await asyncio.to_thread(_kind_of, content)
    if kind not in OFFICE:
        return await pool().inspect(content), None, ()
    pdf, lacks = await converted.set_as_pdf(content, kind)
    return await converted.inspected(pdf, kind, lacks), pdf, words.unread


def _is_package(content: Sealed) -> bool:
    with content.open() as file:
        return file.read(4) == b"PK\x03\x04"


def _kind_of(content: Sealed) -> FileType:
    with content.open() as file:
        return sniff(file)


async def _released(actor: Actor, found: set[Rule], digest: str, said: Said) -> UUID:
    """The release for these bytes and all these rules. Refuses: Stopped."""
    proofs = {one.stop: one.proof for one in said.releases}
    for row in await queries.released(actor, proofs):
        if found <= set(row.rule.split(",")) and proves(proofs[row.id], row.id, digest):
            return UUID(str(row.id))
    await _stop(actor, found, digest)


async def _stop(actor: Actor, found: set[Rule], digest: str = "") -> NoReturn:
    stopped = Stopped(found)
    if digest:
        stopped.facts["proof"] = proof_of(stopped.stop, digest)
    await actions.note(actor, stopped)
    raise stopped


def _told(unread: Sequence[int], pages: int) -> str:
    if pages == 1:
        return "这份文件"
    numbers = "、".join(str(number + 1) for number in unread[:TOLD_PAGES])
    return f"第 {numbers} 页{'等' if len(unread) > TOLD_PAGES else ''}"


async def keep(actor: Actor, file: UUID, passed: Passed) -> None:
    """What the stop has to keep with a file that is taken in, in the running unit of work. Refuses: secrecy.release_spent."""
    if passed.release is not None:
        await actions.use(actor, passed.release, file)
    if passed.declared:
        await actions.declare(actor, file, passed.declared, passed.said.declared_by)
