"""Keeping the index true: what a thing says now takes the place of what it said; done twice it changes nothing."""

import hashlib
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID
from zlib import crc32

import msgspec

from office.kernel.database import execute, fetch, insert_many, is_postgres
from office.kernel.findable import Readable
from office.kernel.modules import registry
from office.kernel.refs import id_of, kind_of
from office.kernel.rows import marks
from office.kernel.work import verb
from office.search import index
from office.search.folding import folded, tidied
from office.search.keys import keys_of_text
from office.search.models import SearchText

#: Characters of a file's words that are found; a paper of thirty pages has fewer.
MOST_TEXT = 30_000
#: Things put into the index in one unit of work.
AT_ONCE = 100
#: Bits of a number that tell things of one millisecond apart.
TIE = 20
#: Things of one millisecond whose references end alike take the next number.
TRIES = 4096


class _Known(NamedTuple):
    no: int
    digest: str


@verb
async def put(kind: str, ids: Collection[UUID]) -> None:
    """Bring things up to date in the index, or out of it where they can be found no more. Six statements a thing that changed.

    What is there is locked before it is read, so that of two at once the later one writes the later state.
    """
    refs = sorted({f"{kind}:{id}" for id in ids})
    known = await _locked(refs)
    now = await _read(kind, refs)
    await _renumber(known, now)
    lost = [one.ref for ref, one in now.items() if ref not in known and await _entered(known, one) is None]
    if lost:
        known, now = known | await _locked(lost), now | await _read(kind, lost)
    for ref, one in now.items():
        if ref in known:
            await _write(known[ref], one)
    await _drop([known[ref].no for ref in refs if ref in known and ref not in now])


async def _locked(refs: Sequence[str]) -> dict[str, _Known]:
    lock = " FOR UPDATE" if is_postgres() else ""
    text = f"SELECT no, ref, digest FROM search_entry WHERE ref IN ({marks(refs)}) ORDER BY ref{lock}"  # noqa: S608
    return {row["ref"]: _Known(int(row["no"]), row["digest"]) for row in await fetch(text, *refs)}


async def _read(kind: str, refs: Collection[str]) -> dict[str, Readable]:
    return {one.ref: one for one in await registry().findables[kind].read([id_of(ref) for ref in refs])}


async def _renumber(known: dict[str, _Known], now: Mapping[str, Readable]) -> None:
    """What has another moment now (a document that came again) takes another place in time."""
    moved = [ref for ref, one in now.items() if ref in known and known[ref].no >> TIE != number_of(one.at) >> TIE]
    await _drop([known.pop(ref).no for ref in moved])


async def _entered(known: dict[str, _Known], one: Readable) -> _Known | None:
    """A new row under the next free number; None where another unit of work has just made it."""
    first = number_of(one.at, one.ref)
    for no in range(first, first + TRIES):
        made = await execute(
            "INSERT INTO search_entry (no, ref, at, words, said, digest) VALUES (?, ?, ?, '', '[]', '') ON CONFLICT DO NOTHING",
            no, one.ref, one.at,
        )  # fmt: skip
        if made:
            return known.setdefault(one.ref, _Known(no, ""))
        if await fetch("SELECT 1 AS one FROM search_entry WHERE ref = ?", one.ref):
            return None
    raise LookupError("no number is free")


def number_of(at: datetime, ref: str = "") -> int:
    """The place in time of a thing: order by it is order by `at`. Without a reference, the first of that millisecond."""
    milliseconds = max(0, int(at.timestamp() * 1000))
    return (milliseconds << TIE) | (crc32(ref.encode()) % (1 << TIE) if ref else 0)


async def _write(known: _Known, one: Readable) -> None:
    texts = await SearchText.filter(digest__in=list(one.files)).values_list("digest", "words")
    digest = _digest(one, [str(found) for found, _ in texts])
    if digest == known.digest:
        return
    words = "\n".join(folded(said) for _, said in one.said)
    scopes = [index.scope_of(kind_of(one.ref), scope) for scope in one.readers]
    await execute(
        "UPDATE search_entry SET at = ?, words = ?, said = ?, digest = ? WHERE no = ?",
        one.at, words, msgspec.json.encode(one.said).decode(), digest, known.no,
    )  # fmt: skip
    await execute("DELETE FROM search_file WHERE no = ?", known.no)
    await insert_many("search_file", ("digest", "no"), [(file, known.no) for file in sorted(set(one.files))])
    keys = keys_of_text(words).union(*(keys_of_text(str(text)) for _, text in texts))
    await index.write(known.no, keys, scopes)


def _digest(one: Readable, read: Sequence[str]) -> str:
    told = msgspec.json.encode([one.said, one.files, sorted(one.readers), sorted(read)])
    return hashlib.sha256(told).hexdigest()[:32]


async def _drop(nos: Sequence[int]) -> None:
    await index.erase(nos)
    for start in range(0, len(nos), index.STEP):
        some = nos[start : start + index.STEP]
        for table in ("search_file", "search_entry"):
            await execute(f"DELETE FROM {table} WHERE no IN ({marks(some)})", *some)  # noqa: S608 - values are bound


@verb
async def forget(refs: Collection[str]) -> None:
    """Take things out of the index at once; those not in it change nothing."""
    every = sorted(refs)
    for start in range(0, len(every), index.STEP):
        await _drop([known.no for known in (await _locked(every[start : start + index.STEP])).values()])


@verb
async def keep_text(digest: str, text: str) -> None:
    """Keep the words of a file, so that they are found wherever it is shown; `put_again` brings them into the index."""
    shown = tidied(text)[:MOST_TEXT]
    values = (digest, shown, folded(shown))
    await execute("INSERT INTO search_text (digest, shown, words) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", *values)


async def has_text(digest: str) -> bool:
    """Whether the words of a file are kept."""
    return await SearchText.exists(digest=digest)


@verb
async def forget_texts(digests: Collection[str]) -> None:
    """Words of files that are gone."""
    await SearchText.filter(digest__in=list(digests)).delete()


async def put_again(digest: str) -> None:
    """Bring everything that shows a file up to date, a hundred at a time, each in a unit of work of its own."""
    async for refs in _showing(digest):
        by_kind: dict[str, list[UUID]] = {}
        for ref in refs:
            by_kind.setdefault(kind_of(ref), []).append(id_of(ref))
        await _put_kinds(by_kind)


async def _put_kinds(by_kind: Mapping[str, Collection[UUID]]) -> None:
    for kind, ids in by_kind.items():
        await put(kind, ids)


async def _showing(digest: str) -> AsyncIterator[list[str]]:
    after = -1
    while rows := await fetch(
        "SELECT e.no, e.ref FROM search_file f JOIN search_entry e ON e.no = f.no WHERE f.digest = ? AND f.no > ?"
        " ORDER BY f.no LIMIT ?",
        digest, after, AT_ONCE,
    ):  # fmt: skip
        yield [row["ref"] for row in rows]
        after = int(rows[-1]["no"])
