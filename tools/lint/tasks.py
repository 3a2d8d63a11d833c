"""H2: background work starts in one place.

Tortoise hands its open transaction to every task created inside it, where later writes vanish.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tools.lint.finding import Finding, Source, called_name

STARTERS = frozenset({"create_task", "ensure_future", "gather", "TaskGroup", "create_task_group"})
HOME = PurePosixPath("office/kernel/work.py")
#: On the line itself or alone on the line above.
ALLOWED = re.compile(r"# lint: allow-task +\S")
ADVICE = "starts a task: use office.kernel.work (detach), or say why it may not: # lint: allow-task <reason>"


def check(source: Source) -> Iterator[Finding]:
    """Every call that starts a task, unless its line names a reason."""
    if PurePosixPath(source.path) == HOME:
        return
    for node in ast.walk(source.tree()):
        if isinstance(node, ast.Call) and called_name(node) in STARTERS and not _allowed(source, node.lineno):
            yield Finding(source.path, node.lineno, "H2", ADVICE)


def _allowed(source: Source, number: int) -> bool:
    above = source.line(number - 1).strip()
    return bool(ALLOWED.search(source.line(number))) or (above.startswith("#") and bool(ALLOWED.search(above)))
