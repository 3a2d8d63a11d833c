"""After the signature: signing anew without a line, after a refusal, from the document; and the line's own word."""

import re
from collections.abc import Callable

from playwright.sync_api import Route, expect

from tests.web.desk import CLERK, LEADER, Desks
from tests.web.fixtures import Brought
from tests.web.phone import Phone

ONLINE = "dispatchEvent(new Event('online'))"
OFFLINE = "dispatchEvent(new Event('offline'))"


def test_withdrawn_and_signed_anew_without_a_line_it_counts(phone: Phone, brought: Brought, desks: Desks) -> None:
    page = phone.trust()
    phone.ready_for_no_line()
    phone.read(brought.title)
    phone.agree()
    page.get_by_role("button", name="撤回", exact=True).tap()
    page.get_by_role("heading", name="已撤回").wait_for()
    phone.context.set_offline(True)
    page.get_by_role("button", name="重新签").tap()
    expect(page.get_by_label("意见")).to_have_value("同意。")
    page.get_by_role("button", name="签名并送出").tap()
    expect(page.get_by_role("heading", name="已存在本机，待送出")).to_be_visible()
    phone.context.set_offline(False)
    page.evaluate(ONLINE)
    expect(page.get_by_role("button", name="立即送出")).to_be_visible()
    assert [one["text"] for one in desks.opinions(brought.handling)] == ["同意。"]
    page.get_by_role("button", name="立即送出").tap()
    page.get_by_role("button", name="返回待办").tap()
    page.get_by_role("button", name="我的").tap()
    page.get_by_role("button", name="本机的办理").tap()
    expect(page.locator(".menu button", has_text="已撤回")).to_have_count(1)
    expect(page.locator(".menu button", has_text="已送出")).to_have_count(1)


def test_a_spent_ticket_is_said_before_anything_is_written(phone: Phone, brought: Brought, desks: Desks) -> None:
    page = phone.trust()
    phone.ready_for_no_line()
    phone.read(brought.title)
    phone.context.set_offline(True)
    phone.agree()
    page.get_by_role("heading", name="已存在本机，待送出").wait_for()
    page.goto(f"{phone.base}/m#/handlings/{brought.handling}/sign")
    expect(page.get_by_role("alert")).to_contain_text("已经用本机签过")
    expect(page.get_by_label("意见")).to_have_count(0)
    expect(page.get_by_role("button", name="签名并送出")).to_have_count(0)


def test_after_a_refusal_the_words_are_signed_anew(phones: Callable[..., Phone], brought: Brought, desks: Desks) -> None:
    phone = phones(workers=False)
    page = phone.enter()
    phone.read(brought.title)
    page.route("**/signatures", lambda route: put_aside_before(route, desks, brought), times=1)
    phone.agree()
    page.get_by_role("heading", name="没有送成").wait_for()
    page.get_by_role("button", name="查看文件现在的情况").tap()
    page.get_by_role("button", name="您的签批没有送成，点此查看").tap()
    page.get_by_role("button", name="重新签").tap()
    expect(page.get_by_label("意见")).to_have_value("同意。")
    page.get_by_role("button", name="签名并送出").tap()
    page.get_by_role("button", name="立即送出").wait_for()
    assert [one["text"] for one in desks.opinions(brought.handling)] == ["同意。"]
    expect(page.get_by_text("没有送成")).to_have_count(0)


def put_aside_before(route: Route, desks: Desks, brought: Brought) -> None:
    """The clerk puts the document aside and takes it up again while the signature is on its way: the step is another one."""
    desks.of(CLERK).post(f"/handlings/{brought.handling}/suspensions", {"reason": "等县里通知"})
    desks.of(CLERK).post(f"/handlings/{brought.handling}/resumptions", {"reason": "已通知"})
    route.continue_()


