"""Papers of the generator as PDF and OFD: nothing is read wrong, nothing missed of the layouts the rules were written with."""

from pathlib import Path

import pytest

from documents.incoming.reading import read
from office.files.rendering.conversion import Converter, ConverterSettings
from office.files.rendering.pool import Pool, PoolSettings
from tests.support.gongwen.files import Made, made
from tests.support.gongwen.layers import layers

#: Of each set so many: every layout once or more, in the three kinds of file that need no other program.
COUNT = 40


async def _told(which: str, folder: Path) -> list[tuple[Made, str, str]]:
    found = []
    async with Pool(PoolSettings(workers=1)) as pool:
        for paper in made(which, COUNT):
            if paper.name.endswith("docx"):
                continue
            path = folder / paper.name
            path.write_bytes(paper.data)
            reading = read(await layers(pool, Converter(ConverterSettings()), path))
            proposals = {field: getattr(reading, field) for field in paper.says}
            found += [(paper, field, made.value if made else "") for field, made in proposals.items()]
    return found


@pytest.mark.parametrize("which", ["train", "held-out"])
async def test_nothing_is_read_wrong(which: str, tmp_path: Path) -> None:
    told = await _told(which, tmp_path)
    wrong = [(paper.name, field, value) for paper, field, value in told if value and value != paper.says[field]]
    missed = [(paper.name, field) for paper, field, value in told if not value and paper.says[field]]
    assert wrong == []
    assert which == "held-out" or missed == []
