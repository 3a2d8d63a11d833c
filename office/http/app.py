"""The ASGI application, made from manifests. A pure function of its arguments: a test builds the house with any modules."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from office.http import health, web
from office.http.middleware import Envelope
from office.http.missing import by_browser, missing
from office.http.openapi import document
from office.http.origin import networks
from office.http.problem import problem
from office.http.routing import BASE, compile_endpoint
from office.kernel import modules, settings
from office.kernel.actor import Admit
from office.kernel.database import open_database, tortoise_config
from office.kernel.modules import Module, Registry
from office.kernel.refusal import NotFound, Refusal
from office.kernel.settings import Settings
from office.kernel.work import detach, finish_running
from office.outbox.relay import run_relay
from office.outbox.schedule import run_schedule

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


class _MethodNotAllowed(Refusal):
    status = 405


def app_version() -> str:
    """The version of the installed package."""
    try:
        return version("zhiban")
    except PackageNotFoundError:
        return "0"


def database_config(config: Settings, registry: Registry) -> dict[str, Any]:
    """Tortoise's configuration for the manifests: the platform's tables in one app, each other module's in its own."""
    apps: dict[str, list[str]] = {}
    for module in registry.modules:
        for models in module.models:
            apps.setdefault(models.split(".", 1)[0], []).append(models)
    return tortoise_config(config.database, apps, {label: f"{label}.migrations" for label in apps})


def create(
    config: Settings,
    manifests: Sequence[Module],
    admit: Admit,
    extra: Sequence[BaseRoute] = (),
    *,
    background: bool = True,
) -> Starlette:
    """The application. Raises ManifestError if the manifests contradict one another, ValueError for a proxy that is no network.

    `admit` tells who a token is. `extra` are routes beside the API: the live socket, the front page. Without `background`
    neither relay nor schedule runs; tests drain by hand.
    """
    networks(config.trusted_proxy)
    registry = Registry(manifests)
    modules.use(registry)
    settings.use(config)
    routes = [
        *health.ROUTES,
        *(compile_endpoint(endpoint, admit) for endpoint in registry.endpoints),
        Route(f"{BASE}/openapi.json", _openapi(registry)),
        *extra,
    ]
    nothing = Route(f"{BASE}/{{rest:path}}", _unknown(tuple(routes)), methods=METHODS)
    app = Starlette(
        routes=[*routes, nothing, *web.ROUTES],
        middleware=[Middleware(Envelope)],
        exception_handlers={HTTPException: _plain_problem},
        lifespan=lambda _: _lifespan(config, registry, background),
    )
    app.state.registry = registry
    return app


def _openapi(registry: Registry) -> Callable[[Request], Any]:
    """Described when it is first asked for: that takes a tenth of a second, which no start has to wait."""
    described = cache(partial(document, registry.endpoints, app_version(), registry.headings))

    async def serve(request: Request) -> Response:
        return JSONResponse(await asyncio.to_thread(described))

    return serve


def _unknown(routes: Sequence[BaseRoute]) -> Callable[[Request], Any]:
    """Below the API nothing falls through to the web client's files: 405 with `Allow` where the address exists, else 404."""

    async def serve(request: Request) -> Response:
        found = [route for route in routes if isinstance(route, Route) and route.path_regex.match(request.url.path)]
        allowed = sorted({method for route in found for method in route.methods or ()})
        if not allowed:
            return problem(NotFound("http.not_found"), request_id=request.state.origin.request)
        answer = problem(_MethodNotAllowed("http.method_not_allowed"), request_id=request.state.origin.request)
        answer.headers["Allow"] = ", ".join(allowed)
        return answer

    return serve


def _of_programs(path: str) -> bool:
    """Whether an address is one of the interface, of any version: whoever asks there gets the problem document."""
    return f"{path}/".startswith(f"/{BASE.split('/')[1]}/")


async def _plain_problem(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 405:
        answer = problem(_MethodNotAllowed("http.method_not_allowed"), request_id=request.state.origin.request)
        answer.headers["Allow"] = "GET, HEAD"
        return answer
    if by_browser(request) and not _of_programs(request.url.path):
        return missing(request)
    return problem(NotFound("http.not_found"), request_id=request.state.origin.request)


@asynccontextmanager
async def _lifespan(config: Settings, registry: Registry, background: bool) -> AsyncIterator[None]:
    async with open_database(database_config(config, registry)), contextlib.AsyncExitStack() as stack:
        for module in registry.modules:
            for resource in module.lifespans:
                await stack.enter_async_context(resource(config))
        tasks = [detach(run_relay(), "relay"), detach(run_schedule(), "schedule")] if background else []
        try:
            yield
        finally:
            await _stop(tasks)
            await finish_running()


async def _stop(tasks: Sequence[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with contextlib.suppress(asyncio.CancelledError):
            await task


def openapi_text(registry: Registry) -> str:
    """The OpenAPI document as text, for `zhiban openapi` and the clients' generated types."""
    return (
        json.dumps(document(registry.endpoints, app_version(), registry.headings), ensure_ascii=False, indent=1, sort_keys=True)
        + "\n"
    )
