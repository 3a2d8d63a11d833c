"""操作日志 on a phone and at a desk: found by filters, one row whole, the seal's state, files to keep; for the auditor alone."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.desk import CLERK, Desks
from tests.web.fixtures import Brought
from tests.web.phone import Phone
from tests.web.test_a11y import axe, violations
from tests.web.test_shape import look

AUDITOR = "weishenyan"
__all__ = ["axe"]


def entered(phone: Phone) -> Page:
    page = phone.enter(AUDITOR)
    page.goto(f"{phone.base}/m#/me")
    page.get_by_role("button", name="操作日志").click()
    page.locator("button.entry").first.wait_for()
    return page


def ask(page: Page, **given: str) -> None:
    for label, value in given.items():
        if label == "类别":  # its label holds every option too
            page.locator(".asks-for select").select_option(label=value)
        else:
            page.get_by_label(label, exact=True).fill(value)
    with page.expect_response("**/audit-entries?*"):
        page.get_by_role("button", name="查询").click()


def saved(page: Page, button: str) -> tuple[str, bytes]:
    with page.expect_download() as coming:
        page.get_by_role("button", name=button, exact=True).click()
    return coming.value.suggested_filename, Path(coming.value.path()).read_bytes()


@pytest.mark.parametrize("width", [390, 1440])
def test_the_auditor_finds_a_row_sees_it_whole_and_takes_the_rows_along(
    phones: Callable[..., Phone], brought: Brought, desks: Desks, width: int
) -> None:
    desks.of(CLERK).ask("GET", f"/handlings/{brought.handling}/sheet")
    phone = phones(width, 900)
    page = entered(phone)
    ask(page, 类别="打印", 姓名="石砚秋")
    rows = page.locator("button.entry")
    expect(rows.first).to_contain_text("打印文件处理单")
    expect(page.locator("button.entry", has_not_text="石砚秋")).to_have_count(0)
    rows.first.click()
    whole = page.get_by_role("dialog")
    expect(whole).to_contain_text(f"documents.handling:{brought.handling}")
    expect(whole).to_contain_text("handling-sheet")
    expect(whole.locator(".tag")).to_contain_text("封存")
    whole.get_by_role("button", name="只看这个对象").click()
    expect(page.locator("button.entry", has_text="打印文件处理单")).to_have_count(1)
    expect(page.locator("button.entry", has_text="登记").first).to_be_visible()
    name, data = saved(page, "导出")
    assert (name[:5], name[-4:]) == ("操作日志-", ".csv")
    text = data.decode("utf-8-sig")
    assert "打印文件处理单" in text
    assert all(brought.handling in line for line in text.splitlines()[1:])
    page.get_by_role("button", name="取消").click()
    ask(page, 类别="导出")
    expect(rows.first).to_contain_text("导出操作日志")
    expect(rows.first).to_contain_text("卫慎言")


def test_by_unit_and_day_and_what_is_not_there(phone: Phone, brought: Brought) -> None:
    page = entered(phone)
    page.get_by_label("单位", exact=True).fill("禾渡镇人民")
    page.locator(".found button", has_text="禾渡镇人民政府").first.click()
    ask(page)
    expect(page.locator("button.entry", has_not_text="禾渡镇人民政府")).to_have_count(0)
    expect(page.locator("button.entry").first).to_be_visible()
    ask(page, 到="2001-01-01")
    expect(page.get_by_text("没有符合条件的操作")).to_be_visible()


def test_the_seal_is_told_and_its_head_can_be_kept(phone: Phone) -> None:
    page = entered(phone)
    button = page.get_by_role("button", name="取封存凭证")
    for _ in range(70):
        if button.count():
            break
        page.wait_for_timeout(1000)
        ask(page)
    expect(page.locator(".seal .tag")).to_have_text("封存正常")
    name, data = saved(page, "取封存凭证")
    assert name.startswith("封存凭证-第")
    assert json.loads(data)["format"] == "zhiban-audit-head-1"


@pytest.mark.parametrize(("width", "elder"), [(320, True), (360, False), (1440, False)])
def test_it_fits_and_shuts_nobody_out(
    phones: Callable[..., Phone], brought: Brought, axe: str, width: int, elder: bool
) -> None:
    phone = phones(width, 800)
    page = phone.enter(AUDITOR)
    if elder:
        page.goto(f"{phone.base}/m#/me")
        page.get_by_role("switch", name="大字版").click()
    page = entered(phone)
    look(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "a phone would shrink the page to hold it"
    assert violations(page, axe) == []
    if width > 1000:
        heads = page.locator(".entries .head span").all()
        cells = page.locator("button.entry").first.locator("> span, > b").all()
        assert [one.bounding_box()["x"] for one in cells] == [one.bounding_box()["x"] for one in heads], "a table at a desk"
    page.locator("button.entry").first.click()
    page.get_by_role("dialog").wait_for()
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    look(page)


def test_whoever_is_not_the_auditor_is_not_offered_it_and_is_refused(phone: Phone) -> None:
    page = phone.enter(CLERK)
    page.goto(f"{phone.base}/m#/me")
    page.get_by_role("button", name="常用语").wait_for()
    expect(page.get_by_role("button", name="操作日志")).to_have_count(0)
    page.goto(f"{phone.base}/m#/audit")
    expect(page.get_by_role("alert")).to_contain_text("您没有“查阅操作日志”的权限")
