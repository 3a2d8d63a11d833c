"""What a clerk's other acts are done with on the phone: the list of acts, the foot of a form, what is said in passing."""

from playwright.sync_api import Page, expect

from tests.web.desk import CLERK
from tests.web.phone import Phone


def opened(phone: Phone, handling: str, login: str = CLERK) -> Page:
    """Logged in, with the document on the screen."""
    phone.enter(login)
    phone.page.goto(f"{phone.base}/m#/handlings/{handling}")
    phone.page.get_by_role("button", name="更多").wait_for()
    return phone.page


def choose(page: Page, act: str) -> None:
    """The act from the list of everything else."""
    page.get_by_role("button", name="更多").tap()
    page.locator(".menu button", has_text=act).first.tap()


def send(page: Page, name: str) -> None:
    page.locator(".foot").get_by_role("button", name=name, exact=True).tap()


def told(page: Page, words: str) -> None:
    """Said in passing, and the document is on the screen again."""
    expect(page.locator(".toast")).to_contain_text(words)
    expect(page.get_by_role("heading", name="文件办理")).to_be_visible()


def pick(page: Page, label: str, name: str) -> None:
    page.locator(".field", has_text=label).get_by_role("button", name="选择人员或科室").tap()
    page.get_by_placeholder("姓名、职务或单位").fill(name)
    page.get_by_role("dialog").get_by_role("button", name=name).first.tap()
