"""The bounded pool of rendering workers: async questions in, pictures and text out, and no file can harm the server.

Workers are started when needed, keep their last document open, end when idle, and are replaced when a job crashes them or
takes too long. A caller that goes away leaves the queue at once; a job already begun runs on, within its time limit, so that
turning pages quickly does not cost a process each time.
"""

import asyncio
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from weakref import WeakValueDictionary

import msgspec
from msgspec.structs import replace

from office.files.bounds import MIB, Bounds
from office.files.rendering import wire
from office.files.rendering.process import WorkerLost, WorkerProcess
from office.files.rendering.shapes import WIDTHS, Details, Inspection, PageText, Rendition
from office.files.seals.shapes import Trust, Verdict
from office.kernel.refusal import Invalid, NotFound, Refusal, TooLarge, Unavailable, Unsupported
from office.kernel.sealed import Sealed
from office.kernel.work import detach
from office.secrecy.shapes import Looked

_BY_STATUS: dict[int, type[Refusal]] = {kind.status: kind for kind in (Invalid, NotFound, TooLarge, Unsupported, Unavailable)}
_BUSY_RETRY_SECONDS = 5
_WHOLE = 3
"""How many times a page's time a whole document has."""


class InMemory(NamedTuple):
    """Bytes that lie in no file; `key` names them (their digest)."""

    data: bytes
    key: str


#: What lies in intake is read by the worker itself, which is told the key: the bytes are never whole in the server.
Source = Path | str | InMemory | Sealed


class PoolSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator may set."""

    workers: int = 2
    queue: int = 64
    """Callers that may wait for a worker; the next is refused."""

    queue_of_one: int = 32
    """Of them, those that may wait for one and the same document: the rest is for others."""

    seconds: int = 20
    """Time for one job."""

    idle_seconds: float = 30.0
    """An idle worker ends after this."""

    jobs_per_worker: int = 500
    """A worker is replaced after this many answers, so that slow leaks in native code do not add up."""

    memory: int = 1024 * MIB
    """Address space of one worker, bytes."""

    font_dirs: tuple[str, ...] = ("/usr/share/fonts", "/usr/local/share/fonts")
    """Where fonts for files without their own are looked for; the customer's folder is added here."""

    bounds: Bounds = Bounds()


def _unheard() -> None:
    """Nobody asks when it begins."""


class _Turn(asyncio.Lock):
    """A document's turn with the workers, and how many wait for it."""

    waiting = 0


