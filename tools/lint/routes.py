"""H1: routes are data. A `routes.py` asks `queries` and `actions`; it never touches a table itself."""

import ast
from collections.abc import Iterator

from tools.lint.finding import Finding, Source

#: Only a Tortoise model has these.
PLAIN = frozenset(
    ("filter", "exclude", "get_or_none", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "in_bulk", "raw")
)
#: Other classes have these too: they count on a name that comes from a module `models`.
SHARED = frozenset(("get", "create", "all", "first", "last", "exists", "annotate", "select_for_update", "delete", "save"))
ADVICE = "a route reads through queries and writes through actions, never through a model"


def check(source: Source) -> Iterator[Finding]:
    """Every use of a model's query methods in a file named routes.py."""
    if source.path.name != "routes.py":
        return
    tree = source.tree()
    models = _from_models(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _asks_a_model(node, models):
            yield Finding(source.path, node.lineno, "H1", ADVICE)


def _from_models(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            whole = (node.module or "").split(".")[-1] == "models"
            names |= {alias.asname or alias.name for alias in node.names if whole or alias.name == "models"}
    return names


def _asks_a_model(node: ast.Attribute, models: set[str]) -> bool:
    root: ast.expr = node.value
    while isinstance(root, ast.Attribute):
        root = root.value
    if not isinstance(root, ast.Name):
        return False
    return (node.attr in PLAIN | SHARED and root.id in models) or (node.attr in PLAIN and root.id[:1].isupper())
