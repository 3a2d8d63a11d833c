"""From a request to the arguments of `run`, by its annotations; from what it returns to a response."""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec
from starlette.requests import Request

from office.http.moments import ensure_meant
from office.http.multipart import read_upload
from office.http.streaming import stream_of
from office.http.written import ensure_written, integer
from office.kernel.endpoint import Answer, Endpoint, Upload
from office.kernel.refusal import Invalid, NotFound, TooLarge, Unsupported
from office.kernel.text import ensure_said
from office.kernel.wording import said
from office.secrecy.typed import ensure_unmarked

MAX_BODY = 1024 * 1024
BODYLESS = frozenset({"GET", "DELETE", "HEAD", "OPTIONS"})
_CURSOR = re.compile(r"cursor|[a-z]+_after")
# PostgreSQL's text takes no NUL; in JSON it can only stand as this escape, after an even number of backslashes.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


@dataclass(frozen=True)
class Plan:
    """What an endpoint takes and gives, read once from its signature."""

    path: dict[str, type]
    input: Any
    upload: bool
    headers: Any
    stream: bool
    output: Any


def plan_of(endpoint: Endpoint) -> Plan:
    """Read the signature of `run`, once for each. Raises TypeError for a parameter nothing can fill."""
    try:
        return _read(endpoint.run, endpoint.path, bool(endpoint.form))
    except TypeError as error:
        raise TypeError(f"{endpoint.method} {endpoint.path}: {error}") from None


@cache
def _read(run: Callable[..., Any], at: str, form: bool) -> Plan:
    hints = get_type_hints(inspect.unwrap(run), include_extras=True)
    output = hints.pop("return", NoneType)
    parameters = [name for name in inspect.signature(run).parameters if name != "actor"]
    path = {name: hints[name] for name in parameters if f"{{{name}}}" in at}
    unknown = [name for name in parameters if name not in path and name not in ("input", "upload", "headers", "stream")]
    if unknown:
        raise TypeError(f"nothing fills {unknown}")
    if form != ("upload" in parameters and "input" in parameters):
        raise TypeError("`form` names the field that holds the input beside an upload")
    return Plan(path, hints.get("input"), "upload" in parameters, hints.get("headers"), "stream" in parameters, output)


def output_type(plan: Plan) -> Any:
    """The Struct that goes out as JSON; None for no body, Content for bytes."""
    output = get_args(plan.output)[0] if get_origin(plan.output) is Answer else plan.output
    return None if output in (NoneType, None) else output


async def arguments(request: Request, plan: Plan, endpoint: Endpoint) -> dict[str, Any]:
    """The arguments of `run` beside the actor. Refuses: http.invalid, http.not_found, http.body_too_large, http.not_json."""
    found: dict[str, Any] = {name: _path_value(request, name, kind) for name, kind in plan.path.items()}
    if plan.headers is not None:
        found["headers"] = _headers(request, plan.headers)
    if plan.stream:
        found["stream"] = stream_of(request)
    if plan.upload:
        upload = found["upload"] = await read_upload(request)
        if plan.input is not None:
            found["input"] = _field(upload, endpoint.form, plan.input)
    elif plan.input is not None and endpoint.method in BODYLESS:
        found["input"] = _from_text(dict(request.query_params), plan.input)
    elif plan.input is not None:
        body = await read_json(request)
        if _NUL.search(body):
            raise Invalid("http.invalid", reason=NUL, errors=[])
        found["input"] = _convert(lambda: msgspec.json.decode(body, type=plan.input))
    ensure_meant(found.get("input"), days=endpoint.method not in BODYLESS)
    if endpoint.method not in BODYLESS:
        ensure_said(found.get("input"))
        ensure_unmarked(found.get("input"))
    return found


def _headers(request: Request, kind: Any) -> Any:
    """A Struct from the headers; one that came twice is taken as HTTP says, its lines joined by commas (RFC 9110 5.3)."""
    names = [one.encode_name for one in msgspec.structs.fields(kind)]
    given = {name: ", ".join(request.headers.getlist(name)) for name in names if name in request.headers}
    return _from_text(given, kind)


def _from_text(given: Mapping[str, str], kind: Any) -> Any:
    """A Struct from a query or headers, whose values are text. Refuses: http.invalid, http.bad_cursor."""
    try:
        _ensure_no_nul(given)
        ensure_written(given, kind)
        return _convert(lambda: msgspec.convert(given, kind, strict=False))
    except Invalid as refusal:
        # Where a list goes on is nothing a person wrote: whatever is wrong with it, and in whatever form, has one name.
        told: Any = refusal.facts["errors"]
        if _CURSOR.fullmatch(told[0]["field"]):
            raise Invalid("http.bad_cursor") from refusal
        raise


def _ensure_no_nul(given: Mapping[str, str]) -> None:
    for name, value in given.items():
        if "\x00" in value:
            raise Invalid("http.invalid", reason=f"{name} {NUL}", errors=[{"field": name, "message": NUL}])


def _field(upload: Upload, name: str, kind: Any) -> Any:
    """The JSON in a form's field."""
    text = upload.fields.get(name, "").encode()
    if b"\0" in text or _NUL.search(text):
        raise Invalid("http.invalid", reason=f"{name} {NUL}", errors=[{"field": name, "message": NUL}])
    return _convert(lambda: msgspec.json.decode(text, type=kind), within=name)


async def read_json(request: Request) -> bytes:
    """The body, bounded; one that is left out is an empty object. Refuses: http.body_too_large, http.not_json."""
    if "content-type" not in request.headers and not await read_bounded(request, MAX_BODY):
        return b"{}"
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise Unsupported("http.not_json")
    return await read_bounded(request, MAX_BODY)


async def read_bounded(request: Request, limit: int) -> bytes:
    """The body if it is no longer than `limit` bytes. Refuses: http.body_too_large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLarge("http.body_too_large", limit=limit)
    return bytes(body)


def _path_value(request: Request, name: str, kind: type) -> Any:
    text = request.path_params[name]
    if "\x00" in text:
        raise NotFound("http.not_found")
    try:
        if kind is int:
            return integer(text)
        return msgspec.convert(text, kind, strict=False) if kind is UUID else kind(text)
    except (msgspec.ValidationError, ValueError) as error:
        raise NotFound("http.not_found") from error


NUL = "文字中不能有空字符"
NOT_JSON = "不是有效的 JSON"


def _convert(decode: Callable[[], Any], within: str = "") -> Any:
    try:
        return decode()
    except msgspec.ValidationError as error:
        place, reason = said(str(error))
        field = ".".join(part for part in (within, place) if part)
        shown = f"{field} {reason}".strip()
        raise Invalid("http.invalid", reason=shown, errors=[{"field": field, "message": reason}]) from error
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        told = [{"field": within, "message": NOT_JSON}] if within else []
        raise Invalid("http.invalid", reason=f"{within} {NOT_JSON}".strip(), errors=told) from error
