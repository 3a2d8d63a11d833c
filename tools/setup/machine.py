"""What the machine needs: libraries for OFD; PostgreSQL, Redis, Chromium, LibreOffice and fonts for the tests."""

import ctypes
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.support import programs
from tools.setup.say import SetupError


@dataclass(frozen=True)
class Need:
    """One thing the tests need: how to see it, the Debian packages that bring it, and its name for other systems."""

    name: str
    present: Callable[[], object]
    debian: tuple[str, ...]


def has_fonts() -> bool:
    """Whether fontconfig knows a font for Chinese."""
    if shutil.which("fc-list") is None:
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, check=False).stdout.strip())


def has_chromium() -> bool:
    """Whether there is the Chromium to drive: the headless one where it can be fetched, for it does the same with less work."""
    if shutil.which(programs.HEADLESS):
        return True
    if shutil.which("apt-cache") is None:
        return programs.chromium() is not None
    offered = subprocess.run(["apt-cache", "show", programs.HEADLESS], capture_output=True, check=False).returncode == 0
    return not offered and programs.chromium() is not None


def has_gl() -> bool:
    """Whether the libraries can be loaded that skia is linked against, though nothing is drawn with them."""
    try:
        for name in ("libGL.so.1", "libEGL.so.1", "libexpat.so.1"):
            ctypes.CDLL(name)
    except OSError:
        return False
    return True


RENDERER = Need("libGL, libEGL and libexpat (for OFD files)", has_gl, ("libgl1", "libegl1", "libexpat1"))

#: Without a display and without recommendations: 102 MB to fetch, 320 MB on the disk.
OFFICE = ("libreoffice-writer-nogui", "libreoffice-calc-nogui", "libreoffice-impress-nogui")

#: redis-tools carries the server's program without its service (decision 0052).
NEEDS = (
    Need("PostgreSQL 15 or newer (initdb, postgres)", programs.postgres_bin, ("postgresql",)),
    Need("Redis (redis-server)", programs.redis_server, ("redis-tools",)),
    Need("Chromium", has_chromium, (programs.HEADLESS,)),
    Need("pdfsig", lambda: shutil.which("pdfsig"), ("poppler-utils",)),
    Need("LibreOffice (soffice, with Writer, Calc and Impress)", programs.libreoffice, OFFICE),
    Need("a font for Chinese", has_fonts, ("fontconfig", "fonts-noto-cjk")),
    RENDERER,
)


def prepare(root: Path, needs: tuple[Need, ...] = NEEDS, debian: bool | None = None) -> None:
    """Install on Debian what is missing; elsewhere, or where that fails, `SetupError` names exactly what is missing."""
    absent = [need for need in needs if not need.present()]
    if not absent:
        return
    on_debian = Path("/etc/debian_version").exists() if debian is None else debian
    if on_debian:
        packages = [package for need in absent for package in need.debian]
        if subprocess.run(["bash", str(root / "tools" / "system"), "debian", *packages], check=False).returncode != 0:
            raise SetupError("the tests need the packages named above; none of them is left out")
        absent = [need for need in absent if not need.present()]
    if absent:
        raise SetupError("missing on this machine for the tests: " + "; ".join(need.name for need in absent))


def prepare_renderer(root: Path) -> None:
    """The same for the OFD renderer alone; without it everything else works, and an OFD is refused with the reason."""
    try:
        prepare(root, (RENDERER,))
    except SetupError as error:
        print(f"zhiban: going on without OFD files: {error}", flush=True)
