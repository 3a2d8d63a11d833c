"""The reference pages say what the manifests say; `python -m tools.make_reference` mends them."""

import ast
from pathlib import Path

from tools.make_reference import outdated, pages

ROOT = Path(__file__).resolve().parents[2]


def test_committed_reference_is_what_the_manifests_say() -> None:
    assert [path.name for path in outdated(pages())] == []


def test_close_codes_of_the_live_socket_are_documented() -> None:
    """Codes 4000-4999 (RFC 6455 7.4.2) that the gateway sends stand in its documentation."""
    told = (ROOT / "docs" / "subsystems" / "realtime.md").read_text("utf-8")
    codes = {
        node.value
        for path in (ROOT / "office" / "realtime").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, int)
        and not isinstance(node.value, bool)
        and 4000 <= node.value < 4100
    }
    assert codes
    assert sorted(code for code in codes if str(code) not in told) == []
