"""Reading a document, signing it, and the thirty seconds after."""

import hashlib
import re
from base64 import urlsafe_b64decode
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import Phone
from tests.web.fake.data import RENDITION


def sent_on(statement: dict[str, Any]) -> list[tuple[str, str]]:
    return [(line["to"], line["role"]) for line in statement["action"]["dispatch"]]


def test_the_document_shows_who_asks_first_and_page_one_by_itself(phone: Phone) -> None:
    page = phone.trust()
    page.locator("button.todo", has_text="强降雨").click()
    expect(page.locator(".ask")).to_contain_text("党政办吴建国请您批示")
    expect(page.locator(".ask")).to_contain_text("来文要求今日18时前报送")
    expect(page.locator(".opinion").first).to_contain_text("赵立新")
    expect(page.locator(".opinion").first).to_contain_text("受李国梁委托")
    first = page.get_by_alt_text("第 1 页")
    expect(first).to_be_visible()
    assert "width=540" in str(first.get_attribute("src"))


def test_pages_are_asked_for_one_after_another(phone: Phone) -> None:
    page = phone.trust()
    asked: list[str] = []
    done: list[str] = []
    page.on("request", lambda r: asked.append(f"{r.url[-11]}:{len(done)}") if "/pages/" in r.url else None)
    page.on("requestfinished", lambda r: done.append(r.url) if "/pages/" in r.url else None)
    page.locator("button.todo", has_text="强降雨").click()
    page.get_by_alt_text("第 3 页").wait_for()
    page.wait_for_load_state("networkidle")
    assert asked == ["1:0", "2:1", "3:2"]


def test_text_version_and_zoom(phone: Phone) -> None:
    page = phone.trust()
    phone.read("强降雨")
    page.get_by_role("button", name="第 1 页，点按放大").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.locator(".zoom img")).to_have_attribute("src", re.compile("width=1080"))
    page.get_by_role("button", name="关闭").click()
    page.get_by_role("button", name="文字版").click()
    expect(page.locator(".plain-text").first).to_contain_text("转移避险")


def test_what_is_signed_is_what_was_shown(phone: Phone) -> None:
    page = phone.trust()
    phone.read("强降雨")
    page.get_by_role("button", name="批示", exact=True).click()
    page.get_by_role("button", name="同意拟办意见").click()
    expect(page.locator(".will")).to_contain_text("将会：同意拟办意见，交应急管理办公室主办")
    page.get_by_label("农业农村办公室的分工").select_option("阅知")
    page.get_by_role("button", name="去掉各村（社区）").click()
    page.get_by_role("button", name="添加单位、科室或人员").click()
    page.get_by_placeholder("姓名、职务或单位").fill("主任")
    page.get_by_role("button", name="何志远 应急管理办公室主任").click()
    page.get_by_role("button", name="签名并送出").click()
    expect(page.get_by_role("button", name="撤回")).to_be_visible()
    [statement] = phone.town.received
    assert sent_on(statement) == [("section:emergency", "lead"), ("section:water", "read"), ("person:he", "assist")]
    assert statement["opinion"] == {"text": "同意拟办意见。", "strokes": None}
    assert statement["rendition"] == RENDITION
    assert statement["key"] in phone.town.devices


def test_handwriting_is_signed_by_its_digest(phone: Phone) -> None:
    page = phone.trust()
    phone.read("强降雨")
    page.get_by_role("button", name="批示", exact=True).click()
    page.get_by_role("button", name="手写").click()
    write(page)
    expect(page.get_by_role("button", name="签名并送出")).to_be_disabled()
    page.get_by_role("button", name="原则同意").click()
    page.locator(".says").wait_for()
    with page.expect_request("**/signatures") as made:
        page.get_by_role("button", name="签名并送出").click()
    strokes = unb64(str((made.value.post_data_json or {})["strokes"]))
    page.get_by_role("button", name="撤回").wait_for()
    assert phone.town.received[0]["opinion"]["strokes"] == hashlib.sha256(strokes).hexdigest()
    assert strokes.startswith(b'{"v":1,"w":')


