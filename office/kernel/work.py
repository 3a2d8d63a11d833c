"""The unit of work: one database transaction per verb. Nothing leaves before commit; nothing is forgotten after it.

A function marked `@verb` runs in a task of its own that a leaving client cannot cancel half-way. Inside it, calls of other
verbs join; outside, each opens a unit of work. Rows that every verb writes (events, audit) are staged and written in one go
just before the commit. Hooks after commit are hints only: what must happen goes through the outbox.
"""

import asyncio
import contextvars
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import asyncpg
from tortoise.exceptions import OperationalError
from tortoise.transactions import in_transaction

P = ParamSpec("P")
T = TypeVar("T")
Writer = Callable[[list[Any]], Awaitable[None]]

TRIES = 6
log = logging.getLogger(__name__)

_current: contextvars.ContextVar["UnitOfWork | None"] = contextvars.ContextVar("unit_of_work", default=None)
_running: set[asyncio.Task[Any]] = set()


class UnitOfWork:
    """What one transaction has staged so far."""

    def __init__(self) -> None:
        self.staged: dict[Writer, list[Any]] = {}
        self.hooks: dict[Callable[[], None], None] = {}

    async def flush(self) -> None:
        """Write what is staged, in the order the writers first appeared; a writer may stage for others."""
        while self.staged:
            writer, rows = next(iter(self.staged.items()))
            del self.staged[writer]
            await writer(rows)


def current() -> UnitOfWork:
    """The running unit of work; LookupError outside a verb, for a write without one is a mistake in the code."""
    unit = _current.get()
    if unit is None:
        raise LookupError("no unit of work: call this from a function marked @verb")
    return unit


def in_unit_of_work() -> bool:
    """Whether a unit of work is running in this task."""
    return _current.get() is not None


def stage(writer: Writer, row: Any) -> None:
    """Have `writer` called with all its rows just before the commit."""
    current().staged.setdefault(writer, []).append(row)


def after_commit(hook: Callable[[], None]) -> None:
    """Call a hint once after a successful commit; equal hooks are called once."""
    current().hooks[hook] = None


def verb(run: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Mark a public verb: it joins the running unit of work, or is one."""

    @wraps(run)
    async def in_unit(*args: P.args, **kwargs: P.kwargs) -> T:
        if _current.get() is not None:
            return await run(*args, **kwargs)
        return await shielded(_tried(lambda: run(*args, **kwargs)))

    return in_unit


@asynccontextmanager
async def savepoint() -> AsyncIterator[None]:
    """A part of a unit of work that may fail alone: what it wrote and staged is undone, the rest goes on.

    An IntegrityError caught without it would abort PostgreSQL's whole block.
    """
    outer, inner = current(), UnitOfWork()
    token = _current.set(inner)
    try:
        async with in_transaction("default"):
            yield
            await inner.flush()
    finally:
        _current.reset(token)
    outer.hooks.update(inner.hooks)


async def shielded(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end even if the caller is cancelled: the client may have gone, the transaction is whole."""
    return await asyncio.shield(_kept(asyncio.create_task(work)))


def detach(work: Coroutine[Any, Any, T], name: str | None = None) -> asyncio.Task[T]:
    """Start background work outside any unit of work.

    A plain task would inherit the transaction through its context; its writes would then join or outlive another's. An empty
    context sees the pool only.
    """
    return _kept(asyncio.create_task(work, name=name, context=contextvars.Context()))


async def finish_running(seconds: float = 10.0) -> None:
    """At shutdown: let shielded units of work end."""
    pending = {task for task in _running if task is not asyncio.current_task()}
    if pending:
        await asyncio.wait(pending, timeout=seconds)


def _kept(task: asyncio.Task[T]) -> asyncio.Task[T]:
    _running.add(task)
    task.add_done_callback(_running.discard)
    return task


async def _tried(run: Callable[[], Coroutine[Any, Any, T]]) -> T:
    for attempt in range(1, TRIES + 1):
        try:
            return await _whole(run)
        except Exception as error:
            if attempt == TRIES or not _worth_retrying(error):
                raise
            log.info("unit of work tried again", extra={"attempt": attempt, "error": type(error).__name__})
            await asyncio.sleep(random.uniform(0, 0.02 * 2**attempt))
    raise AssertionError("unreachable")


async def _whole(run: Callable[[], Coroutine[Any, Any, T]]) -> T:
    unit = UnitOfWork()
    token = _current.set(unit)
    try:
        async with in_transaction("default"):
            result = await run()
            await unit.flush()
    finally:
        _current.reset(token)
    for hook in unit.hooks:
        _hint(hook)
    return result


def _hint(hook: Callable[[], None]) -> None:
    try:
        hook()
    except Exception:
        log.exception("hint after commit failed")  # the work is committed; whoever called must not think otherwise


def _worth_retrying(error: BaseException) -> bool:
    if isinstance(error, asyncpg.DeadlockDetectedError | asyncpg.SerializationError | asyncpg.LockNotAvailableError):
        return True
    return isinstance(error, OperationalError) and "locked" in str(error)
