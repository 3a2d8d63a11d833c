"""Verdicts through the house: shown with the file, by the trust folder as it is, made anew when that changes or time passes."""

import ast
import re
from datetime import timedelta
from typing import Any

import pytest

from office.files import pages, verifying
from office.files.seals.folder import CANCELLED, place_of, skipped, trusted
from office.files.seals.shapes import Outcome
from office.files.seals.texts import REASONS
from office.files.workers import pool
from office.kernel import clock
from office.kernel.refusal import Invalid
from tests.office.files import pdf_signer
from tests.office.files.makers import ROOT as PROJECT
from tests.office.files.makers import text_pdf
from tests.office.files.ofd_maker import ofd, packed, text
from tests.office.files.seal_maker import ORGAN, ROOT, ROOT_CERT, SIGNED, TRUST, VALUE, revocations, sealed
from tests.people import Town

SIGNED_PDF = pdf_signer.signed()


@pytest.fixture
def town(settled: Town) -> Town:
    return settled


def _trust(town: Town, *, lists: tuple[bytes, ...] = TRUST.lists) -> None:
    folder = place_of(town.house.settings)
    folder.mkdir(exist_ok=True)
    (folder / "root.cer").write_bytes(ROOT_CERT)
    for number, one in enumerate(lists):
        (folder / f"{number}.crl").write_bytes(one)
    (folder / CANCELLED).write_text("# 无\n")


async def _details(town: Town, data: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    client = await town.of("苏小满")
    taken = await client.post("/files", files={"file": ("来文", data)}, data={"declaration": "不涉密"})
    assert taken.status_code == 201, taken.text
    file = taken.json()["file"]
    return file, (await client.get(f"/files/{file['id']}/details")).json()


async def test_a_sealed_ofd_is_shown_with_its_verdict_and_every_reason(town: Town) -> None:
    _trust(town)
    file, told = await _details(town, packed(sealed()))
    (one,) = told["signatures"]
    assert file["signatures"] == 1
    assert (one["outcome"], one["verdict"], one["name"], one["pages"]) == ("valid", "有效", ORGAN, [1])
    assert one["signed_at"] == SIGNED.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert [check["check"] for check in one["checks"]] == [f"V{n}" for n in range(1, 13)]
    assert {check["result"] for check in one["checks"]} == {"good"}
    assert all(check["text"].endswith("。") for check in one["checks"])
    assert told["trust"] == trusted(town.house.settings).id


async def test_a_signed_pdf_too(town: Town) -> None:
    folder = place_of(town.house.settings)
    folder.mkdir()
    (folder / "root.crt").write_bytes(pdf_signer.ROOT_CERT)
    (folder / "root.crl").write_bytes(pdf_signer.TRUST.lists[0])
    file, told = await _details(town, SIGNED_PDF)
    assert (file["signatures"], told["signatures"][0]["verdict"]) == (1, "有效")
    _, told = await _details(town, pdf_signer.rotated(SIGNED_PDF))
    assert told["signatures"][0]["verdict"] == "无效"
    assert "签名后文件被修改过。" in [check["text"] for check in told["signatures"][0]["checks"]]


async def test_nobody_is_trusted_until_the_operator_says_so(town: Town) -> None:
    data = packed(sealed())
    file, told = await _details(town, data)
    assert told["signatures"][0]["verdict"] == "无法确认"
    _trust(town)
    client = await town.of("苏小满")
    told = (await client.get(f"/files/{file['id']}/details")).json()
    assert told["signatures"][0]["verdict"] == "有效"
    _trust(town, lists=(revocations("测试根", ROOT, {2: SIGNED - timedelta(days=1)}),))
    told = (await client.get(f"/files/{file['id']}/details")).json()
    assert told["signatures"][0]["verdict"] == "无效"


async def test_a_verdict_grows_old(town: Town) -> None:
    _trust(town)
    file, told = await _details(town, packed(sealed()))
    client = await town.of("苏小满")
    again = (await client.get(f"/files/{file['id']}/details")).json()
    assert again["checked_at"] == told["checked_at"]
    clock.travel(timedelta(days=30))
    later = await verifying.verified(file["digest"])
    assert later.at > clock.now() - timedelta(minutes=1)
    assert later.verdicts[0].outcome is Outcome.UNSURE, "its list of revoked certificates is old by then"


async def test_where_it_cannot_be_verified_that_is_said(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(*_: object) -> None:
        raise Invalid("files.render_timeout", seconds=20)

    monkeypatch.setattr(pool(), "verify", refused)
    for data in (packed(sealed()), SIGNED_PDF):
        _, told = await _details(town, data)
        (one,) = told["signatures"]
        assert (one["outcome"], one["verdict"], told["checked_at"]) == ("unsure", "无法确认", None)
        assert "20 秒" in one["checks"][0]["text"]


async def test_a_file_without_signatures_asks_nobody(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "verified", None)
    for data in (ofd(text("通知")), text_pdf(["NOTICE"])):
        file, told = await _details(town, data)
        assert (file["signatures"], told["signatures"], told["checked_at"]) == (0, [], None)


async def test_a_hostile_value_ends_no_worker(town: Town) -> None:
    for value in (b"0" * 100_000, b"0\x84\x7f\xff\xff\xff", b"\x30\x80" * 50_000, b""):
        file, told = await _details(town, packed(sealed() | {VALUE: value}))
        assert told["signatures"][0]["outcome"] != "valid"
        assert (await pages.details(file["digest"])).signatures


def test_the_folder_tells_what_it_does_not_use(town: Town) -> None:
    _trust(town)
    folder = place_of(town.house.settings)
    (folder / "liesmich.txt").write_text("x")
    assert [one.name for one in skipped(town.house.settings)] == ["liesmich.txt"]
    assert trusted(town.house.settings).anchors == (ROOT_CERT,)


def test_every_reason_has_a_sentence_and_none_is_left_over() -> None:
    used = set[str]()
    for path in (PROJECT / "office" / "files" / "seals").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if path.name != "texts.py" and isinstance(node, ast.Constant) and isinstance(node.value, str):
                used.add(node.value)
    assert sorted(set(REASONS) - used) == []
    source = "".join(path.read_text("utf-8") for path in (PROJECT / "office" / "files" / "seals").glob("*.py"))
    raised = set(re.findall(r'(?:good|bad|unsure|_unread)\("([a-z_]+)"', source)) | set(
        re.findall(r'Result\.[A-Z]+, "([a-z_]+)"', source)
    )
    assert raised
    assert raised <= set(REASONS)
