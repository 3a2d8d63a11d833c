"""Installs the data package of fonts for printed forms: fetched from two Debian packages, each file known by its digest."""

import hashlib
import json
import lzma
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tools.setup import say, stamps

#: Downloads as apt does, with its proxies and mirrors.
HELPER = "/usr/lib/apt/apt-helper"
SYSTEM = Path(__file__).resolve().parents[1] / "system"
#: Of an archive in `ar` format: its first bytes, and of each member's header the length and where its name and size stand.
AR, HEADER, NAME, SIZE = b"!<arch>\n", 60, slice(0, 16), slice(48, 58)


def install(root: Path) -> None:
    """Bring zhiban-fonts into this Python; does nothing when it is there as the list says. Raises `SetupError`."""
    home, stamp = root / "fonts", stamps.Stamp(root / ".stamps", "fonts")
    value = stamps.digest([home / "zhiban_fonts" / "fonts.json", home / "pyproject.toml"], sys.version)
    if stamp.fresh(value) and find_spec("zhiban_fonts") is not None:
        return
    for source in json.loads((home / "zhiban_fonts" / "fonts.json").read_text()):
        fetch(home, source)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps"]
    say.run("fonts for printed forms (zhiban-fonts)", [*pip, "--force-reinstall", str(home)])
    stamp.write(value)


def prepare(root: Path) -> None:
    """The same, where Zhiban is only tried: without these fonts forms are printed with what the machine has, or refused."""
    try:
        install(root)
    except say.SetupError as error:
        print(f"zhiban: going on without the fonts for printed forms: {error}", flush=True)


def fetch(home: Path, source: Mapping[str, Any]) -> None:
    """The font files of one Debian package into `zhiban_fonts/files`, unless they are there and right."""
    files = home / "zhiban_fonts" / "files"
    if all(_is(files / Path(name).name, digest) for name, digest in source["files"].items()):
        return
    files.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        deb = _deb(home, source, Path(folder))
        for name, data in _members(deb.read_bytes(), set(source["files"])):
            if hashlib.sha256(data).hexdigest() != source["files"][name]:
                raise say.SetupError(f"{name} in {deb.name} is not the file that fonts.json names")
            (files / Path(name).name).write_bytes(data)
    if missing := [name for name in source["files"] if not (files / Path(name).name).exists()]:
        raise say.SetupError(f"{source['deb']} has no {missing[0]}")


def _deb(home: Path, source: Mapping[str, Any], folder: Path) -> Path:
    """The package, laid into `fonts/` by hand or fetched by apt; with the digest that the list names."""
    deb: Path = home / source["deb"]
    if not deb.exists():
        deb = _downloaded(source, folder)
    if not _is(deb, source["deb_sha256"]):
        raise say.SetupError(f"{deb.name} is not the package that fonts.json names")
    return deb


def _downloaded(source: Mapping[str, Any], folder: Path) -> Path:
    """By name and version; where this Debian's lists have another version, by its place on the same servers."""
    if shutil.which("apt-get") is None:
        raise say.SetupError(f"fonts: no apt-get here; put {source['deb']} into fonts/ and run this again")
    print(f"→ fonts for printed forms: {source['deb']} …", flush=True)
    # The lists are fetched anew the second time: a machine may be so new that it has none yet.
    for lists in (False, True):
        if lists:
            subprocess.run(["bash", str(SYSTEM), "lists"], check=False)
        for command in (["apt-get", "-qq", "download", f"{source['package']}={source['version']}"], *_from_pool(source)):
            if subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0:
                return folder / str(source["deb"])
    raise say.SetupError(f"fonts: apt-get brought no {source['deb']}; put it into fonts/ and run this again")


def _from_pool(source: Mapping[str, Any]) -> list[list[str]]:
    """Packages of an older release stay on the servers of a newer one, unlisted: a way to fetch it from each of them."""
    targets = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)"], capture_output=True, text=True, check=False
    )
    servers, digest = sorted(set(targets.stdout.split())), f"SHA256:{source['deb_sha256']}"
    place = f"{source['pool']}/{source['deb']}"
    return [[HELPER, "download-file", f"{server}{place}", source["deb"], digest] for server in servers]


def _is(file: Path, digest: str) -> bool:
    return file.exists() and hashlib.sha256(file.read_bytes()).hexdigest() == digest


def _members(deb: bytes, wanted: set[str]) -> Iterator[tuple[str, bytes]]:
    """Of a Debian package (deb(5)) these files, by their path without the leading `./`."""
    with TemporaryDirectory() as folder:
        data = Path(folder) / "data.tar"
        data.write_bytes(lzma.decompress(_part(deb, "data.tar.xz")))
        with tarfile.open(data) as archive:
            for entry in archive:
                name = entry.name.removeprefix("./")
                if name in wanted and (file := archive.extractfile(entry)) is not None:
                    yield name, file.read()


def _part(deb: bytes, wanted: str) -> bytes:
    """One member of an `ar` archive."""
    at = len(AR)
    while deb.startswith(AR) and at + HEADER <= len(deb):
        head = deb[at : at + HEADER]
        size, start = int(head[SIZE]), at + HEADER
        if head[NAME].decode("ascii").strip().rstrip("/") == wanted:
            return deb[start : start + size]
        at = start + size + size % 2
    raise say.SetupError(f"no {wanted} in the package: it is not packed as expected")
