"""A house restored from a backup: numbers wait for the clerk, who goes on from the phone."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from demo.accounts import FILE
from tests.web.desk import CLERK, LEADER, Desks
from tests.web.phone import Phone
from tests.web.served import template, zhiban


@pytest.fixture(scope="module")
def town_folder(shared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo town, backed up and restored."""
    town, work = template(shared_folder), tmp_path_factory.mktemp("restored")
    zhiban(town, "backup", str(work / "backup"))
    restored = work / "data"
    zhiban(restored, "restore", str(work / "backup"))
    shutil.copy(town / FILE, restored / FILE)
    return restored


def test_a_refused_registration_is_seen_and_the_clerk_confirms_the_last_number(phone: Phone, desks: Desks) -> None:
    handling = desks.push("关于做好恢复后登记的通知")
    desks.of(CLERK).post(f"/handlings/{handling}/receipts", {})
    page = phone.enter(CLERK)
    page.goto(f"{phone.base}/m#/handlings/{handling}/registrations")
    page.get_by_role("button", name="五项均符合").tap()
    page.get_by_role("button", name="确认登记").tap()
    refused = page.locator("p.error")
    expect(refused).to_contain_text("编号核对")
    expect(refused).to_be_in_viewport()

    page.goto(f"{phone.base}/m#/me")
    page.get_by_role("button", name="编号核对").tap()
    form = page.locator("form.card").first
    given = int(form.get_by_label("最后一个已用的编号").input_value())
    form.get_by_label("最后一个已用的编号").fill("0")
    form.get_by_role("button", name="确认").tap()
    expect(form.get_by_role("alert")).to_contain_text(f"系统里已用到 {given} 号")
    form.get_by_label("最后一个已用的编号").fill(str(given + 3))
    form.get_by_role("button", name="确认").tap()
    expect(page.get_by_text(f"已确认，下一个是 {given + 4} 号")).to_be_visible()

    page.goto(f"{phone.base}/m#/handlings/{handling}/registrations")
    page.get_by_role("button", name="确认登记").tap()
    expect(page.get_by_text(f"{given + 4}号").first).to_be_visible()


def test_whoever_keeps_no_register_is_not_asked(phone: Phone) -> None:
    page = phone.enter(LEADER)
    page.goto(f"{phone.base}/m#/me")
    page.get_by_role("button", name="常用语").wait_for()
    expect(page.get_by_role("button", name="编号核对")).to_have_count(0)
