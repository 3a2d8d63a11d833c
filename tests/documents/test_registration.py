"""Registration (登记): what is read from the file, what the clerk confirms, what may be the same, the first check."""

import json
from typing import Any

import httpx

from tests.documents.conftest import Office
from tests.documents.incoming.cases import CASES
from tests.documents.incoming.sheets import printed
from tests.people import UNITS


async def _pushed_paper(office: Office, pdf: bytes, source_id: str = "long-1", **more: Any) -> str:
    metadata = {"source": "county-oa", "source_id": source_id, "title": "来文", "recipients": [UNITS["禾渡镇"][3]], **more}
    answer = await office.oa.post(
        "/exchange/documents", data={"metadata": json.dumps(metadata)}, files=[("file", ("来文.pdf", pdf, "application/pdf"))]
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["receipts"][0]["handling"])


async def _reading(office: Office, handling: str) -> dict[str, Any]:
    answer: httpx.Response = await (await office.town.of("苏小满")).get(f"/handlings/{handling}/reading")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_a_long_paper_is_read_on_to_its_signature_and_no_further(office: Office) -> None:
    for case in CASES:
        pages = len(case.sheet().pages)
        if pages <= 8:
            continue
        handling = await _pushed_paper(office, printed(case.sheet()), source_id=f"long-{pages}")
        found = await _reading(office, handling)
        assert (found["doc_date"] or {"value": ""})["value"] == case.truth["doc_date"], case.name
        assert found["title"]["value"] == case.truth["title"], case.name
