"""A real OFD on the phone: read, zoomed and signed like a PDF, for the phone sees pages only."""

import re

from playwright.sync_api import expect

from tests.office.files.makers import samples
from tests.web.desk import Desks
from tests.web.phone import Phone

TITLE = "关于同意张阿三同志辞职的批复"


def test_an_ofd_is_read_like_a_pdf(phone: Phone, desks: Desks) -> None:
    desks.bring(TITLE, paper=str(samples() / "gongwen" / "01-luqiao-pifu.ofd"))
    page = phone.enter()
    page.locator("button.todo", has_text=TITLE).tap()
    for number in (1, 2):
        shown = page.get_by_alt_text(f"第 {number} 页")
        shown.scroll_into_view_if_needed()
        expect(shown).to_be_visible()
        assert shown.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 540
    page.get_by_role("button", name="第 2 页，点按放大").tap()
    expect(page.locator(".zoom img")).to_have_attribute("src", re.compile("width=1080"))
    page.get_by_role("button", name="关闭").tap()
    page.get_by_role("button", name="文字版").tap()
    expect(page.locator(".plain-text").first).to_contain_text("路卫发〔2011〕76号")
    assert phone.errors == []
