"""A phone that is lent, lost or shared: words stay their writer's, and what was taken back or closed is not readable there."""

import time
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from demo.door import statement_of
from tests.web.desk import CLERK, LEADER, PROPOSAL, Desks, clerk_of
from tests.web.fixtures import Brought
from tests.web.phone import PATIENCE, Phone

OTHER = "tongshuhe"
WORDS = "同意。请务必注意夜间值守安全。"
KEPT = """async () => {
  const urls = []
  for (const name of ['zhiban-pages', 'zhiban-data'])
    if (await caches.has(name)) for (const key of await (await caches.open(name)).keys()) urls.push(key.url)
  return urls
}"""


SAYS = """async ([id, words]) => {
  const kept = await caches.match(`/api/v1/handlings/${id}`, { cacheName: 'zhiban-data' })
  return kept && (await kept.text()).includes(words)
}"""


def kept(phone: Phone, words: str) -> list[str]:
    """What the phone still holds whose address has these words."""
    return [url for url in phone.page.evaluate(KEPT) if words in url]


def until(phone: Phone, script: str, arg: object = None) -> None:
    """Until an async function of the page says yes; Playwright's own waiting takes the promise for a yes."""
    end = time.monotonic() + PATIENCE / 1000
    while not phone.page.evaluate(script, arg):
        assert time.monotonic() < end, script
        phone.page.wait_for_timeout(100)


def until_gone(phone: Phone, words: str) -> None:
    until(phone, f"async (words) => !(await ({KEPT})()).some((url) => url.includes(words))", words)


def end_sessions(desks: Desks, login: str) -> None:
    """Sign a person out everywhere but at the desk."""
    desk = desks.of(login)
    for one in desk.get("/sessions")["items"]:
        if not one["current"]:
            desk.ask("DELETE", f"/sessions/{one['id']}")


def lent(desks: Desks) -> None:
    """The leader's post is lent to a colleague for two days."""
    post = desks.of(LEADER).get("/me")["posts"][0]["id"]
    person = desks.of(OTHER).get("/me")["person"]["id"]
    until = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    desks.of(LEADER).post("/delegations", {"post": post, "receiver": person, "valid_to": until})


def sent_down(desks: Desks, handling: str, to: str) -> None:
    """The leader's word at a desk, with the server's key, at once in effect."""
    action = {"kind": "instruct", "dispatch": [{"to": to, "role": "lead"}]}
    statement = statement_of(desks.page(handling, LEADER)["step"], action, "请办理。", None, None)
    signed = desks.of(LEADER).post(f"/handlings/{handling}/signatures", {"statement": statement})
    desks.of(LEADER).post(f"/signatures/{signed['signature']['id']}/releases", {})


def test_what_was_corrected_while_held_is_taken_up_for_the_version_that_is_named(phone: Phone, desks: Desks) -> None:
    handling = desks.bring(source_id="corrected-while-held")
    statement = statement_of(desks.page(handling, LEADER)["step"], {"kind": "approve", "dispatch": []}, "同意。", None, None)
    leader = desks.of(LEADER)
    signed = leader.post(f"/handlings/{handling}/signatures", {"statement": statement})["signature"]["id"]
    desks.push(source_id="corrected-while-held", version=2, paper="urgent-notice-v2.pdf")
    leader.post(f"/signatures/{signed}/releases", {})
    page = phone.enter(CLERK)
    page.goto(f"{phone.base}/m#/handlings/{handling}")
    page.get_by_role("button", name="核对，决定是否生效").tap()
    page.get_by_label("生效，照意见办", exact=True).check()
    button = page.get_by_role("button", name="确认待定签批")
    expect(button).to_be_disabled()
    page.get_by_label("两版已核对，用于第2版").check()
    button.tap()
    expect(page.get_by_text("已记下")).to_be_visible()
    assert leader.get(f"/signatures/{signed}")["signature"]["state"] == "effective"
    (opinion,) = desks.opinions(handling)
    assert "第1版" in opinion["marks"]


