"""The words of a file for search: page after page of its text layer, as far as search keeps them."""

import logging

from office import search
from office.files.events import FileAccepted
from office.files.models import Blob
from office.files.pages import page_text
from office.files.workers import behind
from office.kernel.database import fetch, is_postgres
from office.kernel.events import Delivery
from office.kernel.refusal import Refusal
from office.kernel.work import verb

#: Pages read for search; a longer file is found by these.
MOST_PAGES = 60
log = logging.getLogger(__name__)


async def on_accepted(event: FileAccepted, delivery: Delivery) -> None:
    """Read a file that came, once for all that have the same bytes, and bring into the index whatever shows it."""
    await read(event.digest)


async def read(digest: str) -> None:
    """Keep the words of a file for search, if they are not kept yet. A second time only the index is looked over."""
    blob = await Blob.get_or_none(digest=digest)
    if blob is None:
        return
    if not await search.has_text(digest):
        await _keep(digest, await _words(digest, blob.pages))
    await search.put_again(digest)


async def _words(digest: str, pages: int) -> str:
    """As many pages as search takes; what cannot be read is left, for who looks at it is told why."""
    found, length = list[str](), 0
    for page in range(1, min(pages, MOST_PAGES) + 1):
        try:
            async with behind():
                text = (await page_text(digest, page)).text
        except Refusal as refusal:
            if refusal.status == 503:
                raise
            log.info("page not read for search", extra={"digest": digest, "page": page, "code": refusal.code})
            break
        found.append(text)
        length += len(text)
        if length > search.MOST_TEXT:
            break
    return "\n".join(found)


@verb
async def _keep(digest: str, words: str) -> None:
    """While the row that names the bytes cannot go: else a purge meanwhile would leave its words behind."""
    lock = " FOR KEY SHARE" if is_postgres() else ""
    if await fetch(f"SELECT digest FROM files_blob WHERE digest = ?{lock}", digest):  # noqa: S608
        await search.keep_text(digest, words)
