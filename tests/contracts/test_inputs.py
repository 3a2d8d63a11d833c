"""What every input has in common: no text of blanks, and no year that no office means. Walked from the document itself."""

import json
import math
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

import asgi
from office.http.openapi import document
from office.identity import clients
from office.kernel.actor import SYSTEM
from office.kernel.base64url import encode
from office.kernel.modules import Registry
from office.kernel.text import ONE_LINE
from tests.people import settle
from tests.support.house import House

REGISTRY = Registry(asgi.manifests())
DOCUMENT = document(REGISTRY.endpoints, "0")
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
ANY = "0190aaaa-0000-7000-8000-000000000001"
NOW = datetime.now(UTC).isoformat()
BLANKS = (" ", "\u3000\u3000\u3000", "\u200b\u200b", "\ufeff\u2060", "\t\n", "\u00ad\u3164", "\u202e ")
YEARS = ("0001", "9999", "2300")
FORMS = {"POST /api/v1/exchange/documents": "metadata"}

Path = tuple[str | int, ...]


def _real(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema itself, behind references and beside null."""
    while "$ref" in schema or "anyOf" in schema:
        if "$ref" in schema:
            schema = {**SCHEMAS[schema["$ref"].rpartition("/")[2]], **{k: v for k, v in schema.items() if k != "$ref"}}
        else:
            schema = next(one for one in schema["anyOf"] if one.get("type") != "null")
    return schema


def inputs() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(method, path, schema) of everything that is sent in a body."""
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            for kind, content in operation.get("requestBody", {}).get("content", {}).items():
                schema = _real(content["schema"])
                if kind == "multipart/form-data":
                    name = FORMS.get(f"{method.upper()} {path}")
                    if name is None:
                        continue
                    schema = _real(schema["properties"][name])
                yield method.upper(), path, schema


def texts(schema: dict[str, Any], path: Path = ()) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every text in a schema that is written freely, with where it stands."""
    schema = _real(schema)
    for name, below in schema.get("properties", {}).items():
        yield from texts(below, (*path, name))
    if schema.get("type") == "array" and schema.get("items"):
        yield from texts(schema["items"], (*path, 0))
    if schema.get("type") == "string" and not {"format", "enum", "const", "contentEncoding"} & schema.keys():
        yield path, schema


def moments(schema: dict[str, Any], path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every moment and day in a schema, with where it stands and how it is written behind its year."""
    schema = _real(schema)
    for name, below in schema.get("properties", {}).items():
        yield from moments(below, (*path, name))
    if schema.get("type") == "array" and schema.get("items"):
        yield from moments(schema["items"], (*path, 0))
    if rest := {"date-time": "-06-01T00:00:00+08:00", "date": "-06-01"}.get(schema.get("format", "")):
        yield path, rest


def integers(schema: dict[str, Any], path: Path = ()) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every whole number in a schema, with where it stands."""
    schema = _real(schema)
    for name, below in schema.get("properties", {}).items():
        yield from integers(below, (*path, name))
    for number, below in enumerate([*schema.get("prefixItems", ()), *([schema["items"]] if schema.get("items") else [])]):
        yield from integers(below, (*path, number))
    if schema.get("type") == "integer":
        yield path, schema


def parameters() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(method, path, schema) of everything that is sent in a query or a header, as one object each."""
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            sent = {one["name"]: one["schema"] for one in operation.get("parameters", ()) if one["in"] != "path"}
            yield method.upper(), path, {"properties": sent}


def smallest(schema: dict[str, Any], path: Path = (), wanted: Any = None) -> Any:
    """The least that fits a schema, with `wanted` at `path`."""
    schema = _real(schema)
    if not path and wanted is not None:
        return wanted
    if "properties" in schema:
        names = {*schema.get("required", ()), *path[:1]}
        return {
            name: smallest(below, path[1:] if name in path[:1] else (), wanted if name in path[:1] else None)
            for name, below in schema["properties"].items()
            if name in names
        }
    if schema.get("type") == "array":
        count = max(schema.get("minItems", 0), 1 if path else 0)
        if "prefixItems" in schema:
            return [smallest(one) for one in schema["prefixItems"]]
        return [smallest(schema["items"], path[1:], wanted if path else None) for _ in range(count)]
    return _least(schema)


def _least(schema: dict[str, Any]) -> Any:
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    kind = schema.get("type")
    if kind == "string":
        known = {"uuid": ANY, "date-time": NOW, "date": NOW[:10]}
        return known.get(schema.get("format", ""), "a" * max(schema.get("minLength", 1), 1))
    return {"integer": schema.get("minimum", 1), "boolean": True, "number": 1, "object": {}}.get(str(kind))


def test_no_required_text_takes_blanks_by_its_schema() -> None:
    """What a program reads in the document is what the door does: one that must be there must say something."""
    taking = []
    for method, path, schema in inputs():
        required = set(_real(schema).get("required", ()))
        for place, text in texts(schema):
            pattern = text.get("pattern", "")
            if place[0] in required and not (pattern and not any(re.search(pattern, one) for one in BLANKS)):
                taking.append(f"{method} {path} {place}")
    assert taking == []


#: Numbers that stand in columns of 64 bits: the length of a file, a place in the order of events.
LONG = {"Upload-Length", "Upload-Offset", "GET /api/v1/exchange/states cursor"}


def test_every_whole_number_fits_its_column() -> None:
    """Of 32 bits: what is larger would be taken by the door and break in PostgreSQL."""
    found = [
        (f"{method} {path} {_field(place)}", _field(place), number)
        for method, path, schema in (*inputs(), *parameters())
        for place, number in integers(schema)
    ]
    assert [where for where, name, number in found if not {where, name} & LONG and not _fits(number)] == []
    assert len(found) > 30, "the walk walks"


def _fits(number: dict[str, Any]) -> bool:
    least, most = number.get("minimum", -math.inf), number.get("maximum", number.get("exclusiveMaximum", math.inf) - 1)
    return -(2**31) <= least <= most < 2**31


@pytest.mark.parametrize("words", ["甲\n", "\n甲", "甲\n乙", "甲\r\n", "甲\u2028", "\u3000"])
def test_one_line_is_one(words: str) -> None:
    assert not re.search(ONE_LINE, words)
    assert re.search(ONE_LINE, "甲　乙")


@pytest.fixture
async def callers(house: House) -> AsyncIterator[list[httpx.AsyncClient]]:
    """A clerk, a leader, an administrator, and a program."""
    town = await settle(house)
    issued = await clients.create_client(SYSTEM, "县OA", ["documents.push", "documents.states"])
    async with house.client(issued.secret) as oa:
        yield [*[await town.of(name) for name in ("苏小满", "秦望舒", "陆管理")], oa]
    await town.close()


async def _answers(callers: list[httpx.AsyncClient], method: str, path: str, body: Any) -> list[tuple[int, str]]:
    address = "http://testserver" + re.sub(r"\{\w+\}", ANY, path)
    answers = [await client.request(method, address, json=body) for client in callers]
    return [(one.status_code, one.text) for one in answers]


def _field(path: Path) -> str:
    return "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in path).lstrip(".")


@pytest.mark.engines("sqlite")
async def test_no_text_anywhere_takes_blanks(callers: list[httpx.AsyncClient]) -> None:
    seen, wrong = 0, []
    for method, path, schema in inputs():
        if f"{method} {path}" in FORMS:
            continue  # a form: tests/documents/test_hostile.py
        for place, text in texts(schema):
            blank = "\u3000" * max(text.get("minLength", 1), 1)
            answers = await _answers(callers, method, path, smallest(schema, place, blank))
            seen += 1
            named = any(status == 422 and _field(place) in said for status, said in answers)
            if not named or any(status < 400 for status, _ in answers):
                wrong.append(f"{method} {path} {_field(place)} {answers}")
    assert wrong == [], "\n".join(one[:150] for one in wrong)
    assert seen > 60, "the walk walks"


def cursors() -> Iterator[str]:
    """Path and query up to the value of every place in a list that can be asked for."""
    for path, methods in DOCUMENT["paths"].items():
        asked = [one for one in methods.get("get", {}).get("parameters", ()) if one["in"] == "query"]
        needed = "".join(f"{one['name']}={smallest(one['schema'])}&" for one in asked if one["required"])
        for one in asked:
            if one["name"] == "cursor" or one["name"].endswith("_after"):
                yield f"{path}?{needed}{one['name']}="


@pytest.mark.engines("sqlite")
async def test_a_cursor_that_is_none_has_one_name_everywhere(callers: list[httpx.AsyncClient]) -> None:
    seen, wrong = 0, []
    for path in cursors():
        for cursor in ("~", "-1", "1e3", "%00", "A" * 2000):
            answers = await _answers(callers, "GET", f"{path}{cursor}", None)
            codes = {json.loads(said)["code"] for status, said in answers if status not in (401, 403, 404)}
            seen += bool(codes)
            if not codes <= {"http.bad_cursor"}:
                wrong.append(f"{path} {cursor[:9]} {codes}")
    assert wrong == [], "\n".join(one[:150] for one in wrong)
    assert seen >= 5 * 10, "the walk walks"


#: Well written, and further than any list goes: a moment without a zone, at the ends of the calendar, a number too large.
FAR = [
    *(f'["{moment}","{ANY}"]' for moment in ("2026-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00")),
    f"[{2**70}]", f"[-{2**70}]", f'[{2**40},"a","b","{ANY}"]',
]  # fmt: skip


async def test_a_cursor_from_beyond_the_list_breaks_nothing(callers: list[httpx.AsyncClient]) -> None:
    seen, wrong = 0, []
    for path in cursors():
        for told in FAR:
            answers = await _answers(callers, "GET", path + encode(told.encode()), None)
            seen += any(status == 200 for status, _ in answers)
            wrong += [f"{path} {told} {said}" for status, said in answers if status >= 500]
    assert wrong == [], "\n".join(one[:150] for one in wrong)
    assert seen > 3, "some lists take some of them for a place"


@pytest.mark.engines("sqlite")
async def test_no_moment_anywhere_takes_a_year_that_nobody_means(callers: list[httpx.AsyncClient]) -> None:
    seen, wrong = 0, []
    for method, path, schema in inputs():
        for place, rest in moments(schema):
            if f"{method} {path}" in FORMS:
                continue  # a form: tests/documents/test_hostile.py
            for year in YEARS:
                body = smallest(schema, place, f"{year}{rest}")
                answers = await _answers(callers, method, path, body)
                seen += 1
                if not any(s == 422 and "年份须在" in said and _field(place) in said for s, said in answers):
                    wrong.append(f"{method} {path} {_field(place)} {year} {answers}")
    assert wrong == [], "\n".join(one[:150] for one in wrong)
    assert seen >= 3 * 12, "the walk walks"
