"""归档版式文件: a closed handling is one sealed PDF, once; strangers' programs call it valid, and an altered one is caught."""

import asyncio
import hashlib
import io
import json
import subprocess
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pypdfium2
import pytest
from PIL import Image

from documents.incoming.models import Handling
from documents.incoming.papers import closing
from documents.incoming.papers.models import FinalSeal
from documents.incoming.papers.whole import sealed_whole
from office.audit.models import AuditEntry
from office.cli.sealed_file import check_sealed
from office.cli.verify import verify
from office.files import actions as files
from office.files.models import Blob, File, FileReference
from office.files.store import blob_path
from office.kernel import base64url
from office.kernel.events import Delivery
from office.kernel.sm import sm2
from office.kernel.sm.digests import sm3
from office.papers import seals
from tests.documents.conftest import STROKES, Office
from tests.documents.test_emergency import _act, _officers, _reported
from tests.documents.test_evidence import bundle, server_keys
from tests.documents.test_printed_sheet import pages_of, sign
from tests.office.files.makers import samples
from tests.office.signing import workshop
from tests.office.signing.agreement import outcomes
from tests.people import UNITS

pytestmark = [pytest.mark.usefixtures("sealing"), pytest.mark.postgresql_in_proof]


async def closed(office: Office, **more: Any) -> str:
    handling = await office.proposed("秦望舒", **more)
    await sign(office, "秦望舒", handling, "请抓紧办理。", STROKES)
    await office.after_hold()
    await office.ok("苏小满", handling, "conclusions", result="已全部转移安置。")
    return handling


async def seal(office: Office, name: str, handling: str) -> httpx.Response:
    return await (await office.town.of(name)).get(f"/handlings/{handling}/seal")


async def sealed(office: Office, handling: str) -> tuple[dict[str, Any], bytes]:
    answer = await seal(office, "苏小满", handling)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    file = await (await office.town.of("苏小满")).get(f"/files/{told['file']['id']}/content")
    assert file.status_code == 200, file.text
    return told, file.content


def pdfsig(pdf: bytes, folder: Path) -> str:
    file = folder / "sealed.pdf"
    file.write_bytes(pdf)
    return subprocess.run(["pdfsig", str(file)], capture_output=True, text=True, check=False).stdout


def valid(pdf: bytes) -> bool:
    """By pyHanko with its difference policy, the certificate trusted."""
    from asn1crypto import x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    embedded = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    if len(embedded) != 1:
        return False
    root = x509.Certificate.load(embedded[0].signer_cert.dump())
    return bool(validate_pdf_signature(embedded[0], ValidationContext(trust_roots=[root], allow_fetching=False)).bottom_line)


async def test_what_is_closed_becomes_one_sealed_pdf(office: Office, tmp_path: Path) -> None:
    handling = await closed(office)
    early = await seal(office, "苏小满", handling)
    assert (early.status_code, early.json()["code"]) == (404, "documents.not_sealed")
    await office.house.drain()
    told, pdf = await sealed(office, handling)
    pages = pages_of(pdf)
    assert "禾渡镇人民政府文件处理单" in pages[0]
    assert "意见及签批凭据" in pages[1]
    assert "请抓紧办理。" in pages[1]
    assert "请示" in pages[2], "the document follows, its text with it"
    assert told["file"]["pages"] == len(pages) == 4
    assert (told["test"], "测试" in told["signer"]) == (True, True)
    assert told["sha256"] == hashlib.sha256(pdf).hexdigest() == told["file"]["digest"]
    assert told["sm3"] == sm3(pdf).hex()
    key, signature = (base64url.decode(told[name]) for name in ("sm2_public_key", "sm2_signature"))
    assert sm2.PublicKey(key).verifies(sm3(pdf), signature)
    assert not sm2.PublicKey(key).verifies(sm3(pdf + b" "), signature)
    said = await asyncio.to_thread(pdfsig, pdf, tmp_path)
    for words in ("Signature is Valid", "Total document signed", "ETSI.CAdES.detached", "测试"):
        assert words in said, said
    assert await asyncio.to_thread(valid, pdf)
    row = await AuditEntry.get(action="documents.seal")
    assert (row.subject, row.actor, row.facts["sha256"]) == (f"documents.handling:{handling}", "system", told["sha256"])


