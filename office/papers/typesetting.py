"""Having a form printed: one bounded process for each, few at a time, and nobody waits for ever."""

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from office.kernel import settings
from office.kernel.refusal import Invalid, Refusal, TooLarge, Unavailable
from office.papers import wire

#: Forms printed at once, and how many may wait for their turn.
AT_ONCE, WAITING = 2, 16
SECONDS = 30
MIB = 1024 * 1024
MOST_DATA = 16 * MIB
MOST_PAGES = 3_000
#: Where systems put the fonts that stand in for rare characters; of folders that are not there nothing is said.
SYSTEM_FONTS = ("/usr/share/fonts/opentype/noto", "/usr/share/fonts/truetype/lxgw-wenkai", "/usr/share/fonts/truetype/hanazono")
_ROOT = str(Path(__file__).resolve().parents[2])
_KINDS = {one.status: one for one in (Invalid, TooLarge, Unavailable)}

log = logging.getLogger(__name__)
_places = asyncio.Semaphore(AT_ONCE)
_under_way = 0


async def typeset(form: str, data: Mapping[str, Any]) -> wire.Made:
    """The form `form` (a template's name) with this data, as PDF/A-2b.

    Refuses: Unavailable papers.no_fonts, papers.busy, papers.timeout, papers.worker_lost; Invalid papers.no_glyph,
    papers.not_printable; TooLarge papers.too_large.
    """
    return await ask(form_of(form, data))


def form_of(form: str, data: Mapping[str, Any]) -> wire.Typeset:
    """The job that prints a form. Refuses: TooLarge papers.too_large."""
    text = json.dumps(data, ensure_ascii=False)
    if len(text) > MOST_DATA:
        raise TooLarge("papers.too_large", size_mib=-(-len(text) // MIB), limit_mib=MOST_DATA // MIB)
    own = [folder for folder in [settings.current().fonts] if folder]
    return wire.Typeset(form, text, (*own, *_folders()), len(own))


async def bind(parts: Sequence[wire.Part | wire.Typeset], beside: wire.Typeset | None = None) -> wire.Made:
    """These parts as one PDF, and how many pages it has; a form beside it is printed by the same process.

    Refuses: Invalid papers.not_bound, TooLarge papers.too_many_pages, and as `typeset`.
    """
    return await ask(wire.Bind(tuple(parts), MOST_PAGES, beside))


def _folders() -> list[str]:
    """The data package's folder, if it is installed, and the system's."""
    found = find_spec("zhiban_fonts")
    package = [str(Path(found.origin).parent / "files")] if found is not None and found.origin else []
    return [folder for folder in (*package, *SYSTEM_FONTS) if Path(folder).is_dir()]


async def ask(job: wire.Job) -> wire.Made:
    """One job in a process of its own, as soon as there is a place. Refuses what the worker refuses, and as `typeset` says."""
    global _under_way
    if _under_way >= AT_ONCE + WAITING:
        raise Unavailable("papers.busy", retry_after=10)
    _under_way += 1
    try:
        async with _places:
            answer = await _answered(wire.encode(job))
    finally:
        _under_way -= 1
    if isinstance(answer, wire.Refused):
        raise _KINDS.get(answer.status, Refusal)(answer.code, **answer.facts)
    return answer


async def _answered(body: bytes) -> wire.Answer:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-s", "-m", "office.papers.worker"),
        stdin=PIPE, stdout=PIPE, stderr=PIPE, cwd="/", start_new_session=True,
        env={"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONPATH": _ROOT, "MALLOC_ARENA_MAX": "2"},
    )  # fmt: skip
    try:
        async with asyncio.timeout(SECONDS):
            said, told = await process.communicate(body)
    except TimeoutError:
        raise Unavailable("papers.timeout", seconds=SECONDS) from None
    else:
        return _decoded(said, told)
    finally:
        await _gone(process)


def _decoded(said: bytes, told: bytes) -> wire.Answer:
    """The answer; of what the process told dying, its last line is logged: the ones above may hold a document's words."""
    try:
        return wire.decode_answer(said)
    except msgspec.DecodeError:
        last = told.decode(errors="replace").strip()[-160:].split("\n")[-1]
        log.error("a printing process ended without an answer: %s", last)
        raise Unavailable("papers.worker_lost") from None


async def _gone(process: Process) -> None:
    """Whatever became of it, it is not left behind. By signal: `Process.kill` polls first (see office.files.rendering)."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
        await process.wait()
