import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from office.files.bounds import MIB
from office.files.rendering.pool import InMemory, Pool, PoolSettings
from office.kernel.refusal import Invalid, NotFound, TooLarge, Unavailable
from tests.office.files.makers import ROOT, assemble, text_pdf

Held = Callable[[bytes], InMemory]


def endless_pdf() -> bytes:
    """Forms that draw one another ten times over, nine deep: a thousand million strokes."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"]
    objects.append(
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>"
    )
    objects.append(b"<< /Length 5 >>\nstream\n/X Do\nendstream")
    for depth in range(9):
        inner = b"/X Do " * 10 if depth < 8 else b"0 0 m 595 842 l S "
        resources = b"/Resources << /XObject << /X %d 0 R >> >>" % (6 + depth) if depth < 8 else b""
        objects.append(
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] %b /Length %d >>\nstream\n%b\nendstream"
            % (resources, len(inner), inner)
        )
    return assemble(objects)


async def gone(pid: int) -> None:
    while True:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        await asyncio.sleep(0.01)


async def started(pool: Pool) -> int:
    while True:
        if pool.pids:
            return pool.pids[0]
        await asyncio.sleep(0.005)


async def test_no_worker_is_started_before_it_is_needed(held: Held) -> None:
    async with Pool() as pool:
        assert pool.pids == ()
        await pool.inspect(held(text_pdf(["x"])))
        assert len(pool.pids) == 1


async def test_an_idle_worker_ends_and_the_next_job_starts_another(held: Held) -> None:
    async with Pool(PoolSettings(workers=1, idle_seconds=0.05)) as pool:
        await pool.inspect(held(text_pdf(["x"])))
        (first,) = pool.pids
        await asyncio.wait_for(gone(first), 20)
        await pool.inspect(held(text_pdf(["x"])))
        assert pool.pids != (first,)


async def test_closing_ends_every_worker_and_refuses_the_next_job(held: Held) -> None:
    pool = Pool(PoolSettings(workers=2))
    await asyncio.gather(*(pool.inspect(held(text_pdf([str(n)]))) for n in range(4)))
    pids = pool.pids
    assert 1 <= len(pids) <= 2
    await pool.close()
    for pid in pids:
        await asyncio.wait_for(gone(pid), 20)
    with pytest.raises(Unavailable) as refused:
        await pool.inspect(held(text_pdf(["x"])))
    assert refused.value.code == "files.rendering_stopped"


async def test_closing_refuses_the_job_that_is_running(held: Held) -> None:
    pool = Pool(PoolSettings(workers=1))
    job = asyncio.create_task(pool.render(held(endless_pdf()), 0, 540))
    waiting = asyncio.create_task(pool.render(held(endless_pdf()), 0, 540))
    pid = await asyncio.wait_for(started(pool), 20)
    await pool.close()
    for one in (job, waiting):
        with pytest.raises(Unavailable) as refused:
            await one
        assert refused.value.code == "files.rendering_stopped"
    await asyncio.wait_for(gone(pid), 20)


async def test_a_refused_file_is_refused_the_same_way_again(pool: Pool, held: Held) -> None:
    damaged, whole = held(b"%PDF-1.7 nothing"), held(text_pdf(["x"]))
    for source in (damaged, damaged, whole, damaged, damaged):
        if source is whole:
            await pool.inspect(source)
            continue
        with pytest.raises(Invalid) as refused:
            await pool.inspect(source)
        assert refused.value.code == "files.damaged"
    for _ in range(2):
        with pytest.raises(NotFound):
            await pool.render(whole, 9, 540)
    assert len((await pool.inspect(whole)).pages) == 1


async def test_a_machine_without_a_process_to_give_is_busy(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    async def none_left(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    async with Pool(PoolSettings(workers=1)) as pool:
        with monkeypatch.context() as patched:
            patched.setattr(asyncio, "create_subprocess_exec", none_left)
            with pytest.raises(Unavailable) as refused:
                await pool.inspect(held(text_pdf(["x"])))
        assert refused.value.code == "files.render_busy"
        assert len((await pool.inspect(held(text_pdf(["x"])))).pages) == 1


async def test_a_worker_killed_between_jobs_is_replaced_unseen(pool: Pool, held: Held) -> None:
    source = held(text_pdf(["x"]))
    await pool.inspect(source)
    (pid,) = pool.pids
    os.kill(pid, signal.SIGKILL)
    assert len((await pool.inspect(source)).pages) == 1
    assert pool.pids != (pid,)


async def test_a_file_that_hangs_is_refused_and_its_worker_killed(held: Held) -> None:
    async with Pool(PoolSettings(workers=1, seconds=1)) as pool:
        with pytest.raises(Invalid) as refused:
            await pool.render(held(endless_pdf()), 0, 540)
        assert (refused.value.code, refused.value.facts) == ("files.render_timeout", {"seconds": 1})
        assert pool.pids == ()
    async with Pool(PoolSettings(workers=1)) as pool:
        assert len((await pool.inspect(held(text_pdf(["after"])))).pages) == 1


async def test_a_file_that_kills_its_worker_twice_is_refused(held: Held) -> None:
    async with Pool(PoolSettings(workers=1)) as pool:
        source = held(endless_pdf())
        job = asyncio.create_task(pool.render(source, 0, 540))
        killed: set[int] = set()
        while not job.done():
            for pid in set(pool.pids) - killed:
                killed.add(pid)
                os.kill(pid, signal.SIGKILL)
            await asyncio.sleep(0.005)
        with pytest.raises(Invalid) as refused:
            await job
        assert refused.value.code == "files.worker_crashed"
        assert pool.pids == ()
        assert len((await pool.inspect(held(text_pdf(["after"])))).pages) == 1


async def test_memory_is_limited(held: Held) -> None:
    async with Pool(PoolSettings(workers=1, memory=160 * MIB)) as pool:
        with pytest.raises((TooLarge, Invalid)) as refused:
            await pool.inspect(held(text_pdf(["x"]) + b"%" * (120 * MIB)))
        assert refused.value.code in {"files.too_heavy", "files.worker_crashed"}
        assert len((await pool.inspect(held(text_pdf(["after"])))).pages) == 1


async def test_a_caller_that_goes_away_leaves_the_pool_whole(held: Held) -> None:
    async with Pool(PoolSettings(workers=1)) as pool:
        source = held(text_pdf(["x"], pages=3))
        await pool.inspect(source)
        pids = pool.pids
        for _ in range(10):
            job = asyncio.create_task(pool.render(source, 0, 720))
            await asyncio.sleep(0)
            job.cancel()
            with pytest.raises(asyncio.CancelledError):
                await job
        made = await pool.render(source, 2, 540)
        assert (made.page, made.width) == (2, 540)
        assert pool.pids == pids


async def test_answers_never_cross(held: Held) -> None:
    async with Pool(PoolSettings(workers=2)) as pool:
        sources = [held(text_pdf([f"document {n}"])) for n in range(12)]
        layers = await asyncio.gather(*(pool.text(source, 0) for source in sources * 2))
    assert [layer.lines[0].text for layer in layers] == [f"document {n}" for n in range(12)] * 2


async def test_the_queue_is_bounded(held: Held) -> None:
    async with Pool(PoolSettings(workers=1, queue=2)) as pool:
        source = held(text_pdf(["x"]))
        answers = await asyncio.gather(*(pool.inspect(source) for _ in range(6)), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, Unavailable)]
    assert {one.code for one in refused} == {"files.render_busy"}
    assert len(answers) - len(refused) == 3


async def test_a_document_that_hangs_leaves_the_other_worker_to_others(held: Held) -> None:
    async with Pool(PoolSettings(workers=2, seconds=2)) as pool:
        slow = held(endless_pdf())
        stuck = [asyncio.create_task(pool.render(slow, 0, width)) for width in (540, 720)]
        await started(pool)
        for n in range(3):
            await pool.inspect(held(text_pdf([f"other {n}"])))
        assert not any(task.done() for task in stuck)
        refused = await asyncio.gather(*stuck, return_exceptions=True)
    # On a quick machine its memory ends before its time.
    codes = [one.code for one in refused if isinstance(one, Invalid)]
    assert len(codes) == 2
    assert set(codes) <= {"files.render_timeout", "files.worker_crashed"}


async def test_the_queue_of_one_document_is_shorter(held: Held) -> None:
    async with Pool(PoolSettings(workers=2, queue=4, queue_of_one=1)) as pool:
        same, other = held(text_pdf(["x"])), held(text_pdf(["y"]))
        answers = await asyncio.gather(*(pool.inspect(one) for one in (same, same, same, other)), return_exceptions=True)
    assert [isinstance(one, Unavailable) for one in answers] == [False, False, True, False]


async def test_a_worker_is_replaced_after_its_share_of_jobs(held: Held) -> None:
    async with Pool(PoolSettings(workers=1, jobs_per_worker=2)) as pool:
        source = held(text_pdf(["x"]))
        await pool.inspect(source)
        (first,) = pool.pids
        await pool.inspect(source)
        assert pool.pids == ()
        await pool.inspect(source)
        assert pool.pids != (first,)


async def test_a_file_changed_in_place_is_read_again(pool: Pool, tmp_path: Path) -> None:
    path = tmp_path / "one.pdf"
    path.write_bytes(text_pdf(["before"]))
    assert (await pool.text(path, 0)).lines[0].text == "before"
    path.write_bytes(text_pdf(["afterwards"], pages=2))
    assert (await pool.text(path, 0)).lines[0].text == "afterwards"


async def test_a_missing_file_is_our_fault_and_not_the_files(pool: Pool, tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as refused:
        await pool.inspect(tmp_path / "gone.pdf")
    assert refused.value.code == "files.unreadable"


async def test_a_worker_knows_nothing_of_its_parents_environment(
    pool: Pool, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHIBAN_TEST_SECRET", "do-not-leak")
    await pool.inspect(held(text_pdf(["x"])))
    (pid,) = pool.pids
    assert b"do-not-leak" not in Path(f"/proc/{pid}/environ").read_bytes()
    limits = Path(f"/proc/{pid}/limits").read_text()
    assert any(line.startswith("Max file size") and line.split()[3] == "0" for line in limits.splitlines())


async def test_a_worker_is_small(pool: Pool, held: Held) -> None:
    await pool.render(held(text_pdf(["x"])), 0, 720)
    (pid,) = pool.pids
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    pss = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    assert pss < 80 * 1024


def test_the_server_itself_never_loads_the_renderer() -> None:
    program = (
        "import sys, asgi, office.files.rendering.pool, documents.incoming.reading\n"
        "sys.exit(bool({'pypdfium2', 'PIL', 'lxml', 'skia', 'numpy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


async def test_a_worker_that_ends_by_its_own_alarm_took_too_long(held: Held) -> None:
    async with Pool(PoolSettings(workers=1)) as pool:
        slow = asyncio.create_task(pool.render(held(endless_pdf()), 0, 540))
        os.kill(await started(pool), signal.SIGALRM)
        with pytest.raises(Invalid, match=r"files\.render_timeout"):
            await slow
