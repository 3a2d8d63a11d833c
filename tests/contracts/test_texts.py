"""Every refusal of the source has its Chinese text, and no text is left over."""

import ast
import re
from pathlib import Path

import asgi
from office.kernel.modules import Registry

ROOT = Path(__file__).resolve().parents[2]
PLACES = ("office", "documents", "messaging", "supervision")
KINDS = {"Invalid", "Unauthenticated", "Forbidden", "NotFound", "Conflict", "Gone", "TooLarge", "Unsupported", "TooMany",
         "Unavailable", "Refusal", "_Broken", "_MethodNotAllowed"}  # fmt: skip
CODE = re.compile(r"[a-z]+\.[a-z0-9_]+")


def trees() -> list[tuple[Path, ast.Module]]:
    paths = [path for place in PLACES for path in sorted((ROOT / place).rglob("*.py"))]
    return [(path, ast.parse(path.read_text("utf-8"))) for path in paths]


def raised() -> dict[str, str]:
    """Codes that stand as the first argument of a refusal, and where."""
    found = {}
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and _name(node.func) in KINDS:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found[first.value] = f"{path.relative_to(ROOT)}:{node.lineno}"
    return found


def _name(func: ast.expr) -> str:
    return func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""


def written() -> set[str]:
    """Every string of the source that looks like a code, outside the texts themselves."""
    return {
        node.value
        for path, tree in trees()
        if path.name != "texts.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value)
    }


def test_every_code_has_a_text() -> None:
    texts = Registry(asgi.manifests()).texts
    assert {code: place for code, place in raised().items() if code not in texts} == {}
    assert len(raised()) > 50


def test_no_text_is_left_over() -> None:
    assert sorted(set(Registry(asgi.manifests()).texts) - written()) == []


def test_texts_are_chinese_and_tell_what_to_do() -> None:
    for code, text in Registry(asgi.manifests()).texts.items():
        assert any("一" <= char <= "鿿" for char in text), code
        assert text.endswith(("。", "？", "！")), code
        assert CODE.fullmatch(code), code
