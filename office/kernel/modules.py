"""The manifest of a module, and the registry made of all of them at start-up. A contradiction stops the process."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.util import find_spec
from typing import Any
from uuid import UUID

from office.kernel.actor import Actor
from office.kernel.acts import KINDS, Act
from office.kernel.endpoint import LOGGED_IN, PUBLIC, Endpoint
from office.kernel.events import Event, Handler
from office.kernel.findable import Findable

#: Where a to-do may lie while it is open.
BOXES = ("handle", "read", "follow")


@dataclass(frozen=True, kw_only=True)
class Permission:
    """A permission and the roles that have it; integration clients have it by scope when `scope` is set."""

    name: str
    label: str
    roles: frozenset[str] = frozenset()
    scope: bool = False


@dataclass(frozen=True, kw_only=True)
class TodoKind:
    """A kind of to-do: which box it lies in ("handle", "read", "follow"), and the page it opens ("/handlings/{id}")."""

    name: str
    label: str
    box: str
    route: str


@dataclass(frozen=True, kw_only=True)
class Job:
    """Scheduled work: one process runs it in each slot. It runs in no unit of work; it calls verbs."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Publication:
    """An event that clients follow: who may see it (person ids) and what they are told, by absolute values.

    What is told is `view(event, person)`, or `view_many(event, persons)` for all of them in as many queries as for one, or
    `common(event)` where it is the same for all: asked and stored once. None tells nothing. `source` names the thing it is
    about ("kind:id", the event's key unless set), by which it can be taken back.
    """

    event: str
    audience: Callable[[Any], Awaitable[Sequence[UUID]]]
    view: Callable[[Any, UUID], Awaitable[Mapping[str, object] | None]] | None = None
    view_many: Callable[[Any, Sequence[UUID]], Awaitable[Mapping[UUID, Mapping[str, object] | None]]] | None = None
    common: Callable[[Any], Awaitable[Mapping[str, object] | None]] | None = None
    source: Callable[[Any], str] | None = None


Refs = frozenset[str]


async def _nothing(refs: Refs) -> Collection[str]:
    return ()


async def _nobodys(refs: Refs) -> Collection[UUID]:
    return ()


async def _untouched(actor: Actor, refs: Refs, on: bool) -> None:
    """Keeps nothing that is read by itself."""


@dataclass(frozen=True, kw_only=True)
class Keeper:
    """What a module does when things turn out to be classified (应急处置), named by references.

    `units` tells whose they are, so that the officers of these units act; none for what belongs to no unit. `related` names
    what stands and falls with these, `freeze` makes all of it unreadable to everybody or (`on` false) readable again, `purge`
    removes every word of it; these run in the caller's unit of work. `after` removes what no transaction holds.
    """

    name: str
    related: Callable[[Refs], Awaitable[Collection[str]]] = _nothing
    units: Callable[[Refs], Awaitable[Collection[UUID]]] = _nobodys
    freeze: Callable[[Actor, Refs, bool], Awaitable[None]] = _untouched
    purge: Callable[[Actor, Refs], Awaitable[None]]
    after: Callable[[Refs], Awaitable[None]] | None = None


