"""kill -9 while closed handlings are being sealed: each is sealed once, by whichever process lived long enough.

The short form is in `make test`; the long one in `make proof`.
"""

import asyncio
import json
import os
from pathlib import Path

import pytest

from documents.incoming.papers.models import FinalSeal
from office import identity
from office.audit.models import AuditEntry
from office.files.models import Blob, FileReference
from office.files.store import blob_path
from office.kernel.actor import SYSTEM
from office.kernel.settings import Settings
from tests.conftest import Engine
from tests.documents.conftest import STROKES, Office
from tests.documents.test_printed_sheet import sign
from tests.people import settle
from tests.proof.reckoning import let_leases_end
from tests.proof.serving import Serving, opened, seeded

KILLS = int(os.environ.get("PROOF_KILLS", "40"))


async def _closed(settings: Settings, count: int) -> list[str]:
    """Handlings that are closed, nothing of them delivered yet."""
    async with opened(settings) as house:
        town = await settle(house)
        issued = await identity.create_client(SYSTEM, "县OA", ["documents.push"])
        async with house.client(issued.secret) as oa:
            office = Office(town, oa)
            found = [await office.proposed("秦望舒", source_id=f"oa-{number}") for number in range(count)]
            for handling in found:
                await sign(office, "秦望舒", handling, "请抓紧办理。", STROKES)
            await house.drain()
            for handling in found:
                await office.ok("苏小满", handling, "conclusions", result="已办。")
        await town.close()
        return found


async def _proof(settings: Settings, handlings: int, kills: int) -> None:
    settings.folder.mkdir(parents=True, exist_ok=True)
    chance, subjects = seeded(), await _closed(settings, handlings)
    serving, left = Serving(settings), handlings
    try:
        for _ in range(kills):
            await asyncio.to_thread(serving.start)
            await asyncio.sleep(chance.uniform(0.2, 3))
            await asyncio.to_thread(serving.kill)
            async with opened(settings):
                await let_leases_end()
                left = handlings - await FinalSeal.all().count()
    finally:
        serving.close()
    async with opened(settings) as house:
        await house.drain()
        seals = {str(row.handling_id): row for row in await FinalSeal.all()}
        assert sorted(seals) == sorted(subjects)
        for handling, row in seals.items():
            assert await FileReference.filter(owner=f"documents.seal:{handling}").count() == 1
            assert await AuditEntry.filter(action="documents.seal", subject=f"documents.handling:{handling}").count() == 1
            assert blob_path(row.sha256).stat().st_size == row.size == (await Blob.get(digest=row.sha256)).size
    print(json.dumps({"kills": kills, "handlings": handlings, "sealed_by_the_killed": handlings - left}))


async def test_killed_while_it_seals_it_seals_once(engine: Engine, tmp_path: Path) -> None:
    await _proof(Settings(data=str(tmp_path / "data"), database_url=engine.url, hold_seconds=0), handlings=2, kills=2)


@pytest.mark.proof
async def test_forty_kills(engine: Engine, tmp_path: Path) -> None:
    await _proof(Settings(data=str(tmp_path / "data"), database_url=engine.url, hold_seconds=0), handlings=20, kills=KILLS)
