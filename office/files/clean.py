"""What was looked over for classified marks and bore none, by digest, for as long as this process runs.

The same bytes come five times from one sender and once for each of thirty townships; they need one look. Of what bore a mark
nothing is kept.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable

from office.secrecy.shapes import Looked

#: Files remembered, the last ones looked at.
MOST = 1000
_clean: OrderedDict[str, Looked] = OrderedDict()


async def looked(digest: str, look: Callable[[], Awaitable[Looked]]) -> Looked:
    """What `look` finds in the bytes of that SHA-256; remembered where it fires no rule."""
    if (known := _clean.get(digest)) is not None:
        _clean.move_to_end(digest)
        return known
    found = await look()
    if not found.rules:
        _clean[digest] = found
        while len(_clean) > MOST:
            _clean.popitem(last=False)
    return found
