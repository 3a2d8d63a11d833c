"""No line: reading, signing, and delivering once when it is back; and what the phone forgets."""

import json
from collections.abc import Callable

from playwright.sync_api import Route, expect

from tests.web.desk import LEADER, Desks
from tests.web.fixtures import Brought
from tests.web.phone import PIN, Phone

OTHER = "tongshuhe"
ONLINE = "dispatchEvent(new Event('online'))"


def sign_without_line(phone: Phone, brought: Brought) -> None:
    phone.ready_for_no_line()
    phone.read(brought.title)
    phone.context.set_offline(True)
    phone.agree()
    expect(phone.page.get_by_role("heading", name="已存在本机，待送出")).to_be_visible()


def test_signed_off_line_survives_a_reload_and_is_delivered_once(phone: Phone, brought: Brought, desks: Desks) -> None:
    page = phone.trust()
    sign_without_line(phone, brought)
    page.reload()
    expect(page.get_by_role("heading", name="已存在本机，待送出")).to_be_visible()
    page.get_by_role("button", name="返回待办").tap()
    expect(page.get_by_text("离线，已存 1 件待送出")).to_be_visible()
    expect(page.get_by_text("已签，待送出")).to_be_visible()
    assert desks.opinions(brought.handling) == []
    phone.context.set_offline(False)
    page.evaluate(ONLINE)
    expect(page.get_by_text("已签，待送出")).to_have_count(0)
    page.reload()
    page.locator("button.todo").first.wait_for()
    assert [one["text"] for one in desks.opinions(brought.handling)] == ["同意。"]


def test_off_line_the_document_and_its_pages_are_there_after_a_reload(phone: Phone, brought: Brought, desks: Desks) -> None:
    page = phone.enter()
    phone.ready_for_no_line()
    phone.read(brought.title)
    phone.context.set_offline(True)
    page.reload()
    expect(page.get_by_text("离线阅读")).to_be_visible()
    expect(page.get_by_alt_text("第 1 页")).to_be_visible()
    assert page.get_by_alt_text("第 1 页").evaluate("image => image.decode().then(() => image.naturalWidth)") == 540


def test_off_line_the_derived_act_was_fetched_ahead(phone: Phone, brought: Brought, desks: Desks) -> None:
    phone.enter()
    sign_without_line(phone, brought)
    phone.context.set_offline(False)
    phone.page.evaluate(ONLINE)
    expect(phone.page.get_by_role("button", name="撤回")).to_be_visible()
    statement = json.loads(phone.sent[-1]["statement"])
    assert statement["action"]["kind"] == "approve"
    assert len(statement["action"]["dispatch"]) == 4


def test_before_the_first_try_it_can_be_taken_back(phone: Phone, brought: Brought, desks: Desks) -> None:
    page = phone.enter()
    sign_without_line(phone, brought)
    page.get_by_role("button", name="取消，不送了").tap()
    phone.begin()
    expect(page.get_by_label("意见")).to_have_value("同意。")
    phone.context.set_offline(False)
    page.evaluate(ONLINE)
    page.reload()
    page.get_by_label("意见").wait_for()
    assert desks.opinions(brought.handling) == []


def test_a_lost_answer_is_asked_for_again_under_the_same_key(
    phones: Callable[..., Phone], brought: Brought, desks: Desks
) -> None:
    phone = phones(workers=False)
    page = phone.enter()
    phone.read(brought.title)
    keys: list[str] = []

    def lose_the_first(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) > 1:
            return route.continue_()
        route.fetch()
        return route.abort("connectionreset")

    page.route("**/signatures", lose_the_first)
    phone.agree()
    page.evaluate(ONLINE)  # the phone may have asked again by itself before this
    expect(page.get_by_role("button", name="撤回")).to_be_visible()
    assert len(desks.opinions(brought.handling)) == 1
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_a_server_in_trouble_keeps_the_row_waiting(phones: Callable[..., Phone], brought: Brought, desks: Desks) -> None:
    phone = phones(workers=False)
    page = phone.enter()
    phone.read(brought.title)
    page.route("**/signatures", lambda route: route.fulfill(status=503, body="<html>", content_type="text/html"))
    phone.agree()
    expect(page.get_by_role("button", name="取消，不送了")).to_have_count(0)
    page.unroute("**/signatures")
    page.evaluate(ONLINE)
    expect(page.get_by_role("button", name="撤回")).to_be_visible()
    assert len(desks.opinions(brought.handling)) == 1


def test_logging_out_is_refused_while_something_waits(phone: Phone, brought: Brought, desks: Desks) -> None:
    page = phone.enter()
    sign_without_line(phone, brought)
    page.get_by_role("button", name="返回待办").tap()
    phone.log_out()
    expect(page.get_by_role("alert")).to_contain_text("还有 1 件没有送出")


def test_logging_out_leaves_no_copy_of_any_document(phone: Phone, brought: Brought, desks: Desks) -> None:
    page = phone.trust()
    phone.ready_for_no_line()
    phone.read(brought.title)
    kept = "caches.keys().then((names) => names.filter((n) => !n.startsWith('zhiban-shell')))"
    assert sorted(page.evaluate(kept)) == ["zhiban-data", "zhiban-pages"]
    page.get_by_role("button", name="返回").tap()
    phone.log_out()
    expect(page.get_by_role("button", name="一键登录")).to_be_visible()
    assert page.evaluate(kept) == []
    phone.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("button", name="一键登录")).to_be_visible()


def test_an_act_belongs_to_who_signed_it(phone: Phone, brought: Brought, desks: Desks) -> None:
    """The session ends while something waits and another person logs in: nothing of the first is sent or shown."""
    page = phone.trust()
    sign_without_line(phone, brought)
    for session in desks.of(LEADER).get("/sessions")["items"]:
        if session["client"] == "browser":
            desks.of(LEADER).ask("DELETE", f"/sessions/{session['id']}")
    phone.context.set_offline(False)
    page.reload()
    expect(page.get_by_text("本机还存有 1 件未送出的办理结果")).to_be_visible()
    page.get_by_role("button", name="改用账号密码").tap()
    page.get_by_label("账号").fill(OTHER)
    page.get_by_label("密码", exact=True).fill(desks.password(OTHER))
    page.get_by_role("button", name="登录", exact=True).tap()
    page.get_by_role("button", name="以后再说").tap()
    page.locator("button.todo").first.wait_for()
    expect(page.get_by_text("待送出")).to_have_count(0)
    assert desks.opinions(brought.handling) == []
    phone.log_out()
    page.get_by_role("button", name="一键登录").tap()  # who was here last has no key on this phone: nobody is proposed
    page.get_by_label("六位口令").fill(PIN)
    page.locator("button.todo").first.wait_for()
    page.get_by_role("button", name="我的").tap()
    page.get_by_role("button", name="本机的办理").tap()
    expect(page.locator(".menu").get_by_text("可撤回")).to_be_visible()  # it has arrived, and has its thirty seconds
    assert len(desks.opinions(brought.handling)) == 1
