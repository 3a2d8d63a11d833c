"""What a seal looks like on its pages: whose name it bears (V11, our own check of business) and where it stands (V12)."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from office.files.ofd.details import details_of
from office.files.ofd.document import Document
from office.files.ofd.faults import Broken, TooMuch
from office.files.ofd.signatures import Signature
from office.files.ofd.values import Area
from office.files.seals.shapes import Result
from office.files.seals.trust import Finding, bad, good, unsure

PagesText = Callable[[Document, int], str]
"""The text that is seen on a page (from 0) of a document."""

_PAGES_READ, _SLACK, _SHORTEST = 6, 2.0, 4
_ISSUER = re.compile("发文机关|署名|IssuerMark|issuer", re.IGNORECASE)
_TAIL = re.compile(r"(（[^（）]*）|\([^()]*\)|电子证照|电子|公章|印章|专用章|业务章|章)+$")


class Named(NamedTuple):
    """What a document says of its issuer: in its metadata, and on its pages."""

    issuers: tuple[str, ...]
    text_of: Callable[[int], str]


def named(document: Document, text_of: PagesText) -> Named:
    """Read once for all seals of a document: the metadata at once, a page when it is first asked for."""
    told = details_of([document])
    issuers = tuple(fact.value for fact in (*told.info, *told.tags) if _ISSUER.search(fact.name) and _plain(fact.value))
    return Named(issuers, cache(lambda page: _plain(text_of(document, page))))


def owner(document: Document, signature: Signature, name: str, known: Named) -> Finding:
    """V11: the seal's name is that of the issuer in the metadata; where there is none, it stands on the page it seals."""
    wanted = _plain(name)
    stem = _TAIL.sub("", wanted)
    wanted = stem if len(stem) >= _SHORTEST else wanted
    if not wanted:
        return unsure("seal_nameless")
    if known.issuers:
        fits = any(_alike(wanted, _plain(one)) for one in known.issuers)
        return good("owner_told", seal=name) if fits else bad("owner_differs", seal=name, issuer=known.issuers[0][:60])
    if any(wanted in known.text_of(page) for page in pages_of(document, [signature])[:_PAGES_READ]):
        return good("owner_on_page", seal=name)
    return unsure("owner_not_found", seal=name)


def _plain(text: str) -> str:
    return "".join(text.split())


def _alike(seal: str, issuer: str) -> bool:
    """Whether one holds the other: a masthead has 文件 behind the name, a joint document several names."""
    return seal in issuer or (len(issuer) >= _SHORTEST and issuer.removesuffix("文件") in seal)


def pages_of(document: Document, signatures: Sequence[Signature]) -> list[int]:
    """The pages (from 0) on which they show a seal."""
    places = {ref.id: number for number, ref in enumerate(document.pages)}
    return sorted({places[stamp.page] for one in signatures for stamp in one.stamps if stamp.page in places})


def place(document: Document, signature: Signature, others: Sequence[Signature]) -> Finding:
    """V12, a warning only: it stands on pages there are, within them, and touches no other seal."""
    if not signature.stamps:
        return Finding(Result.NOTE, "no_stamp")
    places = {ref.id: ref for ref in document.pages}
    for stamp in signature.stamps:
        if stamp.page not in places:
            return Finding(Result.NOTE, "stamp_without_page")
        try:
            page = document.page_area(places[stamp.page])
        except (Broken, TooMuch):
            return Finding(Result.NOTE, "stamp_without_page")
        if not _inside(_seen(stamp.box, stamp.part), page):
            return Finding(Result.NOTE, "stamp_outside")
        if any(stamp.page == one.page and _touch(stamp.box, one.box) for other in others for one in other.stamps):
            return Finding(Result.NOTE, "stamps_touch")
    return good("placed")


def _seen(box: Area, part: Area | None) -> Area:
    return box if part is None else Area(box.x + part.x, box.y + part.y, part.width, part.height)


def _inside(box: Area, page: Area) -> bool:
    within = box.x >= -_SLACK and box.y >= -_SLACK
    return within and box.x + box.width <= page.width + _SLACK and box.y + box.height <= page.height + _SLACK


def _touch(one: Area, other: Area) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.y + other.height and other.y < one.y + one.height
