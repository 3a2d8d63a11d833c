"""The secrecy stop by finger: a photograph is declared, a marked file stopped and asked for, a paper on the screen reported."""

import io

from PIL import Image
from playwright.sync_api import Page, expect

from tests.office.files.makers import chinese_pdf
from tests.web.acting import choose, opened, send, told
from tests.web.desk import CLERK, Desks
from tests.web.phone import Phone

FILES = "文件（第一份是正文"


def photo() -> dict[str, str | bytes]:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((300, 400)).save(out, "JPEG")
    return {"name": "照片.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def intake(phone: Phone) -> Page:
    page = phone.enter(CLERK)
    page.get_by_role("button", name="我的").tap()
    page.get_by_role("button", name="收文").tap()
    return page


def test_a_photograph_is_sent_when_somebody_has_typed_that_it_bears_no_mark(phone: Phone) -> None:
    page = intake(phone)
    page.get_by_label(FILES).set_input_files(photo())
    declare = page.get_by_role("button", name="声明并上传")
    expect(declare).to_be_disabled()
    page.get_by_label("不涉密声明").fill("是")
    expect(declare).to_be_disabled()
    page.get_by_label("不涉密声明").fill("不涉密")
    declare.tap()
    expect(page.locator(".file", has_text="照片.jpg")).to_be_visible()


def test_a_marked_file_is_stopped_and_a_false_alarm_asked_for(phone: Phone) -> None:
    page = intake(phone)
    page.get_by_label(FILES).set_input_files(
        {"name": "课件.pdf", "mimeType": "application/pdf", "buffer": chinese_pdf("机密★1年")}
    )
    expect(page.locator("form .error")).to_contain_text("请立即停止传输")
    expect(page.locator(".file", has_text="课件.pdf")).to_have_count(0)
    page.get_by_label("误报原因").select_option("保密宣传教育材料")
    page.get_by_role("button", name="申请误报复核").tap()
    expect(page.get_by_text("已申请复核")).to_be_visible()


def test_a_paper_on_the_screen_is_reported(phone: Phone, desks: Desks) -> None:
    page = opened(phone, desks.push("关于报送名单的通知"))
    choose(page, "报告涉密")
    expect(page.get_by_text("请立即停止转发")).to_be_visible()
    send(page, "报告涉密")
    told(page, "已报告")
