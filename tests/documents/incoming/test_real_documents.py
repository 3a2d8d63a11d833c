"""Accuracy on papers other people wrote, against values read by hand. A wrong value fails; a missing one is counted."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from documents.incoming.reading import Reading, read
from office.files.rendering.conversion import Converter, ConverterSettings
from office.files.rendering.pool import Pool, PoolSettings
from tests.office.files.makers import samples
from tests.support.gongwen.layers import layers

NAMES = {
    "title": "title",
    "docNo": "doc_no",
    "issuer": "issuer",
    "docDate": "doc_date",
    "urgency": "urgency",
    "mainTo": "main_to",
    "signer": "signer",
    "docType": "kind",
}
SAME = {("docType", "令"): "命令", ("urgency", "常规"): ""}
"""令 is written 命令 here; 常规 is no statutory urgency."""

AT_LEAST = {"title": 9, "docNo": 4, "issuer": 5, "docDate": 10, "mainTo": 4, "docType": 10}
"""Present values found, of 10, 5, 6, 10, 4 and 13 in the OFD and Word files."""
SOME = ("01-", "02-", "03-", "04-", "38-", "61-")
"""What is read each time; all of them, most of which LibreOffice has to set first, are in the long run."""


@pytest.fixture
async def reader() -> AsyncIterator[Any]:
    converter = Converter(ConverterSettings())
    async with Pool(PoolSettings(workers=1)) as pool:
        yield lambda path: layers(pool, converter, path)
    await converter.close()


async def _readings(reader: Any, names: tuple[str, ...]) -> dict[str, tuple[Reading, dict[str, str]]]:
    folder = samples() / "gongwen"
    truths = [one for one in json.loads((folder / "TRUTH.json").read_text()) if one["file"].endswith((".ofd", ".docx"))]
    return {one["file"]: (read(await reader(folder / one["file"])), one) for one in truths if one["file"].startswith(names)}


def _nothing_wrong(readings: dict[str, tuple[Reading, dict[str, str]]]) -> None:
    for name, (reading, truth) in readings.items():
        for field, attribute in NAMES.items():
            made = getattr(reading, attribute)
            expected = SAME.get((field, truth[field]), truth[field])
            assert made is None or made.value == expected, f"{name} {field}: {made}"


async def test_nothing_is_read_wrong(reader: Any) -> None:
    readings = await _readings(reader, SOME)
    assert len(readings) == len(SOME)
    _nothing_wrong(readings)
    scraped, minutes = (next(one for name, (one, _) in readings.items() if name.startswith(start)) for start in ("61-", "38-"))
    assert scraped.main_to is not None
    assert minutes.kind is not None
    assert minutes.kind.value == "纪要"


@pytest.mark.proof
async def test_most_of_what_is_there_is_found(reader: Any) -> None:
    readings = await _readings(reader, ("",))
    assert len(readings) == 15
    _nothing_wrong(readings)
    found = Counter(
        field for reading, _ in readings.values() for field, attribute in NAMES.items() if getattr(reading, attribute)
    )
    assert {field: count for field, count in AT_LEAST.items() if found[field] < count} == {}
