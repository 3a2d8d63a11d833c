"""The verdict on a seal stands with the document: a line, and its reasons behind a tap; also where the line is lost."""

import re
from pathlib import Path

from playwright.sync_api import expect

from office.files.seals.folder import CANCELLED
from tests.office.files.ofd_maker import packed
from tests.office.files.seal_maker import ORGAN, ROOT_CERT, TRUST, sealed
from tests.web.desk import Desks
from tests.web.phone import Phone
from tests.web.served import Served


def test_the_verdict_and_its_reasons(phone: Phone, desks: Desks, served: Served, tmp_path: Path) -> None:
    folder = served.data / "trust"
    folder.mkdir(exist_ok=True)
    (folder / "root.cer").write_bytes(ROOT_CERT)
    (folder / "root.crl").write_bytes(TRUST.lists[0])
    (folder / CANCELLED).touch()
    files = sealed()
    for title, made in (("真章", files), ("假章", files | {"OFD.xml": files["OFD.xml"] + b" "})):
        paper = tmp_path / f"{title}.ofd"
        paper.write_bytes(packed(made))
        desks.bring(f"关于{title}的通知", paper=str(paper), notClassifiedBy="县文书")
    page = phone.enter()
    page.locator("button.todo", has_text="真章").tap()
    line = page.get_by_role("button", name=f"印章 {ORGAN}")
    expect(line).to_contain_text("有效")
    expect(page.get_by_text("未被吊销")).to_have_count(0)
    line.tap()
    expect(page.locator(".seals li")).to_have_count(12)
    expect(page.get_by_text("未被吊销")).to_be_visible()
    page.go_back()
    page.locator("button.todo", has_text="假章").tap()
    line = page.get_by_role("button", name=f"印章 {ORGAN}")
    expect(line).to_contain_text("无效")
    line.tap()
    expect(page.locator(".seals li").first).to_have_text(re.compile("内容已被改动：OFD.xml"))
    phone.context.set_offline(True)
    page.go_back()
    page.locator("button.todo", has_text="假章").tap()
    expect(page.get_by_role("button", name=f"印章 {ORGAN}")).to_contain_text("无效")
    assert [error for error in phone.errors if "ERR_INTERNET_DISCONNECTED" not in error] == []
