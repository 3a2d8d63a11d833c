"""Sealing a PDF, from the house's side: what is seen, where, and the work itself in a thread."""

import asyncio
from dataclasses import dataclass

from office.papers.seals import Signer

MM = 72 / 25.4


@dataclass(frozen=True)
class Appearance:
    """What is seen: a PDF of one page, and where on the first page it stands, in mm from the lower left corner."""

    pdf: bytes
    left: float
    bottom: float
    width: float
    height: float

    @property
    def box(self) -> tuple[int, int, int, int]:
        """In points."""
        left, bottom = round(self.left * MM), round(self.bottom * MM)
        return left, bottom, left + round(self.width * MM), bottom + round(self.height * MM)


async def seal(pdf: bytes, signer: Signer, appearance: Appearance, reason: str) -> bytes:
    """The PDF with a PAdES B-B seal as an incremental update. pyHanko is slow, and a seal server may be too."""
    return await asyncio.to_thread(_sealed, pdf, signer, appearance, reason)


def _sealed(pdf: bytes, signer: Signer, appearance: Appearance, reason: str) -> bytes:
    # Loaded with the first seal: a second of work and 40 MB that a server which seals nothing does not need.
    from office.papers.pades import sealed

    return sealed(pdf, signer, appearance, reason)
