"""Reading a document, signing it, and the thirty seconds after."""

import hashlib
import json
import re
from typing import Any

from playwright.sync_api import Route, expect

from demo.two_minutes.proofs import unb64
from tests.web.desk import CLERK, LEADER, PROPOSAL, STORY_OFFICES, Desks
from tests.web.fixtures import Brought
from tests.web.phone import Finger, Phone, until


def said(phone: Phone) -> dict[str, Any]:
    """The one statement that this phone has sent."""
    [sent] = phone.sent
    return dict(json.loads(sent["statement"]))


def test_the_document_shows_who_asks_first_and_page_one_by_itself(phone: Phone, brought: Brought) -> None:
    page = phone.enter()
    page.locator("button.todo", has_text=brought.title).tap()
    expect(page.locator(".ask")).to_contain_text("石砚秋请")
    expect(page.locator(".ask")).to_contain_text(re.compile(r"(今天|明天|后天|\d+日).*\d\d:\d\d 前"))
    expect(page.locator(".opinion").first).to_contain_text(PROPOSAL)
    first = page.get_by_alt_text("第 1 页")
    expect(first).to_be_visible()
    assert "width=540" in str(first.get_attribute("src"))


def test_pages_are_asked_for_one_after_another(phone: Phone, brought: Brought) -> None:
    page = phone.enter()
    asked: list[str] = []
    done: list[str] = []
    page.on("request", lambda r: asked.append(f"{r.url[-11]}:{len(done)}") if "/pages/" in r.url else None)
    page.on("requestfinished", lambda r: done.append(r.url) if "/pages/" in r.url else None)
    page.locator("button.todo", has_text=brought.title).tap()
    page.get_by_alt_text("第 3 页").wait_for()
    page.wait_for_load_state("networkidle")
    assert asked == ["1:0", "2:1", "3:2"]


def spread(phone: Phone, scale: float) -> None:
    """Two fingers apart."""
    phone.context.new_cdp_session(phone.page).send("Emulation.setPageScaleFactor", {"pageScaleFactor": scale})


def test_text_version_and_zoom(phone: Phone, brought: Brought) -> None:
    page = phone.enter()
    phone.read(brought.title)
    spread(phone, 2)
    expect(page.get_by_alt_text("第 1 页")).to_have_attribute("src", re.compile("width=1080"))
    spread(phone, 1)
    page.get_by_role("button", name="第 1 页，点按放大").tap()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.locator(".zoom img")).to_have_attribute("src", re.compile("width=1080"))
    page.get_by_role("button", name="关闭").tap()
    page.get_by_role("button", name="文字版").tap()
    expect(page.locator(".plain-text").first).to_contain_text("强降雨")


def test_what_is_signed_is_what_was_shown(phone: Phone, brought: Brought, desks: Desks) -> None:
    page = phone.enter()
    phone.read(brought.title)
    phone.begin()
    expect(page.locator(".foot")).to_contain_text("还差：写意见，或点一句常用语")
    page.get_by_label("意见", exact=True).fill("请应急办牵头，水利工作站配合。")
    expect(page.locator(".will .note")).to_contain_text("没有认出“应急办”")
    page.locator(".will .note").get_by_role("button", name="应急管理办公室", exact=True).tap()
    expect(page.locator(".will .note")).to_have_count(0)
    expect(page.locator(".says")).to_contain_text(f"送应急管理办公室主办；送{STORY_OFFICES[0]}协办")
    page.get_by_label("意见", exact=True).fill("")
    phone.say()
    expect(page.locator(".will")).to_contain_text(f"将会：意见记为“同意”；送{STORY_OFFICES[0]}主办")
    page.get_by_label(f"{STORY_OFFICES[1]}的分工").select_option("阅知")
    page.get_by_role("button", name=f"去掉{STORY_OFFICES[3]}").tap()
    page.get_by_role("button", name="添加单位、科室或人员").tap()
    page.get_by_placeholder("姓名、职务或单位").fill("江望远")
    page.get_by_role("button", name="江望远").tap()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("已选 3 个单位、1 人")
    dialog.locator(".menu button", has_text="江望远").tap()
    expect(dialog).to_contain_text("已选 3 个单位")
    expect(dialog.locator(".picked")).not_to_contain_text("江望远")
    dialog.locator(".menu button", has_text="江望远").tap()
    dialog.get_by_role("button", name="选好了").tap()
    page.get_by_role("button", name="签名并送出").tap()
    expect(page.get_by_role("button", name="撤回")).to_be_visible()
    expect(page.get_by_text("江望远")).to_be_visible()
    statement = said(phone)
    lines = statement["action"]["dispatch"]
    assert [(line["to"].partition(":")[0], line["role"]) for line in lines] == [
        ("unit", "lead"), ("unit", "read"), ("unit", "assist"), ("person", "assist"),
    ]  # fmt: skip
    assert statement["opinion"] == {"text": "同意。", "strokes": None}
    [opinion] = desks.opinions(brought.handling)
    assert desks.evidence(opinion["signature"])["statement"] == phone.sent[0]["statement"]


