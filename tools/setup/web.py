"""Builds the web clients from web/ into office/_web. Used by make and by the wheel's build hook."""

import sys
from pathlib import Path

from tools.setup import node, say, stamps


def build(root: Path, install_node: bool) -> None:
    """Bring node_modules and office/_web up to date with web/; nothing to do, nothing done.

    `install_node`: fetch Node as a Python package where the machine has none (not inside an isolated build).
    Raises `SetupError` when there is no Node, or a step of npm fails.
    """
    web, output = root / "web", root / "office" / "_web"
    if not there(root):
        print("→ web client: no web/ in this tree, nothing to build")
        return
    built, value = stamps.Stamp(root / ".stamps", "web"), stamps.digest([web])
    if built.fresh(value) and any(output.glob("*.html")):
        return
    found = modules(root, install_node)
    say.run("web client: build into office/_web", [*found.npm, "run", "build", "--silent"], cwd=web, env=found.env)
    if not any(output.glob("*.html")):
        raise say.SetupError("web client: the build ended well but left no page in office/_web")
    built.write(stamps.digest([web]))


def there(root: Path) -> bool:
    """Whether this tree has the sources of the web clients; one unpacked from an sdist may hold only what was built."""
    return (root / "web" / "package.json").exists()


def modules(root: Path, install_node: bool) -> node.Node:
    """Install web/node_modules from the lock file and give the Node to use; no package's own install script is run."""
    web, found = root / "web", node.find() or _fetch(install_node)
    stamp = stamps.Stamp(root / ".stamps", "node_modules")
    value = stamps.digest([web / "package-lock.json", web / "package.json"])
    if stamp.fresh(value) and (web / "node_modules").is_dir():
        return found
    command = [*found.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    say.run("web client: packages by npm ci", command, cwd=web, env=found.env)
    stamp.write(value)
    return found


def _fetch(install_node: bool) -> node.Node:
    if install_node:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", node.WHEEL]
        say.run(f"Node as a Python package ({node.WHEEL})", pip)
        found = node.wheel()
        if found is not None:
            return found
    oldest = ".".join(map(str, node.OLDEST))
    raise say.SetupError(f"web client: no Node {oldest} or newer with npm here, and {node.WHEEL} gave none; install Node")
