"""Accuracy on papers other people wrote, against values read by hand. A wrong value fails; a missing one is counted."""

import json
from collections import Counter
from pathlib import Path

import pytest

from documents.incoming.reading import Reading, read
from office.files.rendering.shapes import PageText
from tests.documents.incoming.layers import docx_pages, ofd_pages
from tests.office.files.makers import samples

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

AT_LEAST = {"title": 9, "docNo": 4, "issuer": 5, "docDate": 9, "mainTo": 2, "docType": 8}
"""Present values found, of 10, 5, 6, 10, 4 and 13."""


def _pages(path: Path) -> list[PageText] | None:
    if path.suffix == ".ofd":
        return ofd_pages(path)
    return docx_pages(path) if path.suffix == ".docx" else None


def _readings() -> dict[str, tuple[Reading, dict[str, str]]]:
    folder = samples() / "gongwen"
    truths = json.loads((folder / "TRUTH.json").read_text())
    found = {}
    for truth in truths:
        pages = _pages(folder / truth["file"])
        if pages is not None:
            found[truth["file"]] = (read(pages), truth)
    return found


@pytest.fixture(scope="module")
def readings() -> dict[str, tuple[Reading, dict[str, str]]]:
    return _readings()


def test_nothing_is_read_wrong(readings: dict[str, tuple[Reading, dict[str, str]]]) -> None:
    assert len(readings) == 15
    for name, (reading, truth) in readings.items():
        for field, attribute in NAMES.items():
            made = getattr(reading, attribute)
            expected = SAME.get((field, truth[field]), truth[field])
            assert made is None or made.value == expected, f"{name} {field}: {made}"


def test_most_of_what_is_there_is_found(readings: dict[str, tuple[Reading, dict[str, str]]]) -> None:
    found = Counter(
        field for reading, _ in readings.values() for field, attribute in NAMES.items() if getattr(reading, attribute)
    )
    assert {field: count for field, count in AT_LEAST.items() if found[field] < count} == {}