@dataclass(frozen=True, kw_only=True)
class Invariant:
    """A promise checked in production: `check` returns one English line per violation."""

    name: str
    check: Callable[[], Awaitable[Sequence[str]]]


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a reference looks like to one reader; None in its place when it is not for that reader."""

    ref: str
    title: str
    state: str
    route: str


Resolver = Callable[[Actor, Sequence[str]], Awaitable[Mapping[str, Card]]]


@dataclass(frozen=True, kw_only=True)
class Module:
    """What a package brings: every list is data; nothing is discovered.

    `models` are dotted module names; `lifespans` take the settings and give a context open while the process serves. Its names
    begin with its own, or with one of `parts`, what it is made of. `roles` are those that permissions may be given to.
    `acts` are what it leaves in the trail, `things` the words for the kinds of references that stand there. `headings` are what
    people call its routes by the first part of their path, "/files/{id}" → "files".
    """

    name: str
    parts: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    models: Sequence[str] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    endpoints: Sequence[Endpoint] = ()
    headings: Mapping[str, str] = field(default_factory=dict)
    permissions: Sequence[Permission] = ()
    acts: Sequence[Act] = ()
    things: Mapping[str, str] = field(default_factory=dict)
    events: Sequence[type[Event]] = ()
    handlers: Sequence[Handler] = ()
    publications: Sequence[Publication] = ()
    todo_kinds: Sequence[TodoKind] = ()
    jobs: Sequence[Job] = ()
    bootstrap: Mapping[str, Callable[[Actor], Awaitable[Any]]] = field(default_factory=dict)
    references: Mapping[str, Resolver] = field(default_factory=dict)
    invariants: Sequence[Invariant] = ()
    keepers: Sequence[Keeper] = ()
    findables: Sequence[Findable] = ()
    lifespans: Sequence[Callable[[Any], AbstractAsyncContextManager[Any]]] = ()


class ManifestError(Exception):
    """The manifests contradict one another; `problems` has all of them."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = list(problems)


class Registry:
    """All manifests together, looked up by name."""

    def __init__(self, modules: Sequence[Module]) -> None:
        self.modules = list(modules)
        self.events = {event.name: event for module in modules for event in module.events}
        self.handlers = {handler.name: handler for module in modules for handler in module.handlers}
        self.permissions = {granted.name: granted for module in modules for granted in module.permissions}
        self.todo_kinds = {kind.name: kind for module in modules for kind in module.todo_kinds}
        self.publications = {shown.event: shown for module in modules for shown in module.publications}
        self.references = {kind: run for module in modules for kind, run in module.references.items()}
        self.texts = {code: text for module in modules for code, text in module.texts.items()}
        self.endpoints = [endpoint for module in modules for endpoint in module.endpoints]
        self.headings = {head: word for module in modules for head, word in module.headings.items()}
        self.acts = {act.name: act for module in modules for act in module.acts}
        self.things = {kind: word for module in modules for kind, word in module.things.items()}
        self.keepers = [keeper for module in modules for keeper in module.keepers]
        self.findables = {found.kind: found for module in modules for found in module.findables}
        self.jobs = {job.name: job for module in modules for job in module.jobs}
        self._by_event: dict[str, list[Handler]] = {}
        for handler in self.handlers.values():
            self._by_event.setdefault(handler.event, []).append(handler)
        problems = check(self)
        if problems:
            raise ManifestError(problems)

    def handlers_of(self, event: str) -> list[Handler]:
        """The handlers subscribed to an event."""
        return self._by_event.get(event, [])

    def granted(self, roles: frozenset[str]) -> frozenset[str]:
        """The permissions that these roles have together."""
        return frozenset(name for name, granted in self.permissions.items() if granted.roles & roles)


def check(registry: Registry) -> list[str]:
    """Every contradiction between the manifests, each as one line; empty when they agree."""
    return [
        *_doubles(registry), *_unknown_events(registry), *_undeclared(registry), *_unprefixed(registry), *_no_models(registry),
        *_senseless(registry),
    ]  # fmt: skip


def _doubles(registry: Registry) -> list[str]:
    def names(pick: Callable[[Module], Sequence[str]]) -> list[str]:
        found = [name for module in registry.modules for name in pick(module)]
        return sorted({name for name in found if found.count(name) > 1})

    kinds: dict[str, Callable[[Module], Sequence[str]]] = {
        "module": lambda module: [module.name],
        "models": lambda module: list(module.models),
        "invariant": lambda module: [promise.name for promise in module.invariants],
        "event": lambda module: [event.name for event in module.events],
        "handler": lambda module: [handler.name for handler in module.handlers],
        "permission": lambda module: [granted.name for granted in module.permissions],
        "to-do kind": lambda module: [kind.name for kind in module.todo_kinds],
        "reference": lambda module: list(module.references),
        "publication": lambda module: [shown.event for shown in module.publications],
        "bootstrap part": lambda module: list(module.bootstrap),
        "act": lambda module: [act.name for act in module.acts],
        "thing": lambda module: list(module.things),
        "text": lambda module: list(module.texts),
        "heading": lambda module: list(module.headings),
        "job": lambda module: [job.name for job in module.jobs],
        "findable": lambda module: [found.kind for found in module.findables],
        "route": lambda module: [f"{endpoint.method} {endpoint.path}" for endpoint in module.endpoints],
    }
    return [f"{kind} declared twice: {name}" for kind, pick in kinds.items() for name in names(pick)]


