"""A body as it comes, for what is stored before it has ended."""

from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect, Request

from office.kernel.endpoint import Cut, Stream

_MOST_DIGITS = 18


def stream_of(request: Request) -> Stream:
    """The body of a request, not read yet."""
    told = request.headers.get("content-length", "")
    length = int(told) if told.isascii() and told.isdigit() and len(told) <= _MOST_DIGITS else None
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    return Stream(media_type=kind, length=length, pieces=_pieces(request))


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    try:
        async for piece in request.stream():
            if piece:
                yield piece
    except ClientDisconnect as error:
        raise Cut from error
