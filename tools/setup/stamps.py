"""Stamps: a step is done again only when what it was made from has changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

#: Folders that tools leave beside the sources; what is in them changes nothing.
LEAVINGS = frozenset({"node_modules", "dist", "coverage", ".vite"})


def digest(paths: Iterable[Path], *facts: str) -> str:
    """One SHA-256 over the names and bytes of files (a folder: every source in it) and over plain facts."""
    total = hashlib.sha256("\0".join(facts).encode())
    for path in sorted(file for entry in paths for file in _files(entry)):
        total.update(f"\0{path}\0{path.stat().st_size}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def _files(entry: Path) -> list[Path]:
    if not entry.is_dir():
        return [entry] if entry.exists() else []
    inside = (path for path in entry.rglob("*") if not LEAVINGS.intersection(path.relative_to(entry).parts))
    return [path for path in inside if path.is_file() and path.suffix != ".tsbuildinfo"]


class Stamp:
    """One file that holds the digest of the last good run of a step."""

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / name

    def fresh(self, value: str) -> bool:
        """Whether the step last ended well with this very digest."""
        return self._path.exists() and self._path.read_text() == value

    def write(self, value: str) -> None:
        """Note that the step has ended well; an interrupted step leaves no stamp."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(value)