def _unknown_events(registry: Registry) -> list[str]:
    problems = []
    for handler in registry.handlers.values():
        event = registry.events.get(handler.event)
        if event is None:
            problems.append(f"handler {handler.name} waits for an unknown event: {handler.event}")
        elif missing := handler.reads - set(event.__struct_fields__):
            problems.append(f"handler {handler.name} reads fields that {handler.event} has not: {sorted(missing)}")
    problems += [f"findable without a reference: {kind}" for kind in registry.findables if kind not in registry.references]
    problems += [f"unknown event published: {name}" for name in registry.publications if name not in registry.events]
    problems += [
        f"publication of {name} needs either a view or a common view"
        for name, shown in registry.publications.items()
        if sum(one is not None for one in (shown.view, shown.view_many, shown.common)) != 1
    ]
    return problems


def _undeclared(registry: Registry) -> list[str]:
    known = {PUBLIC, LOGGED_IN, *registry.permissions}
    return [
        f"route {endpoint.method} {endpoint.path} needs an undeclared permission: {endpoint.permission}"
        for endpoint in registry.endpoints
        if endpoint.permission not in known
    ]


def _unprefixed(registry: Registry) -> list[str]:
    others = {module.name for module in registry.modules}
    return [
        f"{name} does not begin with its module's name, {module.name}"
        for module in registry.modules
        for name in _named(module)
        if name.partition(".")[0] not in {module.name, *(module.parts - others)}
    ]


def _named(module: Module) -> list[str]:
    """The names that say whose they are; routes, parts of the bootstrap and publications have none."""
    lists: list[Sequence[Any]] = [
        module.events, module.handlers, module.permissions, module.todo_kinds, module.jobs, module.invariants, module.acts,
    ]  # fmt: skip
    return [*(one.name for several in lists for one in several), *module.references, *module.texts]


def _no_models(registry: Registry) -> list[str]:
    return [
        f"{module.name} has models that are not there: {name}"
        for module in registry.modules
        for name in module.models
        if not _exists(name)
    ]


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _senseless(registry: Registry) -> list[str]:
    """What no client shows and no clock runs, and rights that nobody can ever have."""
    roles = {role for module in registry.modules for role in module.roles}
    kinds, jobs, permissions = registry.todo_kinds.values(), registry.jobs.values(), registry.permissions.values()
    return [
        *(f"to-do kind {kind.name} lies in an unknown box: {kind.box}" for kind in kinds if kind.box not in BOXES),
        *(f"to-do kind {kind.name} opens no page: {kind.route}" for kind in kinds if not kind.route.startswith("/")),
        *(f"act {act.name} is of an unknown kind: {act.kind}" for act in registry.acts.values() if act.kind not in KINDS),
        *(f"job {job.name} runs every {job.every.total_seconds():g} s" for job in jobs if job.every <= timedelta()),
        *(
            f"permission {one.name} is given to unknown roles: {sorted(one.roles - roles)}"
            for one in permissions
            if roles and one.roles - roles
        ),
    ]


_registry: Registry | None = None


def use(registry: Registry) -> None:
    """Make this the process's registry; called once by the composition root, and by tests."""
    global _registry
    _registry = registry


def registry() -> Registry:
    """The process's registry; LookupError before the composition root has made it."""
    if _registry is None:
        raise LookupError("no registry: create the application first")
    return _registry
