"""The original bytes in parts: a download over a cut line goes on where it stood, if the file is still the one it was."""

import httpx
import pytest

from tests.office.files.makers import text_pdf
from tests.people import Town

PAPER = text_pdf(["floods"]) + b"% more\n" * 100
SIZE = len(PAPER)


@pytest.fixture
def town(settled: Town) -> Town:
    return settled


@pytest.mark.engines("sqlite")
async def test_a_download_goes_on_where_it_stood(town: Town) -> None:
    client = await town.of("苏小满")
    file = (await client.post("/files", files={"file": ("a.pdf", PAPER)})).json()["file"]
    at = f"/files/{file['id']}/content"

    async def asked(**headers: str) -> httpx.Response:
        return await client.get(at, headers={name.replace("_", "-"): value for name, value in headers.items()})

    whole = await asked()
    etag = whole.headers["etag"]
    assert (whole.status_code, whole.headers["accept-ranges"], etag) == (200, "bytes", f'"{file["digest"]}"')
    part = await asked(Range="bytes=100-299", If_Range=etag)
    assert (part.status_code, part.content) == (206, PAPER[100:300])
    assert (part.headers["content-range"], part.headers["etag"]) == (f"bytes 100-299/{SIZE}", etag)
    assert (await asked(Range="bytes=500-")).content == PAPER[500:]
    assert (await asked(Range="bytes=-7")).content == PAPER[-7:]
    changed = await asked(Range="bytes=100-299", If_Range='"another"')
    assert (changed.status_code, changed.content) == (200, PAPER)
    assert (await asked(Range="bytes=100-299", If_Range=f"W/{etag}")).status_code == 200
    assert (await asked(Range="lines=1-2")).content == PAPER
    assert (await asked(Range="bytes=0-9", If_None_Match=etag)).status_code == 304
    behind = await asked(Range=f"bytes={SIZE}-")
    assert (behind.status_code, behind.headers["content-range"]) == (416, f"bytes */{SIZE}")
    assert (behind.headers["content-type"], behind.json()["code"]) == ("application/problem+json", "http.no_such_range")
    several = await asked(Range="bytes=0-4,10-14")
    assert several.status_code == 206
    assert several.headers["content-type"].startswith("multipart/byteranges; boundary=")
    assert PAPER[:5] in several.content
    assert PAPER[10:15] in several.content
    head = await client.head(at, headers={"Range": "bytes=0-4"})
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(SIZE), b"")
    assert (await (await town.of("何路人")).get(at, headers={"Range": "bytes=0-1"})).status_code == 404
