"""The reckoning: the journal against the database. Every function gives what is wrong, one line each."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from office.files.store import blob_path
from office.kernel.database import execute, fetch, is_postgres
from office.outbox.models import DONE
from office.outbox.promises import broken
from tests.proof.journal import Entry

Wrong = list[str]

#: What the client is told after push, registration, proposal and signature; the last by whether somebody handles it.
STATES = (("待签收",), ("拟办",), ("批示中",), ("承办中", "待办结"))


async def reckon(entries: Sequence[Entry], villages: int) -> Wrong:
    """Everything, in one list; empty when nothing acknowledged is missing and nothing is doubled."""
    wrong = [
        *await _pushes(entries),
        *await _bytes(entries),
        *await _states(entries),
        *await _registrations(entries),
        *await _signatures(entries, villages),
    ]
    wrong += [*await _numbers(), *await _trail(), *await _answers(), *await _outbox()]
    wrong += [f"{name}: {line}" for name, lines in (await broken()).items() for line in lines]
    if not is_postgres():
        told = (await fetch("PRAGMA integrity_check"))[0]
        wrong += [] if list(told.values()) == ["ok"] else [f"SQLite's own check: {told}"]
    return wrong


def acknowledged(entries: Iterable[Entry], kind: str) -> list[tuple[Entry, dict[str, Any]]]:
    """The acts of a kind that the server acknowledged, with its answer."""
    return [(entry, entry.answer) for entry in entries if entry.kind == kind and entry.answer is not None]


async def _pushes(entries: Sequence[Entry]) -> Wrong:
    """One document per pushed source, the very one of the receipt; and none that nobody pushed."""
    meant = {entry.about["source"] for entry in entries if entry.kind == "push"}
    rows = await fetch("SELECT source_id, document_id FROM exchange_push")
    found = {row["source_id"]: str(row["document_id"]) for row in rows}
    wrong = [f"pushed twice: {one}" for one in _doubled(row["source_id"] for row in rows)]
    wrong += [f"pushed by nobody: {one}" for one in found.keys() - meant]
    for entry, answer in acknowledged(entries, "push"):
        if found.get(entry.about["source"]) != answer["document"]:
            wrong.append(f"lost push: {entry.key}")
    documents = (await fetch("SELECT count(*) AS number FROM documents_document"))[0]["number"]
    versions = (await fetch("SELECT count(*) AS number FROM documents_version"))[0]["number"]
    if not documents == versions == len(found):
        wrong.append(f"{len(found)} pushes, {documents} documents, {versions} versions")
    return wrong


async def _bytes(entries: Sequence[Entry]) -> Wrong:
    """What was acknowledged lies in the store, byte for byte what the client sent, and its document's version names it."""
    rows = await fetch("SELECT document_id, files FROM documents_version")
    named = {str(row["document_id"]): [one["digest"] for one in _read(row["files"])] for row in rows}
    wrong = []
    for entry, answer in acknowledged(entries, "push"):
        digest, taken = entry.about["digest"], json.loads(answer["receipt"]["payload"])["files"]
        if [one["sha256"] for one in taken] != [digest] or named.get(answer["document"]) != [digest]:
            wrong.append(f"other bytes: {entry.key} sent {digest}, taken {taken}, kept {named.get(answer['document'])}")
        elif not blob_path(digest).exists() or hashlib.sha256(blob_path(digest).read_bytes()).hexdigest() != digest:
            wrong.append(f"lost bytes: {entry.key} sent {digest}")
    return wrong


def _read(told: Any) -> Any:
    return json.loads(told) if isinstance(told, str) else told


async def _states(entries: Sequence[Entry]) -> Wrong:
    """The client's log is 1..head; each handling's states stand in it once, in order, at least to its last acknowledged act."""
    heads = {str(row["client_id"]): row["head"] for row in await fetch("SELECT client_id, head FROM exchange_log")}
    rows = await fetch("SELECT client_id, seq, handling_id, state FROM exchange_state ORDER BY client_id, seq")
    wrong, told = [], defaultdict(list)
    for client, head in heads.items():
        numbers = [row["seq"] for row in rows if str(row["client_id"]) == client]
        if numbers != list(range(1, head + 1)):
            wrong.append(f"state log: head {head}, {len(numbers)} states, {_doubled(numbers)} twice")
    for row in rows:
        told[str(row["handling_id"])].append(row["state"])
    wrong += [f"state told twice: {handling} {states}" for handling, states in told.items() if _doubled(states)]
    return wrong + [
        f"lost state: {entry.key} was told {told[handling]}"
        for handling, place, entry in _reached(entries)
        if len(told[handling]) <= place or any(one not in STATES[n] for n, one in enumerate(told[handling][: place + 1]))
    ]


def _reached(entries: Sequence[Entry]) -> Iterator[tuple[str, int, Entry]]:
    """Each acknowledged act with its handling and its place in the order of states."""
    for place, kind in enumerate(("push", "register", "propose", "sign")):
        for entry, answer in acknowledged(entries, kind):
            yield answer["receipts"][0]["handling"] if kind == "push" else entry.about["handling"], place, entry


