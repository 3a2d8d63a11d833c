"""The papers of a document on the phone: 文件处理单, and the sealed whole once it is closed; a refusal is said."""

import re
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from tests.web.acting import choose, opened
from tests.web.desk import CLERK
from tests.web.fixtures import Brought
from tests.web.phone import Phone


def fetched(page: Page, what: str) -> tuple[str, bytes]:
    """Name and bytes of what a tap brings."""
    with page.expect_download(timeout=60_000) as coming:
        choose(page, what)
    return coming.value.suggested_filename, Path(coming.value.path()).read_bytes()


def test_the_sheet_comes_as_pdf_and_what_keeps_it_away_is_said(phone: Phone, brought: Brought) -> None:
    page = opened(phone, brought.handling, CLERK)
    name, data = fetched(page, "打印处理单")
    assert (re.fullmatch(r"文件处理单-.+\.pdf", name) is not None, data[:5]) == (True, b"%PDF-")
    page.route("**/sheet", lambda route: refused(route), times=1)
    choose(page, "打印处理单")
    expect(page.locator(".toast")).to_contain_text("打印字体里没有")
    expect(page.locator(".menu button", has_text="归档文件")).to_have_count(0)


def refused(route: Route) -> None:
    problem = '{"code":"papers.no_glyph","title":"打印字体里没有这些字：“𡃁”（U+210C1）。","status":422}'
    route.fulfill(status=422, content_type="application/problem+json", body=problem)
