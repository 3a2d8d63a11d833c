"""Uploads at once: megabytes per second until all are accepted, and the memory of the server; in pieces and by form."""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import httpx

from bench.ground import Found, Ground, cpu_seconds, ground, parser, pin, run, server, tell, town_on
from bench.memory import memory
from tests.office.files.makers import pdf

MB = 1_000_000
AT_ONCE = (1, 10, 50)
PIECE = 4 * MB
TUS = {"Tus-Resumable": "1.0.0"}
Send = Callable[[httpx.AsyncClient, bytes], Awaitable[None]]


def paper(size: int, chance: random.Random) -> bytes:
    """A PDF of about that many bytes, unlike any other."""
    body = chance.randbytes(size)
    return pdf(b"BT /F1 12 Tf 60 600 Td (notice) Tj ET", more=[b"<< /Length %d >>\nstream\n%b\nendstream" % (size, body)])


async def in_pieces(client: httpx.AsyncClient, data: bytes) -> None:
    """By tus, four megabytes a piece."""
    begun = await client.post("/uploads", headers={**TUS, "Upload-Length": str(len(data))})
    begun.raise_for_status()
    at = begun.headers["location"].removeprefix("/api/v1")
    for start in range(0, len(data), PIECE):
        given = {**TUS, "Upload-Offset": str(start), "Content-Type": "application/offset+octet-stream"}
        (await client.patch(at, content=data[start : start + PIECE], headers=given)).raise_for_status()


async def by_form(client: httpx.AsyncClient, data: bytes) -> None:
    """As one multipart form."""
    (await client.post("/files", files={"file": ("notice.pdf", data)})).raise_for_status()


async def highest(pid: int, ended: asyncio.Event) -> dict[str, float]:
    """Private memory in MiB at its highest: of the server alone, and with its workers."""
    alone = whole = 0.0
    while not ended.is_set():
        whole = max(whole, memory(pid)["private_mib"])
        alone = max(alone, _private(pid))
        await asyncio.sleep(0.1)
    return {"server_private_mib": alone, "with_workers_private_mib": whole}


def _private(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return round(sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024, 1)


async def together(client: httpx.AsyncClient, pid: int, papers: Sequence[bytes], send: Send) -> dict[str, Any]:
    """All of them at once."""
    ended, cpu, started = asyncio.Event(), cpu_seconds(pid), time.perf_counter()
    watching = asyncio.create_task(highest(pid, ended))
    await asyncio.gather(*(send(client, one) for one in papers))
    seconds = time.perf_counter() - started
    ended.set()
    total = sum(map(len, papers)) / MB
    told = {"mb_per_s": round(total / seconds, 1), "cpu_ms_per_mb": round((cpu_seconds(pid) - cpu) * 1000 / total, 1)}
    return {**told, **await watching}


async def measure(here: Ground, size: int, at_once: Sequence[int]) -> dict[str, Any]:
    """Both ways, each number of them."""
    async with town_on(here) as town:
        await town.of("苏小满")
        token = town.tokens["苏小满"]
    chance, found = random.Random(1), dict[str, Any]()
    with server(here) as running:
        limits = httpx.Limits(max_connections=max(at_once))
        bearer = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(
            base_url=f"{running.base}/api/v1", headers=bearer, limits=limits, timeout=600, trust_env=False
        ) as client:
            await by_form(client, paper(1000, chance))  # starts a worker
            found["idle_server_private_mib"] = _private(running.pid)
            for many in at_once:
                for name, send in (("pieces", in_pieces), ("form", by_form)):
                    papers = [paper(size, chance) for _ in range(many)]
                    found[f"{many} at once, {name}"] = await together(client, running.pid, papers, send)
    return found


def measured(options: argparse.Namespace) -> Found:
    """On each engine."""
    size, at_once = (2 * MB, (1, 10)) if options.quick else (options.megabytes * MB, AT_ONCE)
    pin(1)
    figures: dict[str, Any] = {"bytes_each": size}
    with tempfile.TemporaryDirectory() as folder:
        for engine in options.engine:
            with ground(engine, Path(folder)) as here:
                figures[engine] = run(measure(here, size, at_once))
    found = [one for engine in options.engine for one in figures[engine].values() if isinstance(one, dict)]
    most, slowest = max(one["server_private_mib"] for one in found), min(one["mb_per_s"] for one in found)
    return Found(figures, f"{max(at_once)} at once: at least {slowest} MB/s, the server itself at most {most} MiB")


def main() -> None:
    """The command."""
    known = parser(__doc__)
    known.add_argument("--megabytes", type=int, default=10, help="of each file")
    tell("uploads", known.parse_args(), measured)


if __name__ == "__main__":
    main()
