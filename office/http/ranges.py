"""Parts of a file (RFC 9110 section 14): which are asked for, said so that the server of files understands it.

What is no range of bytes is left out of account, as if none were asked for; what lies behind the end is refused.
"""

import re
from collections.abc import Mapping, Sequence

from starlette.responses import FileResponse
from starlette.types import Receive, Scope, Send

from office.kernel.refusal import Refusal

#: More parts than this are nobody's way to read: the whole is sent.
MOST = 20
_ONE = re.compile(r"(\d{1,18})-(\d{0,18})|-(\d{1,18})", re.ASCII)


class Unsatisfiable(Refusal):
    """None of the parts asked for is in the file."""

    status = 416

    def __init__(self, size: int) -> None:
        super().__init__("http.no_such_range", size=size)
        self.size = size

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Content-Range": f"bytes */{self.size}", "Accept-Ranges": "bytes"}


def wanted(header: str, size: int) -> Sequence[tuple[int, int]]:
    """First and last byte of each part that is there; empty where the header is to be ignored. Refuses: http.no_such_range."""
    unit, _, told = header.partition("=")
    parts = [part.strip() for part in told.split(",") if part.strip()]
    found = [_ONE.fullmatch(part) for part in parts]
    if unit.strip().lower() != "bytes" or not parts or len(parts) > MOST:
        return []
    bounds = [_bounds(one, size) if one else (1, 0) for one in found]
    if any(first > last for first, last in bounds):
        return []
    inside = [(first, min(last, size - 1)) for first, last in bounds if first < size]
    if not inside:
        raise Unsatisfiable(size)
    return inside


def _bounds(part: re.Match[str], size: int) -> tuple[int, int]:
    """A suffix of no bytes, or any of an empty file, begins behind the end."""
    first, last, suffix = part.groups()
    if suffix is not None:
        begin = max(0, size - int(suffix)) if int(suffix) else size
        return begin, max(begin, size - 1)
    return int(first), int(last) if last else max(int(first), size - 1)


class PartsResponse(FileResponse):
    """Serves the parts that `wanted` named, or the whole where there are none."""

    parts: Sequence[tuple[int, int]] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        told = [(name, value) for name, value in scope["headers"] if name != b"range"]
        if self.parts:
            ranges = ", ".join(f"{first}-{last}" for first, last in self.parts)
            told.append((b"range", f"bytes={ranges}".encode()))
        await super().__call__({**scope, "headers": told}, receive, send)
