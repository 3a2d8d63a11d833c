"""Size, policy and looks: the budget of a 2G line, narrow phones, large type, the banner, the targets."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.fixtures import Brought
from tests.web.phone import Phone

FIRST_SCREEN = 50 * 1024
BANNER = "本系统为非涉密系统，严禁处理、存储、传输国家秘密和工作秘密。"
# A box to tick is touched on its whole label.
SMALL_TARGETS = """() => {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize)
    return [...document.querySelectorAll('button, a, input, select, textarea')]
        .filter((e) => e.offsetParent !== null)
        .map((e) => [e, /radio|checkbox|file/.test(e.type) && e.closest('label') || e])
        .map(([e, target]) => [e.textContent.trim().slice(0, 20), target.getBoundingClientRect()])
        .filter(([, box]) => box.height < 3 * rem - 0.6)
        .map(([text, box]) => `${text} ${Math.round(box.height)}`)
}"""


def test_the_first_screen_fits_in_fifty_kilobytes_of_brotli(built: Path) -> None:
    first = json.loads((built / "first.json").read_text())
    assert any(name.endswith(".js") for name in first)
    assert sum((built / f"{name}.br").stat().st_size for name in first) < FIRST_SCREEN


def test_every_text_asset_is_compressed_twice(built: Path) -> None:
    plain = [path for path in built.rglob("*") if path.suffix in (".html", ".js", ".css", ".svg", ".webmanifest")]
    assert plain
    assert all(path.with_name(path.name + more).is_file() for path in plain for more in (".br", ".gz"))


def test_no_code_from_text_and_nothing_from_elsewhere(built: Path) -> None:
    for path in built.rglob("*.js"):
        code = path.read_text()
        assert "new Function" not in code
        assert "eval(" not in code
    assert "http" not in (built / "m.html").read_text()


@pytest.mark.parametrize(("width", "elder"), [(320, False), (320, True), (360, True), (390, False)])
def test_nothing_overflows_and_targets_are_large(
    phones: Callable[..., Phone], brought: Brought, width: int, elder: bool
) -> None:
    phone = phones(width, 740)
    page = phone.open()
    if elder:
        page.get_by_role("button", name="大字版").click()
    look(page)
    phone.enter()
    look(page)
    phone.read(brought.title)
    look(page)
    phone.begin()
    phone.say()
    look(page)
    page.get_by_role("button", name="签名并送出").click()
    page.get_by_role("button", name="撤回").wait_for()
    look(page)


def look(page: Page) -> None:
    expect(page.locator(".banner")).to_have_text(BANNER)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate(SMALL_TARGETS) == []


def test_large_type_stays_after_a_reload(phone: Phone) -> None:
    page = phone.open()
    page.get_by_role("button", name="大字版").click()
    page.reload()
    expect(page.locator("html")).to_have_class("elder")
