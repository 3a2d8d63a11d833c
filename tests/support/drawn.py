"""Pages and text layers that one test had made, for the next tests with the same paper: made once per process.

They are what the house itself drops and makes again, kept by digest; a test finds them as if the paper had come before.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


class Drawn:
    """Keeps, in a folder, what was made of these papers."""

    def __init__(self, folder: Path, papers: Iterable[Path]) -> None:
        self._folder = folder
        digests = (hashlib.sha256(paper.read_bytes()).hexdigest() for paper in papers)
        self._shelves = [Path(digest[:2]) / digest for digest in digests]

    @contextmanager
    def shared(self, renditions: Path) -> Iterator[None]:
        """A house's folder of renditions has what others made; what it makes itself is kept for the next."""
        self._link(self._folder, renditions)
        yield
        self._link(renditions, self._folder)

    def _link(self, source: Path, to: Path) -> None:
        for shelf in self._shelves:
            made = list((source / shelf).glob("[!.]*"))
            if made:
                (to / shelf).mkdir(parents=True, exist_ok=True)
            for one in made:
                if not (to / shelf / one.name).exists():
                    os.link(one, to / shelf / one.name)
