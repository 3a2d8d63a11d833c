"""From what `run` returned to a response: JSON with a weak ETag and gzip for thin lines, or content that no browser runs."""

import gzip
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from office.http.idempotency import Rendered
from office.http.origin import is_secure
from office.http.ranges import PartsResponse, wanted
from office.kernel.endpoint import Answer, Content, Cookie, Endpoint
from office.kernel.precondition import etag_of, names
from office.kernel.refusal import Unavailable

GZIP_FROM = 600
PIXELS = frozenset({"image/webp"})
_REFUSES_GZIP = re.compile(r"gzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)")
PRIVATE = "private, no-cache"
UNKEPT = "no-store"
FOR_EVER = "private, max-age=31536000, immutable"


def render(result: Any, endpoint: Endpoint) -> Rendered:
    """A JSON answer as bytes that can be kept; None becomes 204."""
    answer = result if isinstance(result, Answer) else Answer(data=result)
    status = answer.status or (204 if answer.data is None else endpoint.status)
    body = b"" if answer.data is None else msgspec.json.encode(answer.data)
    return Rendered(status, dict(answer.headers), body)


def respond(request: Request, rendered: Rendered, cookies: Iterable[Cookie] = ()) -> Response:
    """Send a JSON answer: 304 where the client has it, gzip where it helps."""
    headers = {"Cache-Control": PRIVATE, **rendered.headers}
    body = rendered.body
    if request.method in ("GET", "HEAD") and headers["Cache-Control"] != UNKEPT:
        headers["ETag"] = headers.get("ETag") or etag_of(body)
        if _has(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
    if len(body) >= GZIP_FROM:
        headers["Vary"] = "Accept-Encoding"
        if _takes_gzip(request.headers.get("accept-encoding", "")):
            body = gzip.compress(body, 6, mtime=0)
            headers["Content-Encoding"] = "gzip"
    response = Response(body, rendered.status, headers, "application/json" if body else None)
    for cookie in cookies:
        _set(response, cookie, secure=is_secure(request))
    return response


def _takes_gzip(accepted: str) -> bool:
    return "gzip" in accepted and not _REFUSES_GZIP.search(accepted)


def _has(request: Request, etag: str) -> bool:
    return names(request.headers.get("if-none-match", ""), etag)


def _set(response: Response, cookie: Cookie, *, secure: bool) -> None:
    response.set_cookie(
        cookie.name, cookie.value or "", max_age=cookie.max_age if cookie.value else 0,
        path="/", secure=secure, httponly=True, samesite="lax",
    )  # fmt: skip


def respond_content(request: Request, content: Content) -> Response:
    """Send bytes or a file; ranges are answered for files. Never in a way a browser would run."""
    headers = {
        "Cache-Control": FOR_EVER if content.immutable else PRIVATE,
        "X-Content-Type-Options": "nosniff",
    }
    if content.media_type not in PIXELS:
        headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if content.etag:
        headers["ETag"] = f'"{content.etag}"'
        if _has(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
    if content.filename is not None:
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(content.filename, safe='')}"
    if content.path is not None:
        return _file(request, content, headers)
    return Response(content.body or b"", headers=headers, media_type=content.media_type)


def _file(request: Request, content: Content, headers: dict[str, str]) -> Response:
    """A file, or the parts of it that are asked for as long as it is still the one the reader began with (`If-Range`). Refuses:
    Unavailable files.unreadable where it has gone meanwhile."""
    path = cast(Path, content.path)
    try:
        known, etag = os.stat(path), headers.get("ETag")
    except FileNotFoundError:
        raise Unavailable("files.unreadable") from None
    response = PartsResponse(path, headers=headers, media_type=content.media_type, stat_result=known)
    asked = request.headers.get("range") if request.method == "GET" else None
    if asked is not None and request.headers.get("if-range", etag) == etag:
        response.parts = wanted(asked, known.st_size)
    return response
