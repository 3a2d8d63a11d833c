"""A body as it comes, for what is stored before it has ended."""

from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect, Request

from office.kernel.endpoint import Cut, Stream

_MOST_DIGITS = 18
#: Bytes of a body nobody wants, on a thin line a minute's.
MUCH = 256 * 1024


def stream_of(request: Request) -> Stream:
    """The body of a request, not read yet."""
    told = request.headers.get("content-length", "")
    length = int(told) if told.isascii() and told.isdigit() and len(told) <= _MOST_DIGITS else None
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    request.state.left = MUCH if length is None else length
    return Stream(media_type=kind, length=length, pieces=_pieces(request))


def must_close(request: Request) -> bool:
    """Whether so much of a body is still to come that the sender is better stopped than heard out."""
    return getattr(request.state, "left", 0) >= MUCH


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    try:
        async for piece in request.stream():
            request.state.left -= len(piece)
            if piece:
                yield piece
        request.state.left = 0
    except ClientDisconnect as error:
        raise Cut from error
