"""What leaves a row in the trail has Chinese words and a kind in its module's manifest, and nothing else is named there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import asgi
from office.kernel.acts import KINDS, Act
from office.kernel.modules import ManifestError, Module, Registry

ROOT = Path(__file__).resolve().parents[2]
REGISTRY = Registry(asgi.manifests())
RECORDING = {"record", "record_daily", "record_refusal"}


def nodes() -> Iterator[ast.AST]:
    for place in ("office", "documents", "messaging", "supervision"):
        for path in sorted((ROOT / place).rglob("*.py")):
            if path.name != "acts.py":
                yield from ast.walk(ast.parse(path.read_text("utf-8")))


def constants(node: ast.AST) -> Iterator[str]:
    yield from (one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str))


def test_every_act_that_is_recorded_is_named_and_the_other_way_round() -> None:
    recorded, said = set[str](), set[str]()
    for node in nodes():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            said.add(node.value)
        if isinstance(node, ast.Call) and len(node.args) > 1 and isinstance(node.func, ast.Attribute | ast.Name):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            recorded |= set(constants(node.args[1])) if name in RECORDING else set()
    assert recorded - REGISTRY.acts.keys() == set()
    assert {name for name in REGISTRY.acts if not name.startswith("http.")} - said == set()
    assert {name for name in REGISTRY.acts if name.startswith("http.")} == {
        f"http.{one.method.lower()}" for one in REGISTRY.endpoints
    }


def test_words_are_chinese_and_each_kind_has_an_act() -> None:
    assert all(re.fullmatch(r"[a-z_]+\.[a-z_]+", name) for name in REGISTRY.acts), "they stand in SQL as they are"
    assert all(act.label and not act.label.isascii() for act in REGISTRY.acts.values())
    assert {act.kind for act in REGISTRY.acts.values()} == KINDS.keys()


def test_an_act_of_an_unknown_kind_stops_the_start() -> None:
    with pytest.raises(ManifestError, match=r"act fake.act is of an unknown kind: nothing"):
        Registry([Module(name="fake", acts=[Act("fake.act", "试", "nothing")])])
