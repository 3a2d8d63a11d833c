"""Files of keys: written whole, readable by this user only, and never twice: two first starts agree on one."""

import os
import secrets
from pathlib import Path

from office.kernel.durable import sync


def place(file: Path, data: bytes) -> None:
    """Written whole under another name and linked into place, mode 0600; one that is there already stays."""
    if file.exists():
        return
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_suffix(f".{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, file)
        sync(file.parent)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
