"""Making what is kept beside a blob: once for all who ask meanwhile, and what could not be made is remembered.

A page may be made so that it takes all of a worker's time or ends it. Asked for again and again it would keep the workers from
everybody else, so a refusal stands for an hour before it is tried again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path

import msgspec

from office.files import store
from office.files.rendering.pool import refusal_of
from office.files.rendering.wire import Refused
from office.kernel import clock
from office.kernel.refusal import Refusal
from office.kernel.work import detach

#: Afterwards a refusal is tried again: it may have been the machine's, under load or without a font, and not the file's.
REFUSED_FOR = timedelta(hours=1)
Begun = Callable[[], None]
Make = Callable[[Begun], Awaitable[None]]


class _Making:
    """Something being made, and how many wait for it."""

    def __init__(self, path: Path, make: Make) -> None:
        self.waiting = 0
        self.begun = False
        self.task = detach(_remembering(path, make, self._begin))

    def _begin(self) -> None:
        self.begun = True


_under_way: dict[Path, _Making] = {}


async def once(path: Path, make: Make, easier: Sequence[Path] = ()) -> None:
    """Have `make` make `path`; whoever asks meanwhile waits for the same. Refuses what `make` refuses, or refused of late.

    What is `easier` to make and was refused of late stands for `path` too: a page too slow when small is not tried large.
    """
    for tried in (*easier, path):
        if (refused := await asyncio.to_thread(_refused_of_late, tried)) is not None:
            raise refusal_of(refused)
    making = _under_way.get(path)
    if making is None:
        making = _under_way[path] = _Making(path, make)
        making.task.add_done_callback(lambda _: _ended(path, making))
    making.waiting += 1
    try:
        await asyncio.shield(making.task)
    finally:
        making.waiting -= 1
        # Nobody wants it any more: what still waits for a worker leaves the queue. What one has begun runs on within its time
        # anyway, and what it says is kept: else opening and leaving a costly page would cost a worker's time each time.
        if making.waiting == 0 and not making.begun:
            _forget(path, making)
            making.task.cancel()


def _ended(path: Path, making: _Making) -> None:
    _forget(path, making)
    if not making.task.cancelled():
        making.task.exception()  # looked at: whoever waited has gone


def _forget(path: Path, making: _Making) -> None:
    if _under_way.get(path) is making:
        del _under_way[path]


async def _remembering(path: Path, make: Make, begun: Begun) -> None:
    try:
        await make(begun)
    except Refusal as refusal:
        if refusal.status < 500:
            await store.keep_rendition(_beside(path), msgspec.json.encode(_told(refusal)))
        raise


def _told(refusal: Refusal) -> Refused:
    facts = {name: fact for name, fact in refusal.facts.items() if isinstance(fact, int | str)}
    return Refused(refusal.status, refusal.code, facts)


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.refused")


def _refused_of_late(path: Path) -> Refused | None:
    beside = _beside(path)
    try:
        if clock.now().timestamp() - beside.stat().st_mtime < REFUSED_FOR.total_seconds():
            return msgspec.json.decode(beside.read_bytes(), type=Refused)
    except FileNotFoundError:
        pass
    return None