def test_withdrawing_within_thirty_seconds_keeps_the_words(phone: Phone) -> None:
    page = phone.trust()
    phone.read("强降雨")
    phone.agree()
    page.get_by_role("button", name="撤回").click()
    expect(page.get_by_role("heading", name="已撤回")).to_be_visible()
    assert [s["state"] for s in phone.town.signatures.values()] == ["withdrawn"]
    page.get_by_role("button", name="重新签").click()
    expect(page.get_by_label("意见")).to_have_value("同意拟办意见。")


def test_sending_at_once_says_what_happened_and_leaves_the_list(phone: Phone) -> None:
    page = phone.trust()
    phone.read("强降雨")
    phone.agree()
    page.get_by_role("button", name="立即送出").click()
    expect(page.get_by_role("heading", name="已送出")).to_be_visible()
    expect(page.locator(".effects")).to_contain_text("交应急管理办公室主办")
    page.get_by_role("button", name="返回待办").click()
    expect(page.locator("button.todo", has_text="强降雨")).to_have_count(0)
    expect(page.get_by_role("tab", name="待办 3 件")).to_be_visible()


@pytest.mark.parametrize("hold", [2])
def test_left_alone_it_goes_out_by_itself(phone: Phone, hold: float) -> None:
    phone.town.hold = hold
    page = phone.trust()
    phone.read("强降雨")
    phone.agree()
    expect(page.get_by_role("heading", name="已送出")).to_be_visible()


def test_someone_else_was_first_is_shown_and_not_dropped(phone: Phone) -> None:
    page = phone.trust()
    phone.read("强降雨")
    page.get_by_role("button", name="批示", exact=True).click()
    page.get_by_role("button", name="同意拟办意见").click()
    page.locator(".says").wait_for()
    for handling in phone.town.handlings.values():
        handling["step"] = None
    page.get_by_role("button", name="签名并送出").click()
    expect(page.get_by_role("heading", name="没有送成")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("这一步已由他人办理")
    page.get_by_role("button", name="返回待办").click()
    expect(page.get_by_text("没有送成，请查看")).to_be_visible()


def test_returning_with_a_reason(phone: Phone) -> None:
    page = phone.trust()
    phone.read("修缮")
    page.get_by_role("button", name="更多").click()
    page.locator(".menu button", has_text="退回").click()
    page.get_by_role("button", name="请补充附件").click()
    page.get_by_role("button", name="退回", exact=True).click()
    expect(page.get_by_role("heading", name="已退回")).to_be_visible()
    assert phone.town.received == [{"reason": "请补充附件"}]


def test_without_a_usual_phone_the_server_signs_and_it_is_said(phone: Phone) -> None:
    page = phone.log_in()
    page.get_by_role("button", name="以后再说").click()
    phone.read("强降雨")
    page.get_by_role("button", name="批示", exact=True).click()
    expect(page.get_by_text("服务器签名")).to_be_visible()
    page.get_by_role("button", name="同意拟办意见").click()
    page.locator(".says").wait_for()
    page.get_by_role("button", name="签名并送出").click()
    page.get_by_role("button", name="撤回").wait_for()
    assert phone.town.received[0]["key"] is None


def test_a_new_document_appears_without_asking(phone: Phone) -> None:
    page = phone.trust()
    expect(page.get_by_text("已连接")).to_be_visible()
    expect(page.get_by_role("tab", name="待办 4 件")).to_be_visible()
    phone.town.bring(2)
    expect(page.get_by_role("tab", name="待办 5 件")).to_be_visible()
    expect(page.locator("button.todo", has_text="修缮")).to_have_count(2)


def test_search(phone: Phone) -> None:
    page = phone.trust()
    page.get_by_label("搜索文件").fill("修缮")
    expect(page.locator("button.todo")).to_have_count(1)
    page.get_by_label("搜索文件").fill("没有这样的")
    expect(page.get_by_text("没有找到相符的文件")).to_be_visible()


def write(page: Page) -> None:
    box = page.locator("canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(box["x"] + 40 + step * 4, box["y"] + 40 + step * 2)
    page.mouse.up()


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