async def _registrations(entries: Sequence[Entry]) -> Wrong:
    rows = await fetch("SELECT id, register_no FROM documents_handling")
    found = {str(row["id"]): row["register_no"] for row in rows}
    return [
        f"lost registration: {entry.key} had {answer['register_no']}, now {found.get(entry.about['handling'])}"
        for entry, answer in acknowledged(entries, "register")
        if found.get(entry.about["handling"]) != answer["register_no"]
    ]


async def _numbers() -> Wrong:
    """Every series of numbers is 1..n, and the register holds exactly the numbers given."""
    wrong = []
    for series in await fetch("SELECT id, next FROM numbering_series"):
        given = [row["n"] for row in await fetch("SELECT n FROM numbering_number WHERE series = ? ORDER BY n", series["id"])]
        if given != list(range(1, series["next"])):
            wrong.append(f"series {series['id']}: next is {series['next']}, given {given}")
    used = Counter(row["subject"] for row in await fetch("SELECT subject FROM numbering_number"))
    rows = await fetch("SELECT id, unit_id, register_n FROM documents_handling WHERE register_n IS NOT NULL")
    wrong += [f"number twice in a register: {one}" for one in _doubled((row["unit_id"], row["register_n"]) for row in rows)]
    wanted = Counter(f"documents.handling:{row['id']}" for row in rows)
    return wrong + ([f"numbers given and registered differ: {used - wanted} {wanted - used}"] if used != wanted else [])


async def _signatures(entries: Sequence[Entry], villages: int) -> Wrong:
    """Each is stored once and word for word, and its effects are there once: act, opinion, a handling per village."""
    rows = await fetch("SELECT id, subject, statement, state FROM signing_signature")
    by_id = {str(row["id"]): row for row in rows}
    wrong = [f"signed twice: {subject}" for subject in _doubled(row["subject"] for row in rows)]
    wrong += [f"signature {row['id']} is {row['state']}" for row in rows if row["state"] != "effective"]
    for entry, answer in acknowledged(entries, "sign"):
        row = by_id.get(answer["signature"]["id"])
        if row is None or row["statement"] != entry.about["statement"]:
            wrong.append(f"lost signature: {entry.key}")
    meant = {f"documents.handling:{entry.about['handling']}" for entry in entries if entry.kind == "sign"}
    subjects = {row["subject"] for row in rows}
    wrong += [f"signed by nobody: {one}" for one in subjects - meant]
    text = "SELECT signature_id FROM documents_opinion WHERE signature_id IS NOT NULL"
    opinions = Counter(str(row["signature_id"]) for row in await fetch(text))
    wrong += _same("opinions", opinions, Counter(dict.fromkeys(by_id, 1)))
    children = Counter(
        f"documents.handling:{row['parent_id']}" for row in await fetch("SELECT parent_id FROM documents_sending")
    )
    return wrong + _same("handlings sent down", children, Counter(dict.fromkeys(subjects, villages))) + await _acts(subjects)


async def _acts(signed: set[str]) -> Wrong:
    """One act 批示 in the flow's trail per signature, and none without."""
    text = (
        "SELECT c.subject FROM flow_entry e JOIN flow_case c ON c.id = e.case_id"
        ' WHERE e.command LIKE \'%"outcome":"instruct"%\''
    )
    acts = Counter(row["subject"] for row in await fetch(text))
    return _same("acts in the flow", acts, Counter(dict.fromkeys(signed, 1)))


async def _trail() -> Wrong:
    """Each act has its one row in the audit trail."""
    wrong = []
    for action, table in (
        ("exchange.push", "SELECT id FROM exchange_push"),
        ("documents.open_handling", "SELECT id FROM documents_handling"),
        ("documents.register", "SELECT id FROM documents_handling WHERE registered_at IS NOT NULL"),
        ("documents.propose", "SELECT id FROM documents_opinion WHERE act = 'propose'"),
        ("signing.sign", "SELECT id FROM signing_signature"),
        ("documents.signed", "SELECT id FROM signing_signature WHERE state = 'effective'"),
    ):
        rows = len(await fetch(table))
        noted = await fetch("SELECT subject FROM audit_entry WHERE action = ? AND outcome = 'done'", action)
        if len(noted) != rows or _doubled(row["subject"] for row in noted):
            wrong.append(f"audit: {action} {len(noted)} rows for {rows} acts")
    return wrong


async def _answers() -> Wrong:
    """An answer kept for retries was written with its act, never before."""
    rows = await fetch("SELECT id FROM http_kept_answer WHERE status = 0")
    return [f"answer kept without an act: {row['id']}" for row in rows]


async def _outbox() -> Wrong:
    rows = await fetch("SELECT handler, state, last_error FROM outbox_delivery WHERE state <> ?", DONE)
    return [f"delivery {row['state']}: {row['handler']} {row['last_error'][:200]}" for row in rows]


async def let_leases_end() -> None:
    """Leases of dead servers count by the database's clock, which a test cannot move; so the leases move."""
    await execute("UPDATE outbox_delivery SET leased_until = NULL WHERE leased_until IS NOT NULL")


def _same(what: str, found: "Counter[str]", wanted: "Counter[str]") -> Wrong:
    return [f"{what}: missing {dict(wanted - found)}, too many {dict(found - wanted)}"] if found != wanted else []


def _doubled(values: Iterable[Any]) -> list[Any]:
    return [value for value, number in Counter(values).items() if number > 1]
