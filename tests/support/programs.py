"""Finds the programs the tests run beside the application. Standard library only: asked before anything is installed."""

import shutil
import subprocess
from pathlib import Path

#: The oldest PostgreSQL the application supports.
OLDEST_POSTGRES = 15
#: Debian's package of that name, and its program.
HEADLESS = "chromium-headless-shell"


def postgres_bin(debian: Path = Path("/usr/lib/postgresql")) -> Path | None:
    """The folder with `initdb` and `postgres` of the newest PostgreSQL ≥ 15: Debian's own place first, then PATH."""
    versions = sorted((p for p in debian.glob("*/bin") if p.parent.name.isdigit()), key=lambda p: -int(p.parent.name))
    on_path = shutil.which("postgres")
    for folder in [*versions, *([Path(on_path).resolve().parent] if on_path else [])]:
        if (folder / "initdb").exists() and postgres_major(folder) >= OLDEST_POSTGRES:
            return folder
    return None


def postgres_major(folder: Path) -> int:
    """The major version `postgres` in that folder tells, 0 if it does not run."""
    try:
        told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True, timeout=20).stdout
        return int(told.split("PostgreSQL) ")[1].split(".")[0].split()[0])
    except (OSError, IndexError, ValueError, subprocess.SubprocessError):
        return 0


def redis_server() -> tuple[str, str] | None:
    """(program, name to call it by) of a Redis server.

    Debian ships one program under several names and tells them apart by the name it was called by: the one in redis-tools,
    which brings no service, is a server when called `redis-server`.
    """
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found, name
    found = shutil.which("redis-check-rdb")
    return (found, "redis-server") if found else None


def libreoffice() -> str | None:
    """The path of LibreOffice's program, with what sets texts, sheets and slides."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    parts = ("libswlo.so", "libsclo.so", "libsdlo.so")
    return found if found and all((Path(found).resolve().parent / part).exists() for part in parts) else None


def chromium() -> str | None:
    """The path of a Chromium the browser tests can drive: its engine without a browser's own windows if that is to be had."""
    names = (HEADLESS, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((found for name in names if (found := shutil.which(name))), None)
