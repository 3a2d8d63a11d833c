"""The fonts are taken out of a Debian package only if package and files are the ones named."""

import hashlib
import io
import lzma
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tools.setup import fonts
from tools.setup.say import SetupError

NAME = "usr/share/fonts/a/Face.otf"


def package(data: bytes) -> bytes:
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        entry = tarfile.TarInfo(f"./{NAME}")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    parts = {"debian-binary": b"2.0\n", "control.tar.xz": b"odd", "data.tar.xz": lzma.compress(tar.getvalue())}
    out = b"!<arch>\n"
    for name, part in parts.items():
        out += f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(part):<10}`\n".encode() + part + b"\n" * (len(part) % 2)
    return out


def source(deb: bytes, data: bytes) -> dict[str, Any]:
    return {"package": "a", "version": "1", "deb": "a.deb", "deb_sha256": hashlib.sha256(deb).hexdigest(),
            "files": {NAME: hashlib.sha256(data).hexdigest()}}  # fmt: skip


def home(folder: Path, deb: bytes) -> Path:
    (folder / "zhiban_fonts").mkdir()
    (folder / "a.deb").write_bytes(deb)
    return folder


def test_a_package_laid_there_by_hand_gives_its_file(tmp_path: Path) -> None:
    deb = package(b"glyphs")
    fonts.fetch(home(tmp_path, deb), source(deb, b"glyphs"))
    assert (tmp_path / "zhiban_fonts" / "files" / "Face.otf").read_bytes() == b"glyphs"
    (tmp_path / "a.deb").unlink()
    fonts.fetch(tmp_path, source(deb, b"glyphs"))  # what is there and right is not fetched again


@pytest.mark.parametrize("said", [source(package(b"other"), b"glyphs"), source(package(b"glyphs"), b"other")])
def test_another_package_or_another_file_is_refused(tmp_path: Path, said: dict[str, Any]) -> None:
    with pytest.raises(SetupError):
        fonts.fetch(home(tmp_path, package(b"glyphs")), said)
    assert not (tmp_path / "zhiban_fonts" / "files" / "Face.otf").exists()
