"""Text layers of any file as the product makes them, an Office file's by way of LibreOffice."""

from collections.abc import Sequence
from pathlib import Path

from office.files.rendering.conversion import Converter
from office.files.rendering.pool import InMemory, Pool, Source
from office.files.rendering.shapes import PageText
from office.files.sniff import OFFICE, sniff


async def layers(pool: Pool, converter: Converter, path: Path) -> Sequence[PageText]:
    """All pages of a file. Refuses what the product refuses."""
    with path.open("rb") as file:
        kind = sniff(file)
    source: Source = path
    if kind in OFFICE:
        ready, _ = await pool.ready(path)
        source = InMemory(await converter.pdf(ready, kind), f"set:{path}")
    count = len((await pool.inspect(source)).pages)
    return [await pool.text(source, number) for number in range(count)]
