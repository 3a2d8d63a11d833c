"""Accessibility by axe-core (WCAG 2.x A and AA), on the screens people use most, in both type sizes."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.web.fixtures import Brought
from tests.web.phone import Phone

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RUN = "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })"
FOUND = f"{RUN}.then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html.slice(0, 90)).join(' | ')))"


@pytest.fixture(scope="session")
def axe() -> str:
    assert AXE.is_file(), "axe-core is not installed: npm ci in web/, as make test does"
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
def test_no_screen_shuts_anybody_out(phones: Callable[..., Phone], brought: Brought, axe: str, elder: bool) -> None:
    phone = phones()
    page = phone.open()
    if elder:
        page.get_by_role("button", name="大字版").click()
    page.get_by_label("账号").wait_for()
    found = {"log in": violations(page, axe)}
    phone.trust()
    found["inbox"] = violations(page, axe)
    phone.read(brought.title)
    found["document"] = violations(page, axe)
    phone.begin()
    phone.say()
    found["sign"] = violations(page, axe)
    page.get_by_role("button", name="添加单位、科室或人员").click()
    page.get_by_role("dialog").get_by_placeholder("姓名、职务或单位").wait_for()
    found["recipients"] = violations(page, axe)
    page.get_by_role("button", name="取消").click()
    page.get_by_role("button", name="签名并送出").click()
    page.get_by_role("button", name="撤回").wait_for()
    found["held"] = violations(page, axe)
    page.goto(f"{phone.base}/m#/")
    page.get_by_role("button", name="我的").click()
    found["me"] = violations(page, axe)
    page.get_by_role("button", name="常用语").click()
    page.get_by_role("button", name="添加一条").wait_for()
    found["phrases"] = violations(page, axe)
    assert {screen: lines for screen, lines in found.items() if lines} == {}
