"""A push that bears a mark anywhere is stopped before a byte is kept; scans come with the name of who looked at them."""

import io
import json
from typing import Any

import pytest
from PIL import Image

from documents.incoming.models import Document
from office.files.models import File
from office.secrecy.models import Declaration, Stop
from tests.documents.conftest import Office
from tests.office.files.makers import chinese_pdf
from tests.people import UNITS


def _scan() -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((600, 800)).save(out, "JPEG")
    return out.getvalue()


async def _pushed(office: Office, *files: tuple[str, bytes], **more: Any) -> Any:
    metadata = {
        "source": "county-oa",
        "source_id": "s-1",
        "title": "关于防汛的通知",
        "recipients": [UNITS["禾渡镇"][3]],
        **more,
    }
    sent = [("file", (name, data, "application/pdf")) for name, data in files]
    return await office.oa.post("/exchange/documents", data={"metadata": json.dumps(metadata)}, files=sent)


@pytest.mark.parametrize(
    "files, more, code, rule",
    [
        ([("a.pdf", chinese_pdf("机密★1年"))], {}, "secrecy.stopped", "head,mark,term"),
        ([("a.pdf", chinese_pdf("通知")), ("b.pdf", chinese_pdf("秘密★"))], {}, "secrecy.stopped", "head,mark"),
        ([("绝密.pdf", chinese_pdf("通知"))], {}, "secrecy.stopped", "name"),
        ([("a.pdf", chinese_pdf("通知"))], {"title": "秘密 关于防汛的通知"}, "secrecy.stopped", "name"),
        ([("a.pdf", chinese_pdf("通知"))], {"remark": "本件机密★1年"}, "secrecy.stopped", "mark,term"),
        ([("a.pdf", chinese_pdf("通知"))], {"security": "机密"}, "exchange.classified", "metadata"),
    ],
)  # fmt: skip
async def test_is_stopped_and_opens_nothing(office: Office, files: Any, more: Any, code: str, rule: str) -> None:
    answer = await _pushed(office, *files, **more)
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    assert (await Document.all().count(), await File.all().count()) == (0, 0)
    [row] = await Stop.all()
    assert (row.person.partition(":")[0], row.rule, str(row.id)) == ("client", rule, answer.json()["stop"])


async def test_a_scan_waits_for_the_name_of_who_looked(office: Office) -> None:
    answer = await _pushed(office, ("a.jpg", _scan()))
    assert (answer.status_code, answer.json()["code"]) == (422, "secrecy.declaration_needed"), answer.text
    assert (await Document.all().count(), await File.all().count()) == (0, 0)
    answer = await _pushed(office, ("a.jpg", _scan()), notClassifiedBy="钱文书")
    assert answer.status_code == 201, answer.text
    [row] = await Declaration.all()
    assert (row.declared_by, row.pages, row.person.partition(":")[0]) == ("钱文书", 1, "client")
    assert (await _pushed(office, ("a.jpg", _scan()), notClassifiedBy="钱文书")).status_code == 200


async def test_a_degree_alone_in_a_title_is_a_mark_wherever_it_is_typed(office: Office) -> None:
    handling = await office.pushed()
    clerk = await office.town.of("苏小满")
    marked = {"title": "【机密】关于做好防汛工作的紧急通知", "doc_no": "青政办发〔2026〕8号", "issuer": "青岚县人民政府办公室"}
    answer = await clerk.post(f"/handlings/{handling}/registrations", json=marked)
    assert (answer.status_code, answer.json()["code"], answer.json()["rule"]) == (422, "secrecy.stopped", "name"), answer.text
    await office.ok("苏小满", handling, "registrations", **(marked | {"title": "关于做好机密文件管理工作的通知"}))
    answer = await clerk.post(f"/handlings/{handling}/amendments", json={"title": "秘密 通知", "reason": "改正"})
    assert (answer.status_code, answer.json()["code"]) == (422, "secrecy.stopped"), answer.text
    assert (await office.page("苏小满", handling))["document"]["title"] == "关于做好机密文件管理工作的通知"
