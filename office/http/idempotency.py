"""One act, one answer: a retry under the same Idempotency-Key gets the answer of the first, from the same transaction.

The row is inserted first, so that of two equal requests at once the second waits for the first's commit (PostgreSQL) or its
turn (SQLite). A refusal rolls the row back with everything else; a retry then tries anew.
"""

import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec

from office.http.models import KeptAnswer
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.database import execute
from office.kernel.endpoint import Endpoint
from office.kernel.refusal import Conflict, Invalid, Refusal
from office.kernel.work import verb

KEEP = timedelta(days=30)
_CLAIM = (
    "INSERT INTO http_kept_answer (id, fingerprint, status, headers, body, at) VALUES (?, ?, ?, '{}', ?, ?)"
    " ON CONFLICT (id) DO NOTHING"
)
#: Where a kept row without an answer says what was made.
MADE = "made"
_KEY = re.compile(r"[\x21-\x7e]{1,100}")


@dataclass(frozen=True)
class Rendered:
    """An answer ready to send, and to keep."""

    status: int
    headers: dict[str, str]
    body: bytes


def fingerprint(method: str, target: str, body: bytes) -> str:
    """SHA-256, hex, of what was asked."""
    return hashlib.sha256(b"\n".join([method.encode(), target.encode(), body])).hexdigest()


@verb
async def once(actor: Actor, key: str, asked: str, run: Callable[[], Awaitable[Rendered]]) -> Rendered:
    """Run at most once for this caller and key. Refuses: http.bad_key; Conflict http.key_reused for other bytes."""
    row = _row(actor, key)
    if not await execute(_CLAIM, row, asked, 0, b"", clock.now()):
        return _replayed(await KeptAnswer.get(id=row), asked)
    answer = await run()
    await KeptAnswer.filter(id=row).update(status=answer.status, headers=answer.headers, body=answer.body)
    return answer


async def once_answered(actor: Actor, key: str, asked: str, run: Callable[[], Awaitable[Rendered]]) -> Rendered:
    """Like `once` for what must not run in a transaction, as taking files in: the answer is kept after the act.

    Of two at once both run and the second answers with the first's answer; a retry of what was answered does not run. Who
    takes uploads must bear being run twice. Refuses: as `once`.
    """
    row = _row(actor, key)
    if kept := await KeptAnswer.get_or_none(id=row):
        return _replayed(kept, asked)
    return await _keep(row, asked, await run())


@verb
async def _keep(row: str, asked: str, answer: Rendered) -> Rendered:
    claimed = await execute(_CLAIM, row, asked, answer.status, b"", clock.now())
    if not claimed:
        return _replayed(await KeptAnswer.get(id=row), asked)
    await KeptAnswer.filter(id=row).update(headers=answer.headers, body=answer.body)
    return answer


async def once_claimed(
    actor: Actor, key: str, asked: str, run: Callable[[], Awaitable[Rendered]], endpoint: Endpoint
) -> Rendered:
    """Like `once` for what must not run in a transaction and not twice: the key is claimed first, in a unit of work of its own.

    An answer with a secret is not kept. What was asked may hold a password or PIN, of which no fast digest may be stored: it is
    keyed by the Idempotency-Key, which is stored only as a digest itself. A refused act lets its claim go.
    Refuses: as `once`; Conflict http.done_before with the id of what was made, http.outcome_unknown while it runs or where it
    broke off.
    """
    row, asked, see = _row(actor, key), hmac.new(key.encode(), asked.encode(), "sha256").hexdigest(), _list_of(endpoint)
    if kept := await _claimed(row, asked):
        return _told_again(kept, asked, see)
    try:
        answer = await run()
    except Refusal:
        await _let_go(row)
        raise
    await _note(row, answer, endpoint)
    return answer


@verb
async def _claimed(row: str, asked: str) -> KeptAnswer | None:
    """What stands under the key; None where it is ours from now on."""
    return None if await execute(_CLAIM, row, asked, 0, b"", clock.now()) else await KeptAnswer.get(id=row)


def _told_again(kept: KeptAnswer, asked: str, see: str) -> Rendered:
    if kept.fingerprint == asked and kept.status == 0:
        raise Conflict("http.outcome_unknown", see=see)
    if kept.fingerprint == asked and MADE in kept.headers:
        made = kept.headers[MADE]
        raise Conflict("http.done_before", see=see, which=f"（编号 {made}）" if made else "", current=made)
    return _replayed(kept, asked)


@verb
async def _let_go(row: str) -> None:
    await KeptAnswer.filter(id=row, status=0).delete()


@verb
async def _note(row: str, answer: Rendered, endpoint: Endpoint) -> None:
    headers, body = (answer.headers, answer.body) if endpoint.idempotent else ({MADE: _made(answer.body, endpoint.made)}, b"")
    await KeptAnswer.filter(id=row).update(status=answer.status, headers=headers, body=body)


def _made(body: bytes, field: str) -> str:
    told: Any = msgspec.json.decode(body) if field else ""
    for name in field.split(".") if field else ():
        told = told[name]
    return str(told)


def _list_of(endpoint: Endpoint) -> str:
    """Where it can be looked up whether it was done: the list that the first part of its path names."""
    return "/api/v1/" + endpoint.path.split("/")[1]


def _row(actor: Actor, key: str) -> str:
    if not _KEY.fullmatch(key):
        raise Invalid("http.bad_key")
    return hashlib.sha256(f"{actor.ref}\n{key}".encode()).hexdigest()


def _replayed(kept: KeptAnswer, asked: str) -> Rendered:
    if kept.fingerprint != asked:
        raise Conflict("http.key_reused")
    return Rendered(kept.status, {**kept.headers, "Idempotent-Replayed": "true"}, bytes(kept.body))


async def forget_old() -> None:
    """Drop answers older than KEEP."""
    await KeptAnswer.filter(at__lt=clock.now() - KEEP).delete()
