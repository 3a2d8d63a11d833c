"""Accessibility by axe-core (WCAG 2.x A and AA), on the screens people use most, in both type sizes."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.web.conftest import Phone

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RUN = "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })"
FOUND = f"{RUN}.then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html.slice(0, 90)).join(' | ')))"


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm ci in web/")
    return AXE.read_text()


def violations(page: Page, axe: str) -> list[str]:
    """Evaluated rather than added as a script, which the content policy forbids."""
    page.evaluate(axe)
    found: list[str] = page.evaluate(FOUND)
    return found


def test_axe_is_awake(phone: Phone, axe: str) -> None:
    page = phone.open()
    page.get_by_label("账号").wait_for()
    page.evaluate("document.querySelector('#app').insertAdjacentHTML('beforeend', '<button></button>')")
    assert any(line.startswith("button-name") for line in violations(page, axe))


@pytest.mark.parametrize("elder", [False, True])
def test_no_screen_shuts_anybody_out(phones: Callable[..., Phone], axe: str, elder: bool) -> None:
    phone = phones()
    page = phone.open()
    if elder:
        page.get_by_role("button", name="大字版").click()
    page.get_by_label("账号").wait_for()
    found = {"log in": violations(page, axe)}
    phone.trust()
    found["inbox"] = violations(page, axe)
    phone.read("强降雨")
    found["document"] = violations(page, axe)
    page.get_by_role("button", name="批示", exact=True).click()
    page.get_by_role("button", name="同意拟办意见").click()
    page.locator(".says").wait_for()
    found["sign"] = violations(page, axe)
    page.get_by_role("button", name="添加单位、科室或人员").click()
    page.locator(".sheet .menu button").first.wait_for()
    found["recipients"] = violations(page, axe)
    page.get_by_role("button", name="取消").click()
    page.get_by_role("button", name="签名并送出").click()
    page.get_by_role("button", name="撤回").wait_for()
    found["held"] = violations(page, axe)
    page.get_by_role("button", name="返回").click()
    page.get_by_role("button", name="返回").click()
    page.get_by_role("button", name="我的").click()
    found["me"] = violations(page, axe)
    assert {screen: lines for screen, lines in found.items() if lines} == {}
