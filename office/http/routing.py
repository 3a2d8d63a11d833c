"""Compiling an Endpoint into a Starlette route. Default deny: who has not the declared permission never reaches `run`."""

import logging
import time
from typing import Any

import msgspec
from prometheus_client import Histogram
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from office import audit
from office.http.binding import Plan, arguments, plan_of
from office.http.idempotency import Rendered, fingerprint, once, once_answered, once_claimed
from office.http.multipart import digest_of, intake_of
from office.http.origin import SAFE, ensure_same_site
from office.http.problem import problem
from office.http.rendering import render, respond, respond_content
from office.http.streaming import must_close
from office.identity.presented import token_of
from office.kernel.actor import NOBODY, Actor, Admit, Origin
from office.kernel.endpoint import LOGGED_IN, PUBLIC, Answer, Content, Cookie, Endpoint
from office.kernel.modules import registry
from office.kernel.refusal import Forbidden, Refusal, Unauthenticated
from office.secrecy import actions as secrecy
from office.secrecy.stopped import Stopped

BASE = "/api/v1"
log = logging.getLogger(__name__)
seconds = Histogram("zhiban_http_request_seconds", "Time of requests", ("method", "route", "status"))


def compile_endpoint(endpoint: Endpoint, admit: Admit) -> Route:
    """The route of an endpoint, under /api/v1; `admit` tells who a token is, and may refuse."""
    plan = plan_of(endpoint)

    async def handle(request: Request) -> Response:
        started = time.perf_counter()
        response = await _answer(request, endpoint, plan, admit)
        response.headers.update(endpoint.always)
        if must_close(request):
            response.headers["Connection"] = "close"
        seconds.labels(endpoint.method, endpoint.path, str(response.status_code)).observe(time.perf_counter() - started)
        return response

    return Route(BASE + endpoint.path, handle, methods=[endpoint.method], name=f"{endpoint.method} {endpoint.path}")


async def _answer(request: Request, endpoint: Endpoint, plan: Plan, admit: Admit) -> Response:
    actor = Actor(origin=request.state.origin)
    try:
        actor = await _admitted(request, endpoint, admit)
        _authorise(endpoint, actor)  # apart from admission, so that the trail names who was refused
        async with intake_of(request):
            return await _run(request, endpoint, plan, actor)
    except Refusal as refusal:
        await _note(actor, endpoint, request, refusal)
        return problem(refusal, request_id=actor.origin.request)


async def _admitted(request: Request, endpoint: Endpoint, admit: Admit) -> Actor:
    token, from_cookie = token_of(request)
    if request.method not in SAFE and (from_cookie or not token):
        ensure_same_site(request)
    origin = msgspec.structs.replace(request.state.origin, route=f"{endpoint.method} {endpoint.path}")
    if endpoint.permission == PUBLIC:
        return await _perhaps(admit, token, origin)
    return await actor_of(admit, token, origin)


def _authorise(endpoint: Endpoint, actor: Actor) -> None:
    if endpoint.permission == PUBLIC:
        return
    if actor.kind == "nobody":
        raise Unauthenticated("http.log_in")
    if endpoint.permission == LOGGED_IN and actor.kind != "person":
        raise Forbidden("http.persons_only")
    if endpoint.permission != LOGGED_IN and endpoint.permission not in actor.permissions:
        declared = registry().permissions[endpoint.permission]
        raise Forbidden("http.forbidden", permission=declared.label)


async def _perhaps(admit: Admit, token: str, origin: Origin) -> Actor:
    try:
        return await actor_of(admit, token, origin)
    except (Unauthenticated, Forbidden):
        return msgspec.structs.replace(NOBODY, origin=origin)


async def actor_of(admit: Admit, token: str, origin: Origin) -> Actor:
    """Who calls; nobody without a token. Refuses: Unauthenticated for a dead token."""
    if not token:
        return msgspec.structs.replace(NOBODY, origin=origin)
    return await admit(token, origin)


async def _run(request: Request, endpoint: Endpoint, plan: Plan, actor: Actor) -> Response:
    given = await arguments(request, plan, endpoint)
    key = request.headers.get("idempotency-key")
    if key is not None and endpoint.keyed and actor.kind != "nobody":
        return await _keyed(request, endpoint, actor, key, given)
    result = await endpoint.run(actor, **given)
    if isinstance(result, Content):
        return respond_content(request, result)
    cookies = result.cookies if isinstance(result, Answer) else ()
    return respond(request, render(result, endpoint), cookies)


async def _keyed(request: Request, endpoint: Endpoint, actor: Actor, key: str, given: dict[str, Any]) -> Response:
    cookies: list[Cookie] = []

    async def rendered() -> Rendered:
        result = await endpoint.run(actor, **given)
        cookies[:] = result.cookies if isinstance(result, Answer) else ()
        return render(result, endpoint)

    target = f"{request.url.path}?{request.url.query}"
    upload = given.get("upload")
    said = msgspec.json.encode(given.get("input")) if upload is None else await digest_of(upload)
    asked = fingerprint(request.method, target, said)
    if endpoint.claimed:
        return respond(request, await once_claimed(actor, key, asked, rendered, endpoint), cookies)
    only_once = once if upload is None else once_answered
    return respond(request, await only_once(actor, key, asked, rendered), cookies)


async def _note(actor: Actor, endpoint: Endpoint, request: Request, refusal: Refusal) -> None:
    """Refused access is audited in a second transaction; a known caller's only, for anyone can make noise."""
    if isinstance(refusal, Stopped):
        await secrecy.note(actor, refusal)
    what = f"http.{endpoint.method.lower()}", request.url.path[:160]
    if refusal.status == 403 and actor.kind != "nobody":
        await audit.record_refusal(actor, *what, refusal.code)
    if refusal.status == 404 and actor.kind != "nobody" and "{" in endpoint.path:
        # What is not for somebody looks like what is not there (of either the trail tells, so that the time tells nothing).
        await audit.record_daily(actor, *what, outcome="refused", code=refusal.code)
    log.info("refused", extra={"code": refusal.code, "status": refusal.status, "route": endpoint.path})
