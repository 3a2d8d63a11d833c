"""What was looked over for classified marks and bore none, by digest, for as long as this process runs.

The same bytes come five times from one sender and once for each of thirty townships; they need one look. Of what bore a mark
nothing is kept.
"""

from collections import OrderedDict

import msgspec

from office.files.rendering.shapes import Inspection
from office.secrecy.shapes import Looked

#: Files remembered, the last ones looked at.
MOST = 1000


class Seen(msgspec.Struct, frozen=True):
    """What a file is, and what was found in it; of an Office file also how it is shown (`pdf`)."""

    inspection: Inspection
    looked: Looked
    pdf: bytes | None = None


_clean: OrderedDict[str, Seen] = OrderedDict()


def known(digest: str) -> Seen | None:
    """What was seen in the bytes of that SHA-256, where it fired no rule."""
    if digest in _clean:
        _clean.move_to_end(digest)
    return _clean.get(digest)


def remember(digest: str, seen: Seen) -> None:
    """For the next time; not what fired a rule, nor what weighs as much as the PDF of an Office file."""
    if seen.looked.rules or seen.pdf is not None:
        return
    _clean[digest] = seen
    while len(_clean) > MOST:
        _clean.popitem(last=False)