def test_a_draft_is_its_writers_on_a_phone_that_is_shared(phone: Phone, brought: Brought, desks: Desks) -> None:
    lent(desks)
    page = phone.enter()
    page.goto(f"{phone.base}/m#/handlings/{brought.handling}/sign")
    page.get_by_label("意见").fill(WORDS)
    page.locator(".says").wait_for()
    end_sessions(desks, LEADER)
    page.get_by_label("账号").wait_for()
    phone.enter(OTHER)
    page.goto(f"{phone.base}/m#/handlings/{brought.handling}/sign")
    page.reload()
    expect(page.get_by_label("意见")).to_have_value("")
    phone.enter(LEADER)
    page.goto(f"{phone.base}/m#/handlings/{brought.handling}/sign")
    page.reload()
    expect(page.get_by_label("意见")).to_have_value(WORDS)


def test_a_phone_signed_out_from_elsewhere_keeps_no_document(phone: Phone, brought: Brought, desks: Desks) -> None:
    phone.enter()
    phone.ready_for_no_line()
    phone.read(brought.title)
    assert kept(phone, "/pages/")
    assert kept(phone, brought.handling)
    end_sessions(desks, LEADER)
    phone.page.get_by_label("账号").wait_for()
    until_gone(phone, "/api/v1/")


def test_what_is_taken_back_is_not_readable_off_line(phone: Phone, desks: Desks) -> None:
    village = clerk_of("采菱湖村").login
    handling = desks.bring("关于采菱湖村塘坝除险的通知")
    recipient = next(one for one in desks.of(CLERK).get("/recipients", q="采菱湖村")["items"] if one["ref"].startswith("unit:"))
    sent_down(desks, handling, recipient["ref"])
    (child,) = [one["id"] for one in desks.of(village).get("/handlings")["items"] if "塘坝除险" in one["title"]]
    page = phone.enter(village)
    phone.ready_for_no_line()
    phone.read("塘坝除险")
    assert kept(phone, "/pages/")
    page.goto(f"{phone.base}/m#/")
    desks.of(LEADER).post(f"/handlings/{handling}/withdrawals", {"reason": "发错"})
    until_gone(phone, "/pages/")
    until(phone, SAYS, [child, "已撤回"])
    phone.context.set_offline(True)
    page.goto(f"{phone.base}/m#/handlings/{child}")
    expect(page.get_by_text("已撤回").first).to_be_visible()
    expect(page.get_by_alt_text("第 1 页")).to_have_count(0)


def test_words_that_failed_go_on_into_the_step_as_it_is_now(phone: Phone, brought: Brought, desks: Desks) -> None:
    page = phone.enter()
    phone.ready_for_no_line()
    phone.read(brought.title)
    phone.begin()
    page.get_by_label("意见").fill(WORDS)
    page.locator(".says").wait_for()
    phone.context.set_offline(True)
    page.get_by_role("button", name="签名并送出").tap()
    expect(page.get_by_role("heading", name="已存在本机，待送出")).to_be_visible()
    desks.of(CLERK).post(f"/handlings/{brought.handling}/withdrawals", {"reason": "改请示对象"})
    desks.propose(brought.handling, text=PROPOSAL)
    phone.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("heading", name="没有送成")).to_be_visible()
    page.get_by_role("button", name="重新签").tap()
    expect(page.get_by_label("意见")).to_have_value(WORDS)


def test_a_tab_whose_browser_somebody_else_entered_sends_nothing(phone: Phone, brought: Brought, desks: Desks) -> None:
    page = phone.enter()
    page.goto(f"{phone.base}/m#/handlings/{brought.handling}/sign")
    page.get_by_label("意见").fill(WORDS)
    page.locator(".says").wait_for()
    page.route("**/api/v1/handlings/*/signatures", lambda route: route.abort())
    page.get_by_role("button", name="签名并送出").tap()
    expect(page.get_by_role("heading", name="正在送出")).to_be_visible()
    token, person = desks.cookie(CLERK)
    phone.context.add_cookies([{"name": "zhiban", "value": token, "url": phone.base, "httpOnly": True, "sameSite": "Lax"}])
    second = phone.context.new_page()
    second.goto(f"{phone.base}/icon.svg")
    second.evaluate(f"localStorage.setItem('zhiban.person', '{person}')")
    page.unroute("**/api/v1/handlings/*/signatures")
    expect(page.get_by_text("这台手机上已换人登录")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('online'))")
    assert desks.opinions(brought.handling) == []