def test_handwriting_is_signed_by_its_digest(phone: Phone, brought: Brought) -> None:
    page = phone.trust()
    phone.read(brought.title)
    phone.begin()
    page.get_by_role("button", name="手写").tap()
    strokes = Finger(phone).write(page)
    expect(page.get_by_role("button", name="签名并送出")).to_be_disabled()
    phone.say()
    page.get_by_role("button", name="签名并送出").tap()
    page.get_by_role("button", name="撤回").wait_for()
    written = unb64(phone.sent[0]["strokes"])
    assert said(phone)["opinion"]["strokes"] == hashlib.sha256(written).hexdigest()
    assert len(json.loads(written)["s"]) == strokes


def test_withdrawing_within_thirty_seconds_keeps_the_words(phone: Phone, brought: Brought, desks: Desks) -> None:
    page = phone.enter()
    phone.read(brought.title)
    phone.agree()
    page.get_by_role("button", name="撤回").tap()
    expect(page.get_by_role("heading", name="已撤回")).to_be_visible()
    assert desks.page(brought.handling, LEADER)["step"] is not None
    page.get_by_role("button", name="重新签").tap()
    expect(page.get_by_label("意见")).to_have_value("同意。")


def test_whom_the_leader_took_off_stays_off_after_undo(phone: Phone, brought: Brought) -> None:
    page = phone.enter()
    phone.read(brought.title)
    phone.begin()
    phone.say()
    expect(page.locator(".target")).to_have_count(len(STORY_OFFICES))
    page.get_by_role("button", name=f"去掉{STORY_OFFICES[-1]}").tap()
    page.get_by_role("button", name="签名并送出").tap()
    page.get_by_role("button", name="撤回").tap()
    page.get_by_role("button", name="重新签").tap()
    expect(page.locator(".target")).to_have_count(len(STORY_OFFICES) - 1)
    page.reload()
    expect(page.locator(".target")).to_have_count(len(STORY_OFFICES) - 1)
    page.get_by_role("button", name="签名并送出").tap()
    page.get_by_role("button", name="撤回").wait_for()
    first, second = (json.loads(one["statement"])["action"]["dispatch"] for one in phone.sent)
    assert (first, len(first)) == (second, len(STORY_OFFICES) - 1)


def test_old_handwriting_goes_with_other_words_only_if_asked(phone: Phone, brought: Brought) -> None:
    page = phone.enter()
    phone.read(brought.title)
    phone.begin()
    page.get_by_role("button", name="手写").tap()
    Finger(phone).write(page)
    phone.say()
    page.get_by_role("button", name="签名并送出").tap()
    page.get_by_role("button", name="撤回").tap()
    page.get_by_role("button", name="重新签").tap()
    expect(page.get_by_text("手写的一页将一并送出")).to_be_visible()
    page.get_by_label("意见").fill("请应急办先核实。")
    expect(page.get_by_text("意见改了，不再一并送出")).to_be_visible()
    page.get_by_role("button", name="签名并送出").tap()
    page.get_by_role("button", name="撤回").tap()
    assert [said["strokes"] is None for said in phone.sent] == [False, True]
    page.get_by_role("button", name="重新签").tap()
    page.get_by_label("意见").fill("请应急办今晚核实。")
    page.get_by_role("button", name="仍一并送出").tap()
    page.get_by_role("button", name="签名并送出").tap()
    page.get_by_role("button", name="撤回").wait_for()
    assert phone.sent[2]["strokes"] == phone.sent[0]["strokes"]