@pytest.mark.engines("sqlite")
async def test_a_character_that_no_font_has_keeps_nothing_from_the_archive(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    await sign(office, "秦望舒", handling, "请\U0002e8f6村办理。")
    await office.after_hold()
    await office.ok("苏小满", handling, "conclusions", result="已办。")
    await office.house.drain()
    told, pdf = await sealed(office, handling)
    assert "请〔U+2E8F6〕村办理。" in pages_of(pdf)[0]
    assert told["absent"] == "U+2E8F6" == (await AuditEntry.get(action="documents.seal")).facts["absent"]


async def test_an_altered_one_is_caught(office: Office, tmp_path: Path) -> None:
    handling = await closed(office)
    await office.house.drain()
    _, pdf = await sealed(office, handling)
    flipped = bytearray(pdf)
    flipped[len(pdf) // 3] ^= 1
    assert "Digest Mismatch" in await asyncio.to_thread(pdfsig, bytes(flipped), tmp_path)
    assert not await asyncio.to_thread(valid, bytes(flipped))
    turned = await asyncio.to_thread(_turned, pdf)
    assert not await asyncio.to_thread(valid, turned), "a page turned by a later update"


def _turned(pdf: bytes) -> bytes:
    from pyhanko.pdf_utils.generic import NameObject, NumberObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.find_page_for_modification(0)[0].get_object()
    page[NameObject("/Rotate")] = NumberObject(90)
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.engines("sqlite", "postgresql")
async def test_it_is_sealed_once_however_often_it_is_tried(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    handling = await closed(office)
    event = closing.HandlingChanged(
        handling=UUID(handling), document=UUID(handling), unit=UUID(handling), state="closed", rev=1
    )

    async def dies(*_: Any, **__: Any) -> None:
        raise ConnectionError("the process died here")

    with monkeypatch.context() as broken:
        broken.setattr(files, "refer", dies)
        with pytest.raises(ConnectionError):
            await closing.on_changed(event, Delivery(id="x", attempt=1))
    assert (await FinalSeal.all().count(), await File.filter(uploaded_by="system").count()) == (0, 0)
    await asyncio.gather(*(closing.on_changed(event, Delivery(id="x", attempt=2)) for _ in range(2)))
    await office.house.drain()
    assert await FinalSeal.filter(handling_id=handling).count() == 1
    assert await FileReference.filter(owner=f"documents.seal:{handling}").count() == 1
    assert await AuditEntry.filter(action="documents.seal").count() == 1


async def test_closed_again_it_is_sealed_again_and_the_first_stays(office: Office) -> None:
    handling = await closed(office)
    await office.house.drain()
    first, _ = await sealed(office, handling)
    await office.ok("苏小满", handling, "reopenings", reason="结果有误", step="conclude")
    assert (await seal(office, "苏小满", handling)).status_code == 404, "what is open is not sealed"
    await office.ok("苏小满", handling, "conclusions", result="已全部转移安置，复核无误。")
    await office.house.drain()
    second, pdf = await sealed(office, handling)
    assert first["sha256"] != second["sha256"]
    assert "复核无误" in pages_of(pdf)[0]
    assert (await (await office.town.of("苏小满")).get(f"/files/{first['file']['id']}")).status_code == 200


async def test_the_evidence_names_the_seal_and_both_verifiers_find_its_row(office: Office, tmp_path: Path) -> None:
    handling = await closed(office)
    before = await bundle(office, "苏小满", handling)
    assert json.loads(workshop.unzipped(before.content)["evidence.json"])["seal"] is None
    await office.house.drain()
    told, _ = await sealed(office, handling)
    answer = await bundle(office, "苏小满", handling)
    seal = json.loads(workshop.unzipped(answer.content)["evidence.json"])["seal"]
    named = {"sha256", "sm3", "signer", "test", "certificate"}
    assert {name: seal[name] for name in named} == {name: told[name] for name in named}
    assert seal["sm2"] == {"public_key": told["sm2_public_key"], "signature": told["sm2_signature"]}
    assert outcomes(tmp_path / "bundle.zip", answer.content, await server_keys(office))["seal"] == "valid"
    parts = workshop.unzipped(answer.content)
    said = json.loads(parts["evidence.json"])
    other = workshop.canonical({**said, "seal": {**said["seal"], "sm3": "0" * 64}})
    assert outcomes(tmp_path / "bundle.zip", workshop.zipped({**parts, "evidence.json": other}), None)["seal"] == "invalid"


@pytest.mark.engines("sqlite")
async def test_the_command_judges_the_sealed_file_too(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    handling = await closed(office)
    await office.house.drain()
    _, pdf = await sealed(office, handling)
    file, keys, beside = tmp_path / "b.zip", tmp_path / "keys.json", tmp_path / "sealed.pdf"
    keys.write_bytes(await server_keys(office))

    def run(*words: str) -> str:
        # In a thread, for pyHanko runs a loop of its own.
        with pytest.raises(SystemExit):
            verify.main([str(file), "--key", str(keys), "--json", *words])
        told = {one["check"]: one["outcome"] for one in json.loads(capsys.readouterr().out)["checks"]}
        return str(told.get("sealed", "not made"))

    file.write_bytes((await bundle(office, "苏小满", handling)).content)
    parts = workshop.unzipped(file.read_bytes())
    assert parts[f"files/{hashlib.sha256(pdf).hexdigest()}"] == pdf, "a stranger gets the sealed file too"
    assert await asyncio.to_thread(run) == "valid"
    file.write_bytes((await bundle(office, "苏小满", handling, files="false")).content)
    assert await asyncio.to_thread(run) == "not made"
    beside.write_bytes(pdf)
    assert await asyncio.to_thread(run, "--file", str(beside)) == "valid"
    said = json.loads(parts["evidence.json"])
    for name, other in (("sm3", "0" * 64), ("certificate", base64url.encode(b"another"))):
        changed = {**said, "seal": {**said["seal"], name: other}}
        file.write_bytes(workshop.zipped({**parts, "evidence.json": workshop.canonical(changed)}))
        assert await asyncio.to_thread(run) == "invalid", name
    changed = {**said, "seal": {**said["seal"], "sm2": {**said["seal"]["sm2"], "signature": base64url.encode(b"x" * 71)}}}
    file.write_bytes(workshop.zipped({**parts, "evidence.json": workshop.canonical(changed)}))
    assert await asyncio.to_thread(run) == "invalid"


@pytest.mark.engines("sqlite")
async def test_a_turned_page_is_told_by_the_check_of_the_file(office: Office, tmp_path: Path) -> None:
    handling = await closed(office)
    await office.house.drain()
    _, pdf = await sealed(office, handling)
    parts = workshop.unzipped((await bundle(office, "苏小满", handling)).content)
    turned = await asyncio.to_thread(_turned, pdf)
    del parts[f"files/{hashlib.sha256(pdf).hexdigest()}"]
    said = json.loads(parts["evidence.json"])
    told = {"sha256": hashlib.sha256(turned).hexdigest(), "size": len(turned), "sm3": sm3(turned).hex(), "sm2": None}
    said["seal"] |= told
    parts |= {"evidence.json": workshop.canonical(said), f"files/{told['sha256']}": turned}
    (tmp_path / "b.zip").write_bytes(workshop.zipped(parts))
    check = await asyncio.to_thread(check_sealed, tmp_path / "b.zip", [])
    assert check is not None
    assert (check.outcome, len(check.why)) == ("invalid", 1), check


async def test_an_ofd_and_a_picture_are_pages_too(office: Office, tmp_path: Path) -> None:
    photo = tmp_path / "附件.jpg"
    Image.new("RGB", (900, 600), "white").save(photo)
    handling = await came_as(office, samples() / "ofd" / "08-signout.ofd", photo)
    await office.ok("苏小满", handling, "registrations", title="处理单样件", urgency="")
    await office.ok("苏小满", handling, "proposals", text="拟请阅示。", leaders=[str(office.town.posts["秦望舒"])])
    await sign(office, "秦望舒", handling, "同意。")
    await office.after_hold()
    await office.ok("苏小满", handling, "conclusions", result="已办。")
    await office.house.drain()
    told, pdf = await sealed(office, handling)
    pages = pages_of(pdf)
    assert told["file"]["pages"] == len(pages) == 4
    file = (await office.page("苏小满", handling))["files"][0]
    copy = await (await office.town.of("苏小满")).get(f"/files/{file['id']}/pdf")
    assert drawn(pdf, 2) == drawn(copy.content, 0), "the OFD's page as its PDF copy has it"
    assert pages[3].strip() == "", "the picture has none"


def drawn(pdf: bytes, page: int) -> bytes:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[page].render(scale=1).to_pil().tobytes()
    finally:
        document.close()


async def came_as(office: Office, *papers: Path) -> str:
    """A handling of 禾渡镇 for these files, the main one first."""
    metadata = {"source": "county-oa", "source_id": "oa-9", "version": 1, "title": "处理单样件", "docNo": "", "urgency": "",
                "recipients": [UNITS["禾渡镇"][3]]}  # fmt: skip
    parts = [("file", (paper.name, paper.read_bytes(), "application/octet-stream")) for paper in papers]
    answer = await office.oa.post("/exchange/documents", data={"metadata": json.dumps(metadata)}, files=parts)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["receipts"][0]["handling"])


class OrgansOwn:
    """A seal server of an organ: a key and certificate of its own, and no SM2."""

    name, test, sm2_key = "禾渡镇人民政府电子印章", False, None

    def __init__(self, folder: Path) -> None:
        self._key = seals._own(str(folder))
        self.certificate, self.chain = self._key.certificate, ()
        self.asked = 0

    def sign(self, message: bytes) -> bytes:
        self.asked += 1
        return self._key.sign(message)

    def sign_sm2(self, message: bytes) -> bytes:
        raise AssertionError("it has no SM2")


async def test_a_certified_seal_server_takes_the_place_of_the_test_key(office: Office, tmp_path: Path) -> None:
    server = OrgansOwn(tmp_path)
    seals.use(server)
    try:
        handling = await closed(office)
        await office.house.drain()
    finally:
        seals.use(None)
    told, pdf = await sealed(office, handling)
    assert (server.asked, told["test"], told["signer"], told["sm2_signature"]) == (1, False, server.name, None)
    assert "Signature is Valid" in await asyncio.to_thread(pdfsig, pdf, tmp_path)


async def test_what_turns_out_classified_takes_its_sealed_whole_along(office: Office) -> None:
    await _officers(office)
    handling = await closed(office)
    await office.house.drain()
    told, _ = await sealed(office, handling)
    content = f"/files/{told['file']['id']}/content"
    case = await _reported(office, handling)
    for path in (f"/handlings/{handling}/seal", f"/handlings/{handling}/sheet", content):
        assert (await (await office.town.of("苏小满")).get(path)).status_code == 404, path
    await office.house.drain()
    assert (await _act(office, "沈听澜", case, "purges")).status_code == 201
    await office.house.drain()
    assert (await File.all().count(), await Blob.all().count(), await FinalSeal.all().count()) == (0, 0, 0)
    assert not blob_path(told["sha256"]).exists()


async def test_frozen_while_it_waits_for_its_seal_it_gets_none(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await _officers(office)
    handling = await closed(office)
    row = await Handling.get(id=handling)
    made = await sealed_whole(row, seals.signer())
    case = await _reported(office, handling)
    await office.house.drain()
    assert await FinalSeal.all().count() == 0
    assert (await _act(office, "沈听澜", case, "purges")).status_code == 201
    await files.take_made(made.pdf, lambda digest: closing._keep(row, seals.signer(), made, {"sha256": digest}))
    assert (await File.all().count(), await Blob.all().count(), await FinalSeal.all().count()) == (0, 0, 0)
    assert not blob_path(hashlib.sha256(made.pdf).hexdigest()).exists(), "what was made of it meanwhile is gone too"


async def test_who_may_have_it(office: Office) -> None:
    handling = await closed(office)
    await office.house.drain()
    told, _ = await sealed(office, handling)
    assert (await seal(office, "秦望舒", handling)).status_code == 200
    for name in ("程晚照", "白露秋", "何路人"):
        assert (await seal(office, name, handling)).status_code in (403, 404), name
        assert (await (await office.town.of(name)).get(f"/files/{told['file']['id']}/content")).status_code == 404
    await Handling.filter(id=handling).update(withheld=True)
    assert (await seal(office, "苏小满", handling)).status_code == 404
    assert (await (await office.town.of("苏小满")).get(f"/files/{told['file']['id']}/content")).status_code == 404