class Pool:
    """The door to rendering. One per event loop; `await close()` at the end, or use it as an async context manager."""

    def __init__(self, settings: PoolSettings | None = None) -> None:
        self._settings = settings or PoolSettings()
        self._slots = asyncio.Semaphore(self._settings.workers)
        self._turns: WeakValueDictionary[str, _Turn] = WeakValueDictionary()
        self._waiting = 0
        self._idle: list[WorkerProcess] = []
        self._expiry: dict[WorkerProcess, asyncio.TimerHandle] = {}
        self._running: set[asyncio.Task[wire.Answer] | asyncio.Task[None]] = set()
        self._workers: set[WorkerProcess] = set()
        self._closed = False

    async def __aenter__(self) -> "Pool":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of the living workers, for health reports."""
        return tuple(worker.pid for worker in self._workers)

    async def inspect(self, source: Source) -> Inspection:
        """What the file is and the sizes of its pages.

        Refuses files.empty, files.type_not_taken, files.too_large, files.too_many_pages, files.encrypted, files.damaged and, as
        every job, files.render_timeout, files.worker_crashed, files.too_heavy, files.render_busy or files.unreadable.
        """
        answer = await self._job(source, "inspect")
        if isinstance(answer, wire.Inspected):
            return answer.value
        raise Invalid("files.worker_crashed")

    async def render(self, source: Source, page: int, width: int, begun: Callable[[], None] = _unheard) -> Rendition:
        """Page `page` (from 0) as a picture `width` pixels wide, one of `WIDTHS`. `begun` is called when a worker takes it.

        Refuses files.width_not_offered, files.no_such_page, files.page_damaged, files.page_too_large and what `inspect` does.
        """
        if width not in WIDTHS:
            raise Invalid("files.width_not_offered", offered="、".join(str(one) for one in WIDTHS))
        answer = await self._job(source, "render", begun, {"page": page, "width": width})
        if isinstance(answer, wire.Rendered):
            return answer.value
        raise Invalid("files.worker_crashed")

    async def text(self, source: Source, page: int, begun: Callable[[], None] = _unheard) -> PageText:
        """The text layer of page `page` (from 0); empty for pictures and scans. `begun` is called when a worker takes it."""
        answer = await self._job(source, "text", begun, {"page": page})
        if isinstance(answer, wire.Read):
            return answer.value
        raise Invalid("files.worker_crashed")

    async def details(self, source: Source, begun: Callable[[], None] = _unheard) -> Details:
        """What the file says about itself; nothing of it is checked."""
        answer = await self._job(source, "details", begun)
        if isinstance(answer, wire.Told):
            return answer.value
        raise Invalid("files.worker_crashed")

    async def pdf(self, source: Source, begun: Callable[[], None] = _unheard) -> bytes:
        """The whole file as a PDF with outlines and text, in three times the usual time; refuses files.no_pdf but for OFD."""
        answer = await self._job(source, "pdf", begun)
        if isinstance(answer, wire.Printed):
            return answer.value
        raise Invalid("files.worker_crashed")

    async def ready(self, source: Source, begun: Callable[[], None] = _unheard) -> tuple[bytes, bool]:
        """An Office file as it goes to LibreOffice, and whether something of it was taken out. Refuses files.macros, and
        files.no_pdf for all others."""
        answer = await self._job(source, "ready", begun=begun)
        if isinstance(answer, wire.Ready):
            return answer.value, answer.lacks
        raise Invalid("files.worker_crashed")

    async def verify(
        self, source: Source, trust: Trust, now: datetime, begun: Callable[[], None] = _unheard
    ) -> tuple[Verdict, ...]:
        """The verdict on each seal and signature in the file, by what is trusted now; none for pictures."""
        answer = await self._job(source, "verify", begun, {"trust": trust, "now": now})
        if isinstance(answer, wire.Verified):
            return answer.value
        raise Invalid("files.worker_crashed")

    async def look(self, source: Source, start: int, count: int) -> Looked:
        """Look `count` pages from `start` (from 0) over for classified marks; with the first goes the file's metadata."""
        return await self._looked(source, "look", start, count)

    async def look_word(self, source: Source) -> Looked:
        """Look the words of an Office file over; nothing is found in what is none."""
        return await self._looked(source, "look_word", 0, 0)

    async def _looked(self, source: Source, op: str, start: int, count: int) -> Looked:
        answer = await self._job(source, op, asked={"page": start, "count": count})
        if isinstance(answer, wire.LookedOver):
            return answer.value
        raise Invalid("files.worker_crashed")

    async def close(self) -> None:
        """Refuse new jobs, stop running ones, end every worker."""
        self._closed = True
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)  # lint: allow-task they are cancelled, none writes
        for timer in self._expiry.values():
            timer.cancel()
        self._expiry.clear()
        self._idle.clear()
        await asyncio.gather(*(worker.kill() for worker in list(self._workers)))  # lint: allow-task processes, no database
        self._workers.clear()

    async def _job(
        self, source: Source, op: str, begun: Callable[[], None] = _unheard, asked: Mapping[str, object] | None = None
    ) -> wire.Answer:
        turn = await self._take_slot(_name(source))
        begun()
        job = wire.Job(op, _name(source), seconds=self._seconds(op))
        task = detach(self._attempts(source, replace(job, **(asked or {}))))
        self._running.add(task)
        task.add_done_callback(lambda done: self._finished(done, turn))
        answer = await self._answer_of(task)
        if isinstance(answer, wire.Refused):
            raise refusal_of(answer)
        return answer

    async def _answer_of(self, task: asyncio.Task[wire.Answer]) -> wire.Answer:
        """Wait for a job without ending it. One stopped by `close` is a refusal; a cancelled caller stays cancelled."""
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if task.cancelled() and not (caller and caller.cancelling()):
                raise Unavailable("files.rendering_stopped") from None
            raise

    async def _take_slot(self, name: str) -> "_Turn":
        """Wait for the document's turn, then for a worker's place: a document has one worker at most, however many ask for it.

        The job gives both back, not the caller: one that goes away must not make room too early.
        """
        self._must_be_open()
        turn = self._turns.setdefault(name, _Turn())
        if self._waiting >= self._settings.queue or turn.waiting >= self._settings.queue_of_one:
            raise Unavailable("files.render_busy", retry_after=_BUSY_RETRY_SECONDS)
        self._waiting += 1
        turn.waiting += 1
        try:
            await turn.acquire()
            await self._slot_in(turn)
        finally:
            self._waiting -= 1
            turn.waiting -= 1
        return turn

    async def _slot_in(self, turn: "_Turn") -> None:
        """A place for the document whose turn is held; the turn is given back where none is to be had."""
        try:
            await self._slots.acquire()
            if self._closed:
                self._slots.release()
            self._must_be_open()
        except BaseException:
            turn.release()
            raise

    def _must_be_open(self) -> None:
        if self._closed:
            raise Unavailable("files.rendering_stopped")

    def _finished(self, task: asyncio.Task[wire.Answer], turn: "_Turn") -> None:
        self._slots.release()
        turn.release()
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, so that a job whose caller went away is not reported as forgotten

    async def _attempts(self, source: Source, job: wire.Job) -> wire.Answer:
        """A worker that had served others may have been worn out by them: such a crash gets one fresh try."""
        for _ in range(2):
            worker = await self._worker_for(_name(source))
            seasoned = worker.served > 0
            try:
                return await self._ask(worker, source, job)
            except WorkerLost:
                if worker.overran:
                    return self._timeout(job)
                if not seasoned:
                    break
        return wire.Refused(Invalid.status, "files.worker_crashed", {})

    async def _ask(self, worker: WorkerProcess, source: Source, job: wire.Job) -> wire.Answer:
        answered = False
        try:
            async with asyncio.timeout(job.seconds):
                answer = await worker.ask(_question(worker, source, job))
            answered = not (isinstance(answer, wire.Refused) and answer.final)
            return answer
        except TimeoutError:
            return self._timeout(job)
        finally:
            if answered and worker.served < self._settings.jobs_per_worker and not self._closed:
                self._rest(worker)
            else:
                await self._discard(worker)

    def _seconds(self, op: str) -> int:
        """A whole document takes longer than one page."""
        return self._settings.seconds * (_WHOLE if op == "pdf" else 1)

    def _timeout(self, job: wire.Job) -> wire.Refused:
        return wire.Refused(Invalid.status, "files.render_timeout", {"seconds": job.seconds})

    async def _worker_for(self, name: str) -> WorkerProcess:
        """The idle worker that has this document open, else the one idle longest, else a new one."""
        while self._idle:
            worker = next((one for one in self._idle if one.held == name), self._idle[0])
            self._idle.remove(worker)
            self._expiry.pop(worker).cancel()
            if worker.alive:
                return worker
            await self._discard(worker)
        settings = wire.Settings(self._settings.bounds, self._settings.memory, self._settings.font_dirs)
        try:
            worker = await WorkerProcess.start(settings)
        except OSError:  # the machine has no process or memory to give
            raise Unavailable("files.render_busy", retry_after=_BUSY_RETRY_SECONDS) from None
        self._workers.add(worker)
        return worker

    def _rest(self, worker: WorkerProcess) -> None:
        self._idle.append(worker)
        loop = asyncio.get_running_loop()
        self._expiry[worker] = loop.call_later(self._settings.idle_seconds, self._retire, worker)

    def _retire(self, worker: WorkerProcess) -> None:
        self._idle.remove(worker)
        del self._expiry[worker]
        task = detach(self._discard(worker))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _discard(self, worker: WorkerProcess) -> None:
        await asyncio.shield(worker.kill())
        self._workers.discard(worker)


def _question(worker: WorkerProcess, source: Source, job: wire.Job) -> wire.Job:
    """The job with the file: its path, or its bytes where the worker does not have them open."""
    if isinstance(source, InMemory):
        return replace(job, data=None if worker.held == job.key else source.data)
    sealed = (source.key, source.size) if isinstance(source, Sealed) else None
    return replace(job, path=job.key, sealed=sealed)


def refusal_of(answer: wire.Refused) -> Refusal:
    """What a worker refused, as the house refuses."""
    return _BY_STATUS.get(answer.status, Invalid)(answer.code, **answer.facts)


def _name(source: Source) -> str:
    """What a worker calls it: workers run in another folder, so a path is made absolute."""
    if isinstance(source, InMemory):
        return source.key
    return os.path.abspath(source.path if isinstance(source, Sealed) else source)
