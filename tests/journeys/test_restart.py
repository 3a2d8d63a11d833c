"""The server dies (SIGKILL) and comes back on the same data while the phone is at work: nothing is lost, nothing doubled."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.desk import CLERK, FOUR, LEADER, Desks
from tests.web.fixtures import Brought
from tests.web.phone import Phone, until
from tests.web.served import Served

#: The phone's own back-off is 20 s at most.
BACK = 40_000


@pytest.fixture(autouse=True)
def _up(served: Served) -> None:
    """Each test finds the server up, whatever the one before left."""
    assert served.server.process is not None
    if served.server.process.poll() is not None:
        served.server.start()


def dies(served: Served, desks: Desks) -> None:
    """The server is gone; so are the connections of the desks."""
    served.server.kill()
    desks.close()
    desks.forget()


def test_half_an_opinion_outlives_the_server(phone: Phone, brought: Brought, desks: Desks, served: Served) -> None:
    page = phone.trust()
    phone.read(brought.title)
    phone.begin()
    page.get_by_label("意见").fill(FOUR)
    expect(page.locator(".target")).to_have_count(4)
    dies(served, desks)
    expect(page.get_by_text("离线", exact=True)).to_be_visible(timeout=BACK)
    expect(page.get_by_label("意见")).to_have_value(FOUR)
    page.get_by_label("意见").fill(f"{FOUR}明早报结果。")
    served.server.start()
    expect(page.get_by_text("已连接")).to_be_visible(timeout=BACK)
    expect(page.get_by_label("意见")).to_have_value(f"{FOUR}明早报结果。")
    expect(page.locator(".target")).to_have_count(4)
    page.get_by_role("button", name="签名并送出").tap()
    page.get_by_role("button", name="立即送出").tap()
    expect(page.get_by_role("heading", name="已送出")).to_be_visible()
    assert [one["text"] for one in desks.opinions(brought.handling)] == [f"{FOUR}明早报结果。"]
    until("sent to four", lambda: len(desks.page(brought.handling)["sent_down"]) == 4)


def test_what_happened_while_the_line_was_gone_is_told_once(phone: Phone, desks: Desks, served: Served) -> None:
    page = phone.enter()
    expect(page.get_by_text("已连接")).to_be_visible()
    frames = heard(page)
    dies(served, desks)
    expect(page.get_by_text("离线", exact=True)).to_be_visible(timeout=BACK)
    served.server.start()
    title = "关于服务器恢复后续办事项的通知"
    desks.bring(title)
    expect(page.get_by_text("已连接")).to_be_visible(timeout=BACK)
    expect(page.locator("button.todo", has_text=title)).to_have_count(1, timeout=BACK)
    desks.bring(f"{title}（二）")
    expect(page.locator("button.todo", has_text=title)).to_have_count(2)
    told = [seq for seq in frames if seq]
    assert len(told) == len(set(told)), told


def heard(page: Page) -> list[int]:
    """The numbers of the events that new sockets of this page bring from now on."""
    found: list[int] = []

    def note(payload: str | bytes) -> None:
        if re.search(r'"type":\s*"event"', str(payload)):
            found.extend(int(n) for n in re.findall(r'"seq":\s*(\d+)', str(payload))[:1])

    page.on("websocket", lambda socket: socket.on("framereceived", note))
    return found


def test_signed_while_the_server_is_away_arrives_once(phone: Phone, brought: Brought, desks: Desks, served: Served) -> None:
    page = phone.trust()
    phone.read(brought.title)
    phone.begin()
    phone.say()
    dies(served, desks)
    page.get_by_role("button", name="签名并送出").tap()
    expect(page.get_by_role("heading", name="已存在本机，待送出")).to_be_visible(timeout=BACK)
    page.get_by_role("button", name="返回待办").tap()
    expect(page.get_by_text("离线，已存 1 件待送出")).to_be_visible(timeout=BACK)
    served.server.start()
    expect(page.get_by_text("已签，正在送出，点开可撤回")).to_be_visible(timeout=BACK)
    expect(page.get_by_text("已连接")).to_be_visible(timeout=BACK)
    assert [one["text"] for one in desks.opinions(brought.handling)] == ["同意。"]
    assert len({str(body["statement"]) for body in phone.sent}) == 1


def test_killed_with_the_signature_held_it_still_takes_effect_once(
    phone: Phone, brought: Brought, desks: Desks, served: Served
) -> None:
    """Acknowledged is durable: what was in its thirty seconds when the server died goes out when it is back."""
    page = phone.enter()
    phone.read(brought.title)
    phone.agree()
    page.get_by_role("button", name="立即送出").wait_for()
    dies(served, desks)
    page.get_by_role("button", name="立即送出").tap()
    expect(page.locator(".toast")).to_contain_text("没有连上网络")
    served.server.start()
    page.get_by_role("button", name="返回", exact=True).tap()
    expect(page.get_by_text("已连接")).to_be_visible(timeout=BACK)
    [opinion] = until("effective", lambda: effective(desks, brought), 60)
    assert opinion["text"] == "同意。"
    assert len(desks.page(brought.handling)["sent_down"]) == 4


def effective(desks: Desks, brought: Brought) -> list[dict[str, object]]:
    return [one for one in desks.opinions(brought.handling, CLERK) if one["state"] == "effective"]


def test_a_form_half_written_outlives_it_too(phone: Phone, brought: Brought, desks: Desks, served: Served) -> None:
    page = phone.enter(CLERK)
    page.goto(f"{phone.base}/m#/handlings/{brought.handling}/suspensions")
    page.get_by_label("理由").fill("等水位下降")
    dies(served, desks)
    page.locator(".foot").get_by_role("button", name="暂缓").tap()
    expect(page.locator("form .error")).to_contain_text("没有连上网络")
    expect(page.get_by_text("现在没有连上网")).to_be_visible(timeout=BACK)
    served.server.start()
    expect(page.get_by_text("现在没有连上网")).to_have_count(0, timeout=BACK)
    expect(page.get_by_label("理由")).to_have_value("等水位下降")
    page.locator(".foot").get_by_role("button", name="暂缓").tap()
    expect(page.locator(".toast")).to_contain_text("已暂缓")
    assert desks.page(brought.handling)["state"] == "挂起"
    assert desks.page(brought.handling, LEADER)["step"] is None
