"""Quick phrases on the phone: kept in their order, and on the sign sheet at once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.web.desk import LEADER, Desks
from tests.web.fixtures import Brought
from tests.web.phone import Phone


def _open(page: Page) -> None:
    page.get_by_role("button", name="我的").tap()
    page.get_by_role("button", name="常用语").tap()
    page.get_by_role("heading", name="常用语").wait_for()


def _listed(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(".phrase .grow > .grow").all_inner_texts()]


def _add(page: Page, text: str) -> None:
    page.get_by_role("button", name="添加一条").tap()
    page.get_by_role("dialog").get_by_label("常用语", exact=True).fill(text)
    page.get_by_role("button", name="保存").tap()
    page.get_by_role("dialog").wait_for(state="detached")


@pytest.fixture(autouse=True)
def _customary(desks: Desks) -> None:
    desks.of(LEADER).ask("PUT", "/phrases", json={"items": []})


def test_adding_changing_moving_and_dropping(phone: Phone, desks: Desks) -> None:
    page = phone.enter()
    _open(page)
    expect(page.locator(".phrase")).to_have_count(5)
    first, second, *rest = _listed(page)
    _add(page, "  请应急办阅处。 ")
    assert _listed(page) == [first, second, *rest, "请应急办阅处。"]
    page.get_by_role("button", name=f"上移“{second}”").tap()
    expect(page.locator(".phrase").first).to_contain_text(second)
    page.get_by_role("button", name=f"修改“{first}”").tap()
    page.get_by_role("dialog").get_by_label("常用语", exact=True).fill(second)
    expect(page.get_by_role("button", name="保存")).to_be_disabled()
    page.get_by_role("dialog").get_by_label("常用语", exact=True).fill("同意，请抓紧。")
    page.get_by_role("button", name="保存").tap()
    page.get_by_role("dialog").wait_for(state="detached")
    page.get_by_role("button", name=f"修改“{rest[0]}”").tap()
    page.get_by_role("button", name="删除").tap()
    page.get_by_role("dialog").wait_for(state="detached")
    wanted = [second, "同意，请抓紧。", *rest[1:], "请应急办阅处。"]
    assert _listed(page) == wanted
    assert desks.of(LEADER).get("/phrases")["items"] == wanted
    page.get_by_role("button", name="恢复系统的常用语").tap()
    page.get_by_role("button", name="恢复", exact=True).tap()
    page.get_by_role("dialog").wait_for(state="detached")
    assert _listed(page) == [first, second, *rest]


def test_a_new_phrase_is_on_the_sign_sheet_at_once_without_a_line(phone: Phone, brought: Brought) -> None:
    page = phone.enter()
    phone.read(brought.title)
    page.evaluate("location.hash = '#/me/phrases'")
    page.get_by_role("heading", name="常用语").wait_for()
    _add(page, "请应急办阅处。")
    page.route("**/api/v1/handlings/*", lambda route: route.abort())
    page.evaluate(f"location.hash = '#/handlings/{brought.handling}/sign'")
    page.get_by_role("button", name="请应急办阅处。", exact=True).tap()
    expect(page.get_by_label("意见")).to_have_value("请应急办阅处。")
    page.unroute("**/api/v1/handlings/*")


def test_what_could_not_be_saved_is_said_and_kept(phone: Phone) -> None:
    page = phone.enter()
    _open(page)
    page.get_by_role("button", name="添加一条").tap()
    page.get_by_role("dialog").get_by_label("常用语", exact=True).fill("请应急办阅处。")
    page.route("**/api/v1/phrases", lambda route: route.abort())
    page.get_by_role("button", name="保存").tap()
    expect(page.get_by_role("alert")).to_contain_text("没有连上网络")
    page.unroute("**/api/v1/phrases")
    page.get_by_role("button", name="保存").tap()
    expect(page.locator(".phrase").last).to_contain_text("请应急办阅处。")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (360, 640)])
def test_every_button_is_large_enough_for_a_thumb(phones: Callable[..., Phone], width: int, height: int) -> None:
    phone = phones(width, height)
    page = phone.enter()
    _open(page)
    _add(page, "请农业农村办会同应急管理办认真研究，提出意见后报我，并抄送党政办和督查室备查，谢谢。")
    sizes = [box for one in page.locator("main button").all() if (box := one.bounding_box()) is not None]
    assert all(box["height"] >= 44 and box["width"] >= 44 for box in sizes)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
