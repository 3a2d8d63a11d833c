"""Every route that changes something leaves a row in the trail, and so does reading a document; see trail_of_routes.py.

What a route leaves is looked up in the code it can reach: a row is written by `audit.record` or `audit.record_daily`, under a
name that stands there. What is then written, the tests of each package look at.
"""

import inspect
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

import asgi
from office.audit.actions import record
from office.audit.daily import record_daily
from office.kernel.endpoint import Endpoint
from office.kernel.modules import Registry
from tests.contracts.trail_of_routes import LEAVES, NOTHING, QUIET, READINGS

REGISTRY = Registry(asgi.manifests())
ROUTES = {f"{one.method} {one.path}": one for one in REGISTRY.endpoints}
OURS = ("office", "documents", "messaging", "supervision")


def codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from codes(inner)


def called(function: FunctionType) -> list[Any]:
    """Functions that a function names, by itself or as a member of a module it names; more than it calls, never fewer."""
    names = {name for code in codes(function.__code__) for name in code.co_names}
    found = [function.__globals__[name] for name in names if name in function.__globals__]
    modules = [one for one in found if isinstance(one, ModuleType) and one.__name__.split(".")[0] in OURS]
    found += [getattr(module, name) for module in modules for name in names if hasattr(module, name)]
    return [*found, *(cell.cell_contents for cell in function.__closure__ or ())]


def reachable(run: Callable[..., Any]) -> set[FunctionType]:
    seen: set[FunctionType] = set()
    waiting: list[Any] = [run]
    while waiting:
        one = inspect.unwrap(waiting.pop()) if waiting[-1] is not None and callable(waiting[-1]) else waiting.pop()
        if isinstance(one, FunctionType) and one not in seen and one.__module__.split(".")[0] in OURS:
            seen.add(one)
            waiting += called(one)
    return seen


def leaves(endpoint: Endpoint, action: str) -> bool:
    functions = reachable(endpoint.run)
    texts = {text for one in functions for code in codes(one.__code__) for text in code.co_consts if isinstance(text, str)}
    return action in texts and bool(functions & {record, record_daily})


def test_every_route_that_changes_something_is_written_down() -> None:
    changing = {name for name, one in ROUTES.items() if one.method not in ("GET", "HEAD")}
    assert changing == LEAVES.keys() | NOTHING.keys()
    assert not LEAVES.keys() & NOTHING.keys()


def test_every_reading_is_written_down_too() -> None:
    reading = {name for name, one in ROUTES.items() if one.method == "GET"}
    assert reading == READINGS.keys() | QUIET.keys()
    assert not READINGS.keys() & QUIET.keys()


@pytest.mark.parametrize("name, action", [*LEAVES.items(), *READINGS.items()])
def test_a_route_leaves_what_is_written_down(name: str, action: str) -> None:
    assert leaves(ROUTES[name], action)


@pytest.mark.parametrize("name", NOTHING)
def test_what_leaves_nothing_really_does(name: str) -> None:
    assert not reachable(ROUTES[name].run) & {record, record_daily}
