"""No English sentence reaches a person, whatever is sent: every field of every route, with every kind of wrong value."""

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import asgi
from office.http.binding import BODYLESS, _convert, plan_of
from office.kernel.endpoint import Endpoint
from office.kernel.modules import Registry
from office.kernel.refusal import Invalid
from office.kernel.wording import said

ENDPOINTS = [one for one in Registry(asgi.manifests()).endpoints if plan_of(one).input is not None]
WRONG: list[Any] = [
    None, True, 0, -1, 7, 10**30, -(10**30), 1.5, 1e300, "", "x", "字" * 70000, "a b", "2026-03-02T09:00:00", "2026-13-45",
    "=====", [], [None], ["x"] * 3000, {}, {"": None}, {"x": 1},
]  # fmt: skip
_ENGLISH = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def wrong(schema: dict[str, Any], known: dict[str, Any], depth: int = 0) -> Iterator[Any]:
    """Values for a schema, each wrong in at most one place: the place moves through all there are."""
    yield from WRONG
    if "$ref" in schema:
        schema = known[schema["$ref"].rsplit("/", 1)[-1]]
    if depth > 4:
        return
    for choice in schema.get("anyOf", ()):
        yield from wrong(choice, known, depth + 1)
    if isinstance(schema.get("items"), dict):
        yield from ([value] for value in wrong(schema["items"], known, depth + 1))
    if isinstance(schema.get("additionalProperties"), dict):
        yield from ({"x": value} for value in wrong(schema["additionalProperties"], known, depth + 1))
    for name, below in schema.get("properties", {}).items():
        yield from ({name: value} for value in wrong(below, known, depth + 1))


def told(kind: Any, value: Any) -> str:
    try:
        if isinstance(value, str):
            _convert(lambda: msgspec.json.decode(value, type=kind))
        else:
            text = json.dumps(value)
            _convert(lambda: msgspec.json.decode(text, type=kind))
    except Invalid as refusal:
        return str(refusal.facts["reason"])
    return "好"


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: f"{one.method} {one.path}")
def test_whatever_is_sent_the_refusal_is_chinese(endpoint: Endpoint) -> None:
    kind = plan_of(endpoint).input
    (schema,), known = msgspec.json.schema_components([kind])
    sent = [told(kind, value) for value in wrong(schema, known)]
    if endpoint.method in BODYLESS:
        queries = [{name: text} for name in kind.__struct_fields__ for text in WRONG if isinstance(text, str)]
        sent += [_query(kind, query) for query in queries]
    assert [one for one in sent if _ENGLISH.search(one) or not _CHINESE.search(one)] == []


def _query(kind: Any, query: dict[str, str]) -> str:
    try:
        _convert(lambda: msgspec.convert(query, kind, strict=False))
    except Invalid as refusal:
        return str(refusal.facts["reason"])
    return "好"


@pytest.mark.parametrize(
    ("error", "field", "reason"),
    [
        ("Number out of range - at `$.n`", "n", "数值超出范围"),
        ("Invalid base64 encoded string - at `$.strokes`", "strokes", "不是有效的 Base64 文字"),
        ("Expected `datetime` with a timezone component - at `$.at`", "at", "时间要带时区，如 2026-03-02T09:00:00+08:00"),
        ("Expected `int` that's a multiple of 5 - at `$.a[0].n`", "a[0].n", "须是 5 的倍数"),
        ("Expected `object` of length <= 3 - at `$.facts`", "facts", "至多 3 项"),
        ("Expected `uuid`, got `str` - at `key` in `$.by`", "by", "应为编号（UUID），收到的是文字"),
        ("JSON is malformed: invalid character (byte 3)", "", "不是有效的 JSON"),
        ("Something nobody has seen", "", "内容不符合要求"),
    ],
)
def test_each_kind_of_error_has_its_words(error: str, field: str, reason: str) -> None:
    assert said(error) == (field, reason)


@given(st.text())
def test_what_is_no_json_is_told_so(text: str) -> None:
    assert not _ENGLISH.search(told(dict[str, int], text))
