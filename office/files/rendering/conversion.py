"""LibreOffice as this house uses it: an optional program that sets one Office file at a time, in a process that is ended whole.

What is asked and what is answered travels over pipes, so that a file not yet accepted touches no disk.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path

import msgspec

from office.files.bounds import MIB
from office.files.rendering import setting, wire
from office.files.rendering.pool import refusal_of
from office.files.rendering.process import ROOT
from office.files.sniff import FileType
from office.kernel.refusal import Invalid, Unavailable, Unsupported

_SUFFIXES = {FileType.DOCX: "docx", FileType.XLSX: "xlsx", FileType.PPTX: "pptx"}
_USUAL = ("/usr/lib/libreoffice/program/soffice", "/opt/libreoffice/program/soffice")
_BUSY_RETRY_SECONDS = 15


class ConverterSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator may set. Bytes and seconds."""

    program: str | None = None
    """LibreOffice's `soffice`; looked for where it usually is when not given."""

    seconds: int = 60
    """Time for one file: a Word file of 20 pages takes 3."""

    memory: int = 3072 * MIB
    """Address space of the program; it takes 1.5 GB of it and touches a seventh."""

    most: int = 200 * MIB
    """Size of the PDF made."""

    queue: int = 8
    """Files that may wait; the next is refused."""

    font_dirs: tuple[str, ...] = ()
    """The customer's folders of fonts, beside the machine's."""

    hidden: tuple[str, ...] = ()
    """Folders the program must not see: the data folder."""


def program() -> str | None:
    """LibreOffice on this machine."""
    found = shutil.which("soffice") or next((path for path in _USUAL if os.access(path, os.X_OK)), None)
    return str(Path(found).resolve()) if found else None


class Converter:
    """The door. One per event loop; `await close()` at the end."""

    def __init__(self, settings: ConverterSettings) -> None:
        self._settings = settings
        self._program = settings.program or program()
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._process: Process | None = None
        self._closed = False

    @property
    def present(self) -> bool:
        """Whether there is a program to set Office files."""
        return self._program is not None

    async def pdf(self, data: bytes, kind: FileType) -> bytes:
        """An Office file, made ready by `Pool.ready`, as a PDF.

        Refuses files.office_missing, files.render_busy, files.render_timeout, files.too_heavy, files.damaged and
        files.worker_crashed.
        """
        if self._program is None:
            raise Unsupported("files.office_missing")
        if self._waiting >= self._settings.queue:
            raise Unavailable("files.render_busy", retry_after=_BUSY_RETRY_SECONDS)
        self._waiting += 1
        try:
            async with self._turn:
                return await self._set(self._task(data, kind, self._program))
        finally:
            self._waiting -= 1

    def _task(self, data: bytes, kind: FileType, program: str) -> setting.Task:
        of = self._settings
        return setting.Task(data, _SUFFIXES[kind], program, of.seconds, of.memory, of.most, of.font_dirs, of.hidden)

    async def _set(self, task: setting.Task) -> bytes:
        if self._closed:
            raise Unavailable("files.rendering_stopped")
        process = self._process = await _started()
        try:
            async with asyncio.timeout(task.seconds + 2 * setting.GRACE):
                answer = await _asked(process, task)
        except (ConnectionError, EOFError, ValueError, TimeoutError):
            raise Invalid("files.worker_crashed") from None
        finally:
            await asyncio.shield(_ended(process))
            self._process = None
        if isinstance(answer, wire.Refused):
            raise refusal_of(answer)
        return answer.value

    async def close(self) -> None:
        """Refuse new files and end the one being set."""
        self._closed = True
        if self._process is not None:
            _kill(self._process)


async def _started() -> Process:
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-s", "-m", "office.files.rendering.setting",
            stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd="/",
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONPATH": ROOT}, start_new_session=True,
        )  # fmt: skip
    except OSError:
        raise Unavailable("files.render_busy", retry_after=_BUSY_RETRY_SECONDS) from None


async def _asked(process: Process, task: setting.Task) -> setting.Answer:
    inward, outward = process.stdin, process.stdout
    assert inward is not None, "started with a pipe"  # noqa: S101 - tells the type checker
    assert outward is not None, "started with a pipe"  # noqa: S101 - tells the type checker
    inward.write(wire.framed(wire.encode(task)))
    await inward.drain()
    (length,) = wire.LENGTH.unpack(await outward.readexactly(wire.LENGTH.size))
    if length > wire.MAX_FRAME:
        raise ValueError("frame too long")
    return setting.decode_answer(await outward.readexactly(length))


async def _ended(process: Process) -> None:
    _kill(process)
    if process.stdin is not None:
        process.stdin.close()
    await process.wait()


def _kill(process: Process) -> None:
    """The whole group, which the process leads: everything it started is of it, or in its namespace and ends with it."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
