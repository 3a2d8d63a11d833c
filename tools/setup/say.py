"""How the set-up speaks: one line a step while it works, the whole output of a command only where it fails."""

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path


class SetupError(Exception):
    """A step that cannot go on; the text tells the person what to do."""


def run(title: str, command: Sequence[str], cwd: Path | None = None, env: Mapping[str, str] | None = None) -> None:
    """Run one command under a title and print the seconds it took; `SetupError` with its output if it fails."""
    print(f"→ {title} …", end="", flush=True)
    started = time.monotonic()
    done = subprocess.run(
        command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    print(f" {time.monotonic() - started:.0f} s", flush=True)
    if done.returncode != 0:
        sys.stderr.write(done.stdout.decode(errors="replace"))
        raise SetupError(f"{title}: `{' '.join(command)}` ended with {done.returncode}")
