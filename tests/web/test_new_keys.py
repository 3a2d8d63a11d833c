"""A key registered with a stolen password does not go unnoticed: it is told on the owner's phone wherever they are in it."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.web.phone import Phone


def test_a_key_registered_elsewhere_is_shown_until_seen_here(phones: Callable[..., Phone]) -> None:
    mine, other = phones(workers=False), phones(workers=False)
    page = mine.trust()
    page.get_by_role("button", name="我的").tap()
    page.get_by_role("button", name="退出登录").wait_for()
    told = page.locator("section.news")
    expect(told).to_have_count(0)
    thief = other.trust()
    expect(thief.locator("section.news")).to_have_count(0)
    expect(told).to_contain_text("登记到您的账号，能代您签名")
    expect(told).to_contain_text("修改密码")
    page.reload()
    expect(told).to_be_visible()
    told.get_by_role("button", name="去停用").tap()
    expect(page.get_by_text("正在登录")).to_be_visible()
    expect(told).to_be_visible()
    told.get_by_role("button", name="是我本人，知道了").tap()
    expect(told).to_have_count(0)
    page.reload()
    expect(page.get_by_text("正在登录")).to_be_visible()
    expect(told).to_have_count(0)


def test_who_was_away_is_told_when_they_come_back(phones: Callable[..., Phone]) -> None:
    mine = phones(workers=False)
    page = mine.trust()
    page.goto("about:blank")
    phones(workers=False).trust()
    mine.open()
    expect(page.locator("section.news")).to_contain_text("登记到您的账号")
