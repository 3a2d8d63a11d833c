"""Accessibility by axe-core (WCAG 2.x A and AA), on the screens people use most, in both type sizes."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.web.desk import CLERK
from tests.web.fixtures import Brought
from tests.web.phone import Phone
from tests.web.test_shape import look

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
    page.get_by_role("button", name="选好了").click()
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


FORMS = ("settlements", "receipts", "registrations", "checks", "refusals", "proposals", "dictations", "reminders", "transfers",
         "amendments", "replies", "conclusions", "reply-due", "withdrawals")  # fmt: skip


@pytest.mark.parametrize("elder", [False, True])
def test_no_form_of_the_clerk_shuts_anybody_out(phones: Callable[..., Phone], brought: Brought, axe: str, elder: bool) -> None:
    """Every form can be opened by its address on any document; the server, not the form, says whether it is its turn."""
    phone = phones(360, 780)
    page = phone.enter(CLERK)
    if elder:
        page.get_by_role("button", name="大字").click()
    page.goto(f"{phone.base}/m#/handlings/{brought.handling}")
    page.get_by_role("button", name="更多").click()
    page.locator(".menu").wait_for()
    found = {"more": violations(page, axe)}
    page.locator(".menu").get_by_role("button", name="取消", exact=True).click()
    for fold in ("送办、传阅到哪一步", "登记情况"):
        page.get_by_role("button", name=fold).click()
        page.locator(".trail li").first.wait_for()
        found[fold] = violations(page, axe)
    for form in FORMS:
        page.goto(f"{phone.base}/m#/handlings/{brought.handling}/{form}")
        page.locator(".subject, form").first.wait_for()
        found[form] = violations(page, axe)
        look(page)
    assert {screen: lines for screen, lines in found.items() if lines} == {}
