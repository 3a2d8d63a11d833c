"""Logging in: password, lock-out, forced change, one tap, the end of a session."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.web.conftest import Phone


def test_wrong_password_says_what_to_do_and_the_lock_tells_its_time(phone: Phone) -> None:
    page = phone.log_in(password="wrong")
    expect(page.get_by_role("alert")).to_contain_text("还可再试 4 次")
    for _ in range(5):
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_load_state("networkidle")
    expect(page.get_by_role("alert")).to_contain_text("14 分")
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_disabled()


def test_first_password_must_be_changed_before_anything_else(phone: Phone) -> None:
    page = phone.log_in("wujianguo", "Liuxi#2026b")
    expect(page.get_by_role("heading", name="首次登录，请修改密码")).to_be_visible()
    page.get_by_label("新密码", exact=True).fill("short")
    page.get_by_label("再输一次新密码").fill("short")
    page.get_by_role("button", name="修改密码").click()
    expect(page.get_by_role("alert")).to_contain_text("至少八位")
    page.get_by_label("新密码", exact=True).fill("Qiaotou#2026")
    page.get_by_label("再输一次新密码").fill("Qiaotou#2026")
    page.get_by_role("button", name="修改密码").click()
    expect(page.get_by_role("heading", name="设为常用手机")).to_be_visible()
    page.get_by_role("button", name="以后再说").click()
    expect(page.locator("button.todo").first).to_be_visible()


def test_a_reload_does_not_slip_past_the_forced_change(phone: Phone) -> None:
    page = phone.log_in("wujianguo", "Liuxi#2026b")
    page.get_by_label("新密码", exact=True).wait_for()
    page.reload()
    expect(page.get_by_role("heading", name="首次登录，请修改密码")).to_be_visible()
    assert page.locator("button.todo").count() == 0


def test_usual_phone_logs_in_with_one_tap_and_a_pin(phone: Phone) -> None:
    page = phone.trust()
    [device] = phone.town.devices.values()
    assert device["name"] == "NOP-AN00 手机"
    log_out(phone)
    expect(page.get_by_role("button", name="一键登录")).to_be_visible()
    page.get_by_label("六位口令").fill("000001")
    expect(page.get_by_role("alert")).to_contain_text("口令不对")
    page.get_by_label("六位口令").fill("284715")
    expect(page.locator("button.todo").first).to_be_visible()


def test_the_private_key_cannot_be_read_out(phone: Phone) -> None:
    page = phone.trust()
    told = page.evaluate("""async () => {
        const db = await new Promise((yes) => { const r = indexedDB.open('zhiban'); r.onsuccess = () => yes(r.result) })
        const asked = db.transaction('keys').objectStore('keys').getAll()
        const [{ key }] = await new Promise((yes) => { asked.onsuccess = () => yes(asked.result) })
        const exported = await crypto.subtle.exportKey('pkcs8', key).then(() => 'exported', (e) => e.name)
        return [key.extractable, key.type, exported]
    }""")
    assert told == [False, "private", "InvalidAccessError"]


def test_weak_pins_are_refused_on_the_phone(phone: Phone) -> None:
    page = phone.log_in()
    page.get_by_label("六位口令").fill("123456")
    page.get_by_label("再输一次").fill("123456")
    page.get_by_role("button", name="设为常用手机").click()
    expect(page.get_by_role("alert")).to_contain_text("过于简单")
    assert phone.town.devices == {}


def test_a_revoked_phone_forgets_its_key(phone: Phone) -> None:
    page = phone.trust()
    log_out(phone)
    next(iter(phone.town.devices.values()))["revoked_at"] = "2026-11-23T00:00:00Z"
    page.get_by_label("六位口令").fill("284715")
    expect(page.get_by_role("alert")).to_contain_text("已停用")
    expect(page.get_by_label("账号")).to_be_visible()


def test_a_session_cut_from_elsewhere_ends_here_at_once(phone: Phone) -> None:
    page = phone.trust()
    expect(page.get_by_text("已连接")).to_be_visible()
    phone.town.sessions.clear()
    phone.town.close_sockets(4401)
    expect(page.get_by_text("登录已结束，请重新登录")).to_be_visible()


def test_other_phones_can_be_signed_out_from_here(phones: Callable[..., Phone]) -> None:
    one, other = phones(), phones()
    other.log_in().get_by_role("button", name="以后再说").click()
    page = one.trust()
    page.get_by_role("button", name="我的").click()
    page.get_by_role("button", name="设备与登录").click()
    page.get_by_role("button", name="退出", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="退出", exact=True).click()
    expect(page.get_by_role("button", name="退出", exact=True)).to_have_count(0)
    assert len(one.town.sessions) == 1


def test_a_passkey_is_made_here_and_opens_a_session(phone: Phone) -> None:
    page = phone.log_in()
    page.get_by_role("button", name="以后再说").click()
    with_authenticator(phone)
    page.get_by_role("button", name="我的").click()
    page.get_by_role("button", name="添加通行密钥").click()
    page.get_by_label("登录密码").fill("Liuxi#2026a")
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_text("通行密钥已添加")).to_be_visible()
    page.get_by_role("button", name="设备与登录").click()
    expect(page.get_by_role("button", name="移除")).to_be_visible()
    page.get_by_role("button", name="返回").click()
    log_out(phone)
    page.get_by_role("button", name="用通行密钥").click()
    expect(page.locator("button.todo").first).to_be_visible()


def with_authenticator(phone: Phone) -> None:
    """A finger-print reader that always agrees."""
    line = phone.context.new_cdp_session(phone.page)
    line.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    line.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**options, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )


def log_out(phone: Phone) -> None:
    phone.page.get_by_role("button", name="我的").click()
    phone.page.get_by_role("button", name="退出登录").click()
    phone.page.get_by_role("dialog").get_by_role("button", name="退出", exact=True).click()
    phone.page.locator(".login").wait_for()
