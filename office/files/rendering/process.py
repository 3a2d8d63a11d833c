"""One worker process as the pool holds it: started with an empty environment, asked one job at a time, killed on doubt."""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path

from office.files.rendering import wire

ROOT = str(Path(__file__).resolve().parents[3])


class WorkerLost(Exception):
    """The process ended or answered nonsense in the middle of a job."""


class WorkerProcess:
    """A started worker. `served` counts its answers, `held` names the document it has open."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.served = 0
        self.held = ""

    @classmethod
    async def start(cls, settings: wire.Settings) -> "WorkerProcess":
        """Start the interpreter and hand over the limits; PDFium is loaded there, not here."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-P", "-s", "-m", "office.files.rendering.worker"),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            cwd="/",
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONPATH": ROOT, "MALLOC_ARENA_MAX": "2"},
            start_new_session=True,
        )
        worker = cls(process)
        try:
            with contextlib.suppress(ConnectionError):
                await worker._send(wire.encode(settings))
        except BaseException:  # a caller that goes away here would leave the process behind
            await worker.kill()
            raise
        return worker

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it has not ended yet, as far as is known."""
        return self._process.returncode is None

    @property
    def overran(self) -> bool:
        """Whether it ended by its own alarm: the job took too long, and the server was too busy to say so first."""
        return self._process.returncode == -signal.SIGALRM

    async def ask(self, job: wire.Job) -> wire.Answer:
        """One job, one answer. Raises WorkerLost; the caller sets the time limit and kills."""
        try:
            await self._send(wire.encode(job))
            answer = wire.decode_answer(await self._receive())
        except (ConnectionError, EOFError, ValueError) as error:
            raise WorkerLost from error
        self.served += 1
        if isinstance(answer, wire.Refused) and self.held != job.key:
            self.held = ""  # it may have refused to open it: the bytes must be sent again
        else:
            self.held = job.key
        return answer

    async def kill(self) -> None:
        """End it now and wait until it is gone.

        Not by `Process.kill`: up to Python 3.13 that polls first (cpython gh-127049), and the poll may reap a child that has
        just ended before asyncio's own watcher does; how it ended is then lost, and with it whether its alarm ended it.
        """
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        await self._gone()

    async def _gone(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()

    async def _send(self, body: bytes) -> None:
        stream = self._process.stdin
        assert stream is not None, "started with a pipe"  # noqa: S101 - tells the type checker
        stream.write(wire.LENGTH.pack(len(body)))
        stream.write(body)
        await stream.drain()

    async def _receive(self) -> bytes:
        stream = self._process.stdout
        assert stream is not None, "started with a pipe"  # noqa: S101 - tells the type checker
        (length,) = wire.LENGTH.unpack(await stream.readexactly(wire.LENGTH.size))
        if length > wire.MAX_FRAME:
            raise ValueError("frame too long")
        return await stream.readexactly(length)