def test_sending_at_once_says_what_happened_and_leaves_the_list(phone: Phone, brought: Brought) -> None:
    page = phone.enter()
    phone.read(brought.title)
    phone.agree()
    page.get_by_role("button", name="立即送出").tap()
    expect(page.get_by_role("heading", name="已送出")).to_be_visible()
    expect(page.get_by_text("、".join(STORY_OFFICES[1:]))).to_be_visible()
    page.get_by_role("button", name="返回待办").tap()
    expect(page.locator("button.todo", has_text=brought.title)).to_have_count(0)
    page.get_by_role("tab", name="已办").tap()
    expect(page.locator("button.todo", has_text=brought.title)).to_be_visible()


def test_someone_else_was_first_is_shown_and_not_dropped(phone: Phone, brought: Brought, desks: Desks) -> None:
    page = phone.enter()
    phone.read(brought.title)
    phone.begin()
    phone.say()
    # The phone does not hear of it in time.
    page.route("**/signatures", lambda route: withdrawn_before(route, desks, brought))
    page.get_by_role("button", name="签名并送出").tap()
    expect(page.get_by_role("heading", name="没有送成")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("刷新")
    page.get_by_role("button", name="返回待办").tap()
    assert desks.opinions(brought.handling, CLERK) == []


def withdrawn_before(route: Route, desks: Desks, brought: Brought) -> None:
    """The clerk takes the proposal back while the signature is on its way."""
    desks.of(CLERK).post(f"/handlings/{brought.handling}/withdrawals", {"reason": "拟办有误"})
    route.continue_()


def test_returning_with_a_reason(phone: Phone, brought: Brought, desks: Desks) -> None:
    page = phone.enter()
    phone.read(brought.title)
    page.get_by_role("button", name="更多").tap()
    page.locator(".menu button", has_text="退回").tap()
    page.get_by_role("button", name="请补充附件").tap()
    page.get_by_role("button", name="退回", exact=True).tap()
    expect(page.get_by_role("heading", name="已退回")).to_be_visible()
    assert "请补充附件" in json.dumps(desks.page(brought.handling), ensure_ascii=False)


def test_without_a_usual_phone_the_server_signs_and_it_is_said(phone: Phone, brought: Brought, desks: Desks) -> None:
    page = phone.enter()
    phone.read(brought.title)
    phone.begin()
    expect(page.get_by_text("服务器签名")).to_be_visible()
    phone.say()
    page.get_by_role("button", name="签名并送出").tap()
    page.get_by_role("button", name="立即送出").tap()
    expect(page.get_by_role("heading", name="已送出")).to_be_visible()
    assert said(phone)["key"] is None
    [opinion] = until("effective", lambda: desks.opinions(brought.handling, CLERK))
    assert "服务器签名" in opinion["marks"]


def test_a_new_document_appears_without_asking_and_search_finds_it(phone: Phone, desks: Desks) -> None:
    page = phone.enter()
    expect(page.get_by_text("已连接")).to_be_visible()
    desks.bring("关于修缮裁缝桥护栏的通知")
    todo = page.locator("button.todo", has_text="裁缝桥护栏")
    expect(todo).to_be_visible()
    page.get_by_label("搜索文件").fill("裁缝桥护栏")
    expect(page.locator("button.todo")).to_have_count(1)
    expect(page.locator("button.todo mark")).to_have_text("裁缝桥护栏")
    page.get_by_label("搜索文件").fill("没有这样的")
    expect(page.get_by_text("没有找到相符的文件")).to_be_visible()
    page.get_by_label("搜索文件").fill("护栏 裁缝")
    page.locator("button.todo", has_text="裁缝桥护栏").tap()
    expect(page.locator(".doc-title")).to_contain_text("裁缝桥护栏")
