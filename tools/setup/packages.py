"""Installs the project and its pinned packages into .venv, editable."""

import os
import sys
from pathlib import Path

from tools.setup import say, stamps


def install(root: Path, tests: bool) -> None:
    """Install the application, or the application with what its tests need; does nothing when pyproject.toml is unchanged."""
    folder = root / ".stamps"
    value = stamps.digest([root / "pyproject.toml"], sys.version, str(root))
    app, full = stamps.Stamp(folder, "app"), stamps.Stamp(folder, "tests")
    if full.fresh(value) or (not tests and app.fresh(value)):
        return
    what = ".[test]" if tests else "."
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--editable", what]
    # Without the skip, the hook's isolated build environment would fetch a Node of its own for nothing.
    env = {**os.environ, "ZHIBAN_SKIP_WEB": "1"}
    say.run(f"Python packages: {what} (some minutes the first time)", pip, cwd=root, env=env)
    (full if tests else app).write(value)
