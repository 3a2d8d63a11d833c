"""Argon2id in threads, a few at a time. It takes 64 MiB each, so a flood of log-ins waits in line and then is told to wait."""

import asyncio
import base64
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from passlib.handlers.argon2 import argon2
from prometheus_client import Counter

from office.kernel.refusal import Unavailable
from office.kernel.work import in_unit_of_work

T = TypeVar("T")


@dataclass(frozen=True)
class Cost:
    """Parameters of Argon2id: memory in KiB, passes, lanes."""

    memory: int
    passes: int
    lanes: int


#: RFC 9106, section 4, second recommended option.
STANDARD = Cost(memory=65536, passes=3, lanes=4)
AT_ONCE = max(2, min(4, os.cpu_count() or 2))
IN_LINE = 100
RETRY_AFTER = 5

checks = Counter("zhiban_identity_secret_checks", "Passwords and PINs compared with a hash, dummies included")

_cost = STANDARD
_pool = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="argon2")
_in_line = 0


@contextmanager
def cost_for_test(cost: Cost) -> Iterator[None]:
    """Inside the block hashes are made at this cost; for tests only."""
    global _cost
    before, _cost = _cost, cost
    try:
        yield
    finally:
        _cost = before


async def make(secret: str) -> str:
    """The salted hash of a secret. Refuses: Unavailable identity.busy."""
    hasher = _hasher(_cost)
    return str(await _threaded(lambda: hasher.hash(secret)))


async def matches(secret: str, stored: str | None) -> bool:
    """Whether a secret has this hash. Without one a dummy of the same cost is compared, so that the work is the same.

    Refuses: Unavailable identity.busy.
    """
    hasher, cost = _hasher(_cost), _cost
    checks.inc()
    same = await _threaded(lambda: hasher.verify(secret, stored or _dummy(cost)))
    return bool(same) and bool(stored)


def outdated(stored: str) -> bool:
    """Whether a hash was made at another cost than today's."""
    return bool(_hasher(_cost).needs_update(stored))


@cache
def _hasher(cost: Cost) -> Any:
    hasher: Any = argon2
    # passlib loads its backend at the first use; of two threads at once one would fail. Callers of this are in one thread.
    hasher.set_backend("argon2_cffi")
    return hasher.using(type="ID", memory_cost=cost.memory, time_cost=cost.passes, parallelism=cost.lanes)


@cache
def _dummy(cost: Cost) -> str:
    """A well-formed hash of nothing, made without hashing: else the first unknown name would take twice as long."""
    salt, digest = (base64.b64encode(os.urandom(size)).rstrip(b"=").decode() for size in (16, 32))
    return f"$argon2id$v=19$m={cost.memory},t={cost.passes},p={cost.lanes}${salt}${digest}"


async def _threaded(job: Callable[[], T]) -> T:
    """Run in the pool. A quarter of a second inside a transaction would hold its locks, so that is a mistake in the code."""
    global _in_line
    if in_unit_of_work():
        raise RuntimeError("secrets are hashed before or after a unit of work, never inside")
    if _in_line >= AT_ONCE + IN_LINE:
        raise Unavailable("identity.busy", retry_after=RETRY_AFTER)
    _in_line += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_pool, job)
    finally:
        _in_line -= 1
