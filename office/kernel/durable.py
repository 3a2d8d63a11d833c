"""What has to be on the disk before anybody is told that it is kept."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Have a file, or a folder's names, written through to the disk; returns when they are."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
