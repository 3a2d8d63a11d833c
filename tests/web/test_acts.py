"""The clerk's acts on what is under way, by finger: what comes back, what a leader said, and the refusals."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Route, expect

from demo.papers import FOLDER
from tests.web.acting import choose, opened, pick, send, told
from tests.web.desk import CLERK, LEADER, STORY_OFFICES, Desks, clerk_of
from tests.web.fixtures import Brought
from tests.web.phone import Phone, until

OTHER = "suyingchuan"


def test_what_a_leader_returned_is_settled_and_asked_again(phone: Phone, brought: Brought, desks: Desks) -> None:
    desks.of(LEADER).post(f"/handlings/{brought.handling}/returns", {"reason": "请先问农业农村办"})
    page = opened(phone, brought.handling)
    expect(page.locator(".ask")).to_contain_text("请先问农业农村办")
    page.get_by_role("button", name="处置", exact=True).tap()
    expect(page.locator(".foot").get_by_role("button", name="处置")).to_be_disabled()
    expect(page.locator(".foot")).to_contain_text("还差：选“怎样处置”")
    page.get_by_label("请原来的人接着办").check()
    page.get_by_label("处置意见").fill("已问过，无不同意见。")
    send(page, "处置")
    told(page, "已处置")
    assert desks.page(brought.handling, LEADER)["step"]["act"] == "instruct"
    assert "已问过，无不同意见。" in [one["text"] for one in desks.page(brought.handling)["opinions"]]


def test_settled_by_another_meanwhile_is_said_and_the_words_stay(phone: Phone, brought: Brought, desks: Desks) -> None:
    desks.of(LEADER).post(f"/handlings/{brought.handling}/returns", {"reason": "请补附件"})
    page = opened(phone, brought.handling)
    page.get_by_role("button", name="处置", exact=True).tap()
    page.get_by_label("不再请他办，往下走").check()
    page.get_by_label("处置意见").fill("附件已补。")
    page.route("**/settlements", lambda route: settled_before(route, desks, brought), times=1)
    send(page, "处置")
    expect(page.locator("form .error")).to_contain_text("不能处置")
    expect(page.get_by_label("处置意见")).to_have_value("附件已补。")
    page.reload()
    expect(page.get_by_label("处置意见")).to_have_value("附件已补。")
    expect(page.get_by_text("这一步已经办理或有变化")).to_be_visible()


def settled_before(route: Route, desks: Desks, brought: Brought) -> None:
    desks.of(CLERK).post(f"/handlings/{brought.handling}/settlements", {"then": "go_on"})
    route.continue_()


def test_with_the_clerk_as_hub_what_a_leader_sends_waits_for_a_word(
    phones: Callable[..., Phone], brought: Brought, desks: Desks
) -> None:
    clerk = desks.of(CLERK)
    rules = f"/units/{clerk.get('/me')['posts'][0]['unit']['id']}/handling-rules"
    clerk.ask("PUT", rules, json={"clerk_hub": True})
    handling = desks.bring("关于开展冬季用火用电检查的通知")
    clerk.ask("PUT", rules, json={"clerk_hub": False})
    leader = phones()
    opened(leader, handling, LEADER)
    leader.agree()
    leader.page.get_by_role("button", name="立即送出").tap()
    until("waits for the clerk", lambda: "settlements" in desks.page(handling)["may"])
    page = opened(phones(), handling)
    page.get_by_role("button", name="确认送办", exact=True).tap()
    page.get_by_label("照领导意见送办").check()
    send(page, "处置")
    told(page, "已处置")
    assert len(desks.page(handling)["sent_down"]) == 4


def test_entered_for_a_leader_and_confirmed_by_that_leader(
    phones: Callable[..., Phone], brought: Brought, desks: Desks
) -> None:
    page = opened(phones(), brought.handling)
    choose(page, "代录意见")
    page.get_by_label("写在纸上的").check()
    page.get_by_label("意见原话").fill("同意。")
    page.get_by_label("批示原件").set_input_files(FOLDER / "urgent-notice.pdf")
    expect(page.locator(".file")).to_contain_text("urgent-notice.pdf")
    expect(page.locator(".says")).to_contain_text("同意")
    send(page, "代录并送出")
    told(page, "已代录")
    expect(page.get_by_text("纸质补录", exact=True)).to_be_visible()
    [opinion] = desks.opinions(brought.handling)
    assert opinion["entered"]["scan"]
    page = opened(phones(), brought.handling, LEADER)
    page.get_by_role("button", name="确认是我的意见").tap()
    expect(page.get_by_text("已补确认", exact=True).first).to_be_visible()
    assert desks.opinions(brought.handling)[0]["entered"]["confirmed_at"]


def test_a_dictation_that_names_somebody_shows_whom_it_goes_to(phone: Phone, brought: Brought, desks: Desks) -> None:
    page = opened(phone, brought.handling)
    choose(page, "代录意见")
    page.get_by_label("电话里说的").check()
    page.get_by_label("意见原话").fill(f"请{STORY_OFFICES[0]}办理。")
    expect(page.locator(".target")).to_have_count(1)
    page.route("**/dictations", lambda route: signed_before(route, desks, brought), times=1)
    send(page, "代录并送出")
    expect(page.locator(".error")).to_contain_text("。")
    expect(page.get_by_label("意见原话")).to_have_value(f"请{STORY_OFFICES[0]}办理。")


def signed_before(route: Route, desks: Desks, brought: Brought) -> None:
    desks.of(CLERK).post(f"/handlings/{brought.handling}/suspensions", {"reason": "等县里通知"})
    route.continue_()


def test_put_aside_and_taken_up_again(phone: Phone, brought: Brought, desks: Desks) -> None:
    page = opened(phone, brought.handling)
    choose(page, "暂缓")
    page.get_by_role("button", name="等上级通知").tap()
    send(page, "暂缓")
    told(page, "已暂缓")
    assert desks.page(brought.handling)["state"] == "挂起"
    page.get_by_role("button", name="恢复办理", exact=True).tap()
    page.get_by_role("button", name="已接上级通知").tap()
    send(page, "恢复办理")
    told(page, "已恢复办理")
    assert desks.page(brought.handling)["state"] == "批示中"


def test_asked_besides_handed_to_another_and_no_longer_asked(phone: Phone, brought: Brought, desks: Desks) -> None:
    page = opened(phone, brought.handling)
    choose(page, "加签")
    pick(page, "请谁", "童书禾")
    page.get_by_label("批示").check()
    send(page, "加签")
    told(page, "已加签")
    assert asked(desks, brought) == {"陆知野", "童书禾"}
    choose(page, "改派")
    page.get_by_label("哪一步").select_option("童书禾 批示")
    pick(page, "交给谁", "苏映川")
    send(page, "改派")
    told(page, "已改派")
    assert asked(desks, brought) == {"苏映川", "陆知野"}
    choose(page, "减签")
    page.get_by_label("不再请谁").select_option("苏映川 批示")
    send(page, "减签")
    told(page, "已减签")
    assert asked(desks, brought) == {"陆知野"}


def asked(desks: Desks, brought: Brought) -> set[str]:
    return {one["name"] for one in desks.page(brought.handling)["unhandled"]}


def test_one_is_pressed_by_name_and_not_twice_at_once(phone: Phone, brought: Brought, desks: Desks) -> None:
    page = opened(phone, brought.handling)
    page.get_by_role("button", name="催某一家").tap()
    page.get_by_label("催谁").select_option("陆知野（副镇长） 批示")
    page.get_by_label("附言").fill("今晚八时前要报县里。")
    send(page, "催办某一家")
    told(page, "已催办")
    page.get_by_role("button", name="催办 1 次").tap()
    expect(page.locator(".trail")).to_contain_text("今晚八时前要报县里。")
    page.get_by_role("button", name="催某一家").tap()
    page.get_by_label("催谁").select_option("陆知野（副镇长） 批示")
    page.get_by_label("附言").fill("再催一次。")
    send(page, "催办某一家")
    expect(page.locator("form .error")).to_contain_text("刚催办过")
    expect(page.get_by_label("附言")).to_have_value("再催一次。")
    page.get_by_label("已打电话").check()
    send(page, "催办某一家")
    told(page, "已催办")
    assert [one.get("way", "系统") for one in desks.page(brought.handling)["presses"]] == ["系统", "电话"]


def test_followed_and_no_longer_followed(phone: Phone, brought: Brought, desks: Desks) -> None:
    page = opened(phone, brought.handling)
    choose(page, "关注")
    expect(page.locator(".toast")).to_contain_text("已关注")
    until("followed", lambda: desks.page(brought.handling)["following"])
    choose(page, "取消关注")
    expect(page.locator(".toast")).to_contain_text("已取消关注")
    assert not desks.page(brought.handling)["following"]


def test_the_proposal_is_taken_back_and_made_anew(phone: Phone, brought: Brought, desks: Desks) -> None:
    page = opened(phone, brought.handling)
    choose(page, "撤回办理")
    page.get_by_role("button", name="送错了人").tap()
    send(page, "撤回办理")
    told(page, "已撤回")
    assert desks.page(brought.handling)["step"]["act"] == "propose"
    expect(page.locator(".foot").get_by_role("button", name="拟办")).to_be_visible()


def test_an_answer_with_its_letter_an_end_and_a_new_beginning(phone: Phone, desks: Desks) -> None:
    village = STORY_OFFICES[2]
    login = clerk_of(village).login
    handling = desks.push("关于征求村规民约修改意见的函", to=village)
    clerk = desks.of(login)
    clerk.post(f"/handlings/{handling}/receipts", {})
    clerk.post(f"/handlings/{handling}/registrations", {"title": "关于征求村规民约修改意见的函"})
    clerk.post(f"/handlings/{handling}/proposals", {"text": "本村自行办理。"})
    page = opened(phone, handling, login)
    choose(page, "是否需答复")
    page.get_by_label("需要答复").check()
    send(page, "是否需答复")
    told(page, "已记下")
    page.get_by_role("button", name="答复", exact=True).tap()
    page.get_by_label("答复内容").fill("无修改意见。")
    page.get_by_label("答复文件").set_input_files(FOLDER / "urgent-notice.pdf")
    expect(page.locator(".file")).to_contain_text("urgent-notice.pdf")
    send(page, "答复")
    told(page, "已答复")
    page.get_by_role("button", name="办结", exact=True).tap()
    page.get_by_role("button", name="已按要求落实。").tap()
    send(page, "办结")
    told(page, "已办结")
    expect(page.get_by_role("link", name="urgent-notice.pdf")).to_be_visible()
    choose(page, "重新办理")
    page.get_by_label("只改办理结果").check()
    page.get_by_label("理由").fill("结果写错")
    send(page, "重新办理")
    told(page, "已重新办理")
    assert desks.page(handling, login)["step"]["act"] == "conclude"


def test_ended_over_units_below_only_with_a_reason(phones: Callable[..., Phone], brought: Brought, desks: Desks) -> None:
    leader = phones()
    opened(leader, brought.handling, LEADER)
    leader.agree()
    leader.page.get_by_role("button", name="立即送出").tap()
    until("sent down", lambda: desks.page(brought.handling)["sent_down"])
    page = opened(phones(), brought.handling)
    expect(page.get_by_text("下发 4 个单位（主办 1、协办 3），0 个已办完")).to_be_visible()
    choose(page, "办结")
    page.get_by_role("button", name="已按批示办理完毕。").tap()
    expect(page.locator(".foot").get_by_role("button", name="办结")).to_be_disabled()
    expect(page.locator(".foot")).to_contain_text("还差：填“下级单位还没有办完，先行办理的理由”")
    page.get_by_label("先行办理的理由").fill("县里要求今天报结果。")
    send(page, "办结")
    told(page, "已办结")
    assert desks.page(brought.handling)["state"] == "已办结"


@pytest.mark.parametrize("lost", ["the answer", "the line"])
def test_an_answer_that_was_lost_is_asked_for_under_the_same_key(
    phones: Callable[..., Phone], brought: Brought, desks: Desks, lost: str
) -> None:
    page = opened(phones(workers=False), brought.handling)
    choose(page, "暂缓")
    page.get_by_label("理由").fill("等水位下降")
    page.route("**/suspensions", lambda route: losing(route, lost), times=1)
    send(page, "暂缓")
    expect(page.locator("form .error")).to_contain_text("没有连上网络")
    page.reload()
    expect(page.get_by_label("理由")).to_have_value("等水位下降")
    send(page, "暂缓")
    told(page, "已暂缓")
    trail = [line["what"] for line in desks.page(brought.handling)["trail"] if "等水位下降" in line["what"]]
    assert len(trail) == 1


def losing(route: Route, lost: str) -> None:
    if lost == "the answer":
        route.fetch()
    route.abort("connectionreset")


def test_who_presses_is_named(phone: Phone, brought: Brought, desks: Desks) -> None:
    page = opened(phone, brought.handling)
    choose(page, "指定催办人")
    pick(page, "催办人", "温如简")
    send(page, "指定催办人")
    told(page, "已指定催办人")
    expect(page.get_by_text("催办人：温如简")).to_be_visible()


def test_a_return_may_name_an_earlier_leader(phones: Callable[..., Phone], desks: Desks) -> None:
    title = "关于调整值班安排的通知"
    handling = desks.push(title)
    desks.register(handling)
    first, second = (desks.of(one).get("/me")["posts"][0]["id"] for one in (LEADER, OTHER))
    desks.of(CLERK).post(
        f"/handlings/{handling}/proposals", {"text": "拟请两位领导阅示。", "order": "bottom_up", "leaders": [first, second]}
    )
    leader = phones()
    opened(leader, handling, LEADER)
    leader.agree()
    leader.page.get_by_role("button", name="立即送出").tap()
    until("the mayor is asked", lambda: [one["name"] for one in desks.page(handling)["unhandled"]] == ["苏映川"])
    page = opened(phones(), handling, OTHER)
    choose(page, "退回")
    page.get_by_label("退给谁").select_option("陆知野（批示）")
    page.get_by_role("textbox", name="理由").fill("请再核一次人数")
    page.get_by_role("button", name="退回", exact=True).tap()
    expect(page.get_by_role("heading", name="已退回")).to_be_visible()
    assert desks.page(handling, LEADER)["step"]["act"] == "instruct"


@pytest.mark.parametrize(("choice", "state"), [("生效，照意见办", "effective"), ("不生效", "refused")])
def test_signed_under_a_delegation_that_ended_waits_for_the_clerk(
    phones: Callable[..., Phone], brought: Brought, desks: Desks, choice: str, state: str
) -> None:
    leader = desks.of(LEADER)
    deputy = desks.of("jiangwangyuan").get("/me")["person"]["id"]
    post = leader.get("/me")["posts"][0]["id"]
    given = leader.post("/delegations", {"post": post, "receiver": deputy, "valid_to": in_a_week()})
    phone = phones()
    page = phone.trust("jiangwangyuan")
    page.goto(f"{phone.base}/m#/handlings/{brought.handling}")
    expect(page.get_by_text("您受陆知野委托办理")).to_be_visible()
    phone.begin()
    phone.say()
    phone.context.set_offline(True)
    page.get_by_role("button", name="签名并送出").tap()
    page.get_by_role("heading", name="已存在本机，待送出").wait_for()
    leader.ask("DELETE", f"/delegations/{given['id']}")
    phone.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("heading", name="已收到，待文书确认")).to_be_visible()
    clerk = opened(phones(), brought.handling)
    clerk.get_by_role("button", name="核对，决定是否生效").tap()
    clerk.get_by_label(choice, exact=True).check()
    clerk.get_by_label("理由").fill("已电话核对")
    send(clerk, "确认待定签批")
    told(clerk, "已记下")
    signature = page.evaluate(SIGNED)
    assert desks.of("jiangwangyuan").get(f"/signatures/{signature}")["signature"]["state"] == state


def in_a_week() -> str:
    return (datetime.now(UTC) + timedelta(days=7)).isoformat()


#: The signature that this phone's newest act became.
SIGNED = """new Promise((found) => {
    indexedDB.open('zhiban').onsuccess = (opened) => {
        opened.target.result.transaction('outbox').objectStore('outbox').getAll().onsuccess = (read) =>
            found(read.target.result.map((row) => row.answer?.signature?.id).filter(Boolean)[0])
    }
})"""
