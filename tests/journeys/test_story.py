"""The story by fingers: an urgent document reaches a leader's phone, is signed by hand, taken back, signed again, sent on."""

from playwright.sync_api import Page, expect

from tests.journeys.arrived import came_through
from tests.web.desk import FOUR, LEADER, TITLE, Desks
from tests.web.phone import Finger, Phone


def test_signed_by_finger_taken_back_signed_again_and_sent_to_four(phone: Phone, desks: Desks) -> None:
    page = phone.trust()
    expect(page.get_by_text("已连接")).to_be_visible()
    handling = arrives(page, desks)
    opens(phone)
    phone.begin()
    writes(phone)
    four(page)
    sends(page)
    takes_back(page)
    assert [one["state"] for one in desks.opinions(handling)] in ([], ["withdrawn"])
    assert desks.page(handling, LEADER)["step"] is not None
    page.get_by_role("button", name="重新签").tap()
    four(page)
    sends(page)
    page.get_by_role("button", name="立即送出").tap()
    expect(page.get_by_role("heading", name="已送出")).to_be_visible()
    expect(page.locator(".effects").first).to_contain_text("下发 4 个单位（主办 1、协办 3）")
    came_through(phone, desks, handling)
    page.get_by_role("button", name="返回待办").tap()
    expect(page.locator("button.todo", has_text=TITLE)).to_have_count(0)


def arrives(page: Page, desks: Desks) -> str:
    """The OA pushes, the clerk registers and proposes; the phone hears of it by itself."""
    assert page.locator("button.todo", has_text=TITLE).count() == 0
    handling = desks.bring()
    todo = page.locator("button.todo", has_text=TITLE)
    expect(todo).to_be_visible()
    expect(todo.get_by_text("特急", exact=True)).to_be_visible()
    return handling


def opens(phone: Phone) -> None:
    """Open it; the pages come one after another."""
    page = phone.page
    phone.read(TITLE)
    expect(page.locator(".ask")).to_contain_text("石砚秋")
    for n in (1, 2, 3):
        image = page.get_by_alt_text(f"第 {n} 页")
        image.scroll_into_view_if_needed()
        expect(image).to_have_js_property("naturalWidth", 540)


def writes(phone: Phone) -> None:
    """By hand, with a finger."""
    phone.page.get_by_role("button", name="手写").tap()
    Finger(phone).write(phone.page)
    expect(phone.page.get_by_role("button", name="撤一笔")).to_be_enabled()


def four(page: Page) -> None:
    """Say in words what the handwriting means, until it goes to four."""
    page.get_by_role("button", name="文字", exact=True).tap()
    page.get_by_label("意见").fill(FOUR)
    expect(page.locator(".will")).to_contain_text("将会：")
    expect(page.locator(".target")).to_have_count(4)


def sends(page: Page) -> None:
    page.get_by_role("button", name="签名并送出").tap()
    expect(page.get_by_role("button", name="撤回")).to_be_visible()
    expect(page.get_by_text("秒后送出")).to_be_visible()


def takes_back(page: Page) -> None:
    page.get_by_role("button", name="撤回").tap()
    expect(page.get_by_role("heading", name="已撤回")).to_be_visible()