def test_undo_is_on_the_document_and_in_the_list_while_it_lasts(phone: Phone, brought: Brought, desks: Desks) -> None:
    page = phone.enter()
    phone.read(brought.title)
    phone.agree()
    page.get_by_role("button", name="立即送出").wait_for()
    page.get_by_role("button", name="返回", exact=True).tap()
    expect(page.get_by_text(re.compile(r"还剩 \d+ 秒"))).to_be_visible()
    expect(page.get_by_text("暂存")).to_have_count(0)
    page.get_by_role("button", name="返回", exact=True).tap()
    expect(page.get_by_text("点开可撤回")).to_be_visible()
    page.locator("button.todo", has_text=brought.title).tap()
    page.get_by_role("button", name="撤回", exact=True).tap()
    expect(page.get_by_text(re.compile(r"还剩 \d+ 秒"))).to_have_count(0)
    phone.begin()
    expect(page.get_by_label("意见")).to_have_value("同意。")
    assert desks.page(brought.handling, LEADER)["step"] is not None


def test_a_return_that_failed_is_written_once(phones: Callable[..., Phone], brought: Brought) -> None:
    phone = phones(workers=False)
    page = phone.enter()
    phone.read(brought.title)
    page.get_by_role("button", name="更多").tap()
    page.locator(".menu button", has_text="退回").tap()
    page.get_by_role("textbox", name="理由").fill("附件缺第三页")
    page.route("**/returns", lambda route: refused(route), times=1)
    page.get_by_role("button", name="退回", exact=True).tap()
    page.get_by_role("heading", name="没有送成").wait_for()
    page.get_by_role("button", name="重新退回").tap()
    expect(page.get_by_role("textbox", name="理由")).to_have_value("附件缺第三页")


def refused(route: Route) -> None:
    problem = '{"code":"flow.changed_meanwhile","title":"有变化，请刷新","status":409}'
    route.fulfill(status=409, body=problem, content_type="application/problem+json")


def test_no_line_is_not_said_while_the_server_answers(phone: Phone, desks: Desks) -> None:
    page = phone.enter()
    expect(page.get_by_text("已连接")).to_be_visible()
    page.evaluate(OFFLINE)
    expect(page.get_by_text("离线")).to_be_visible()
    page.get_by_role("tab", name="已办").tap()
    expect(page.get_by_text("已连接")).to_be_visible()
    page.evaluate(OFFLINE)
    page.evaluate(ONLINE)
    expect(page.get_by_text("已连接")).to_be_visible()


def test_the_back_key_closes_what_lies_above_the_document(phone: Phone, brought: Brought) -> None:
    page = phone.enter()
    phone.read(brought.title)
    page.get_by_role("button", name="第 1 页，点按放大").tap()
    page.get_by_role("dialog").wait_for()
    page.go_back()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="更多").tap()
    page.locator(".menu button", has_text="转办").tap()
    expect(page.get_by_role("dialog", name="转给别人办理")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("heading", name="文件办理")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("tab", name="待办")).to_be_visible()


def test_whom_the_act_would_refuse_is_not_offered(phone: Phone, brought: Brought, desks: Desks) -> None:
    page = phone.enter()
    phone.read(brought.title)
    page.get_by_role("button", name="更多").tap()
    page.locator(".menu button", has_text="转办").tap()
    page.get_by_role("button", name="选择人员或科室").tap()
    picker = page.get_by_role("dialog", name="转给谁")
    picker.get_by_role("button", name="江望远").wait_for()
    for kind in ("单位", "分组"):
        expect(picker.locator(".tag", has_text=kind)).to_have_count(0)
    name = desks.of(LEADER).get("/me")["person"]["name"]
    expect(picker.get_by_role("button", name=name)).to_have_count(0)


def test_on_a_small_phone_what_it_will_do_stands_above_the_button(phones: Callable[..., Phone], brought: Brought) -> None:
    phone = phones(360, 640)
    page = phone.enter()
    page.locator("button.todo").first.wait_for()
    if page.get_by_role("button", name="是我本人，知道了").count():  # keys that tests before this one have registered
        page.get_by_role("button", name="是我本人，知道了").tap()
    phone.read(brought.title)
    phone.begin()
    phone.say()
    summary = page.locator(".foot").get_by_text("将会：")
    expect(summary).to_be_in_viewport()
    expect(page.get_by_label("意见")).to_be_in_viewport()
    expect(page.locator(".foot .summary")).to_contain_text("主办")
