"""A correction overtakes the pen: what was read is no longer the document, and the phone says so before anything is signed."""

from playwright.sync_api import expect

from tests.web.desk import FOUR, LEADER, TITLE, Desks
from tests.web.phone import Phone

FIRST, SECOND, HEARD = TITLE + "（更正前）", TITLE + "（更正后）", TITLE + "（另一件）"


def test_a_version_pushed_while_the_leader_writes_is_not_signed_unread(phone: Phone, desks: Desks) -> None:
    page = phone.trust()
    handling = desks.push(FIRST, source_id="corrected")
    desks.register(handling)
    desks.propose(handling)
    phone.read(FIRST)
    phone.begin()
    page.get_by_label("意见").fill(FOUR)
    expect(page.locator(".target")).to_have_count(4)
    # The phone does not hear of it: what it signs is what it showed.
    phone.context.set_offline(True)
    desks.push(SECOND, source_id="corrected", version=2, paper="urgent-notice-v2.pdf")
    page.get_by_role("button", name="签名并送出").tap()
    expect(page.get_by_role("heading", name="已存在本机，待送出")).to_be_visible()
    phone.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("heading", name="没有送成")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("文件可能已更正")
    assert desks.opinions(handling) == []
    page.get_by_role("button", name="查看文件现在的情况").tap()
    expect(page.get_by_text("现为第 2 版")).to_be_visible()


def test_a_version_that_comes_while_the_sheet_is_open_is_told(phone: Phone, desks: Desks) -> None:
    page = phone.enter(LEADER)
    expect(page.get_by_text("已连接")).to_be_visible()
    handling = desks.push(HEARD, source_id="told")
    desks.register(handling)
    desks.propose(handling)
    phone.read(HEARD)
    phone.begin()
    page.get_by_label("意见").fill(FOUR)
    expect(page.locator(".target")).to_have_count(4)
    desks.push(SECOND, source_id="told", version=2, paper="urgent-notice-v2.pdf")
    expect(page.get_by_text("来文单位已更正")).to_be_visible()
    expect(page.get_by_role("button", name="签名并送出")).to_be_disabled()
