"""H3: an index added with a column is never made.

Tortoise's AddField(db_index=True) creates no index on either engine and says nothing.
"""

import ast
from collections.abc import Iterator

from tools.lint.finding import Finding, Source, called_name

ADVICE = "AddField with db_index makes no index: add it with AddIndex, Meta.indexes or RunSQL, and test for it"


def check(source: Source) -> Iterator[Finding]:
    """Every AddField in a migration whose field asks for an index."""
    if "migrations" not in source.path.parts:
        return
    for node in ast.walk(source.tree()):
        if isinstance(node, ast.Call) and called_name(node) == "AddField" and _asks_index(node):
            yield Finding(source.path, node.lineno, "H3", ADVICE)


def _asks_index(call: ast.Call) -> bool:
    words = (node for node in ast.walk(call) if isinstance(node, ast.keyword) and node.arg in {"db_index", "index"})
    return any(not (isinstance(word.value, ast.Constant) and word.value.value in (False, None)) for word in words)
