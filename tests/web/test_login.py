"""Logging in: password, lock-out, forced change, one tap, the end of a session."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.web.desk import LEADER, Desks
from tests.web.phone import PIN, Phone
from tests.web.served import copied, template, zhiban

#: Demo people of whom one forgets the password and two have just been given one-time ones.
FORGETFUL, NEW, OTHER = "wenrujian", "jiangwangyuan", "baiqingyuan"
ONE_TIME: dict[str, str] = {}


@pytest.fixture(scope="module")
def town_folder(tmp_path_factory: pytest.TempPathFactory, shared_folder: Path) -> Path:
    """The town with the one-time passwords."""
    folder = copied(template(shared_folder), tmp_path_factory.mktemp("given") / "town")
    for login in (NEW, OTHER):
        ONE_TIME[login] = zhiban(folder, "user", "reset-password", login).strip().rpartition("：")[2]
    return folder


def test_wrong_password_says_what_to_do_and_the_lock_tells_its_time(phone: Phone) -> None:
    page = phone.log_in(FORGETFUL, password="wrong")
    expect(page.get_by_role("alert")).to_contain_text("账号或密码不正确")
    for _ in range(5):
        with page.expect_response("**/sessions"):
            page.get_by_role("button", name="登录", exact=True).tap()
        expect(page.get_by_role("button", name="正在登录")).to_have_count(0)
    expect(page.get_by_role("alert")).to_contain_text("14 分")
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_disabled()


def test_first_password_must_be_changed_before_anything_else(phone: Phone) -> None:
    page = phone.log_in(NEW, ONE_TIME[NEW])
    expect(page.get_by_role("heading", name="首次登录，请修改密码")).to_be_visible()
    page.get_by_label("新密码", exact=True).fill("short")
    page.get_by_label("再输一次新密码").fill("short")
    page.get_by_role("button", name="修改密码").tap()
    expect(page.get_by_role("alert")).to_contain_text("密码须")
    page.get_by_label("新密码", exact=True).fill("Qiaotou#2026")
    page.get_by_label("再输一次新密码").fill("Qiaotou#2026")
    page.get_by_role("button", name="修改密码").tap()
    expect(page.get_by_role("heading", name="设为常用手机")).to_be_visible()
    phone.fill_pin()
    expect(page.get_by_role("tab", name="待办")).to_be_visible()


def test_a_reload_does_not_slip_past_the_forced_change(phone: Phone) -> None:
    page = phone.log_in(OTHER, ONE_TIME[OTHER])
    page.get_by_label("新密码", exact=True).wait_for()
    page.reload()
    expect(page.get_by_role("heading", name="首次登录，请修改密码")).to_be_visible()
    assert page.get_by_role("tab").count() == 0
    expect(page.get_by_label("原密码（管理员给您的一次性密码）")).to_be_visible()
    expect(page.get_by_text("至少 10 个字符")).to_be_visible()
    page.get_by_role("button", name="退出").tap()
    expect(page.get_by_label("账号")).to_be_visible()


def test_a_usual_phone_has_its_name_and_a_key_that_cannot_be_read_out(phone: Phone, desks: Desks) -> None:
    page = phone.trust()
    assert "NOP-AN00 手机" in [one["name"] for one in desks.of(LEADER).get("/devices")["items"]]
    told = page.evaluate("""async () => {
        const db = await new Promise((yes) => { const r = indexedDB.open('zhiban'); r.onsuccess = () => yes(r.result) })
        const asked = db.transaction('keys').objectStore('keys').getAll()
        const [{ key }] = await new Promise((yes) => { asked.onsuccess = () => yes(asked.result) })
        const exported = await crypto.subtle.exportKey('pkcs8', key).then(() => 'exported', (e) => e.name)
        return [key.extractable, key.type, exported]
    }""")
    assert told == [False, "private", "InvalidAccessError"]


def test_a_lock_belongs_to_its_account(phones: Callable[..., Phone]) -> None:
    page = phones(workers=False).open()
    locked = '{"code":"identity.locked","title":"连续输错次数过多","status":429,"retry_after":600}'
    page.route("**/sessions", lambda route: route.fulfill(status=429, body=locked, content_type="application/problem+json"))
    page.get_by_label("账号").fill("wenrujian")
    page.get_by_label("密码", exact=True).fill("not it")
    page.get_by_role("button", name="登录", exact=True).tap()
    expect(page.get_by_role("alert")).to_contain_text("账号已暂时锁定")
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_disabled()
    page.get_by_label("账号").fill("jiangwangyuan")
    expect(page.get_by_text("账号已暂时锁定")).to_have_count(0)
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_enabled()


def test_a_passkey_is_not_offered_at_a_bare_address_and_its_failure_is_said(phone: Phone) -> None:
    page = phone.open()
    expect(page.get_by_role("button", name="用通行密钥")).to_be_visible()
    page.evaluate("void (navigator.credentials.get = () => Promise.reject(new DOMException('', 'SecurityError')))")
    page.get_by_role("button", name="用通行密钥").tap()
    expect(page.get_by_role("alert")).to_contain_text("这个网址不能使用通行密钥")
    page.evaluate("void (navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError')))")
    page.get_by_role("button", name="用通行密钥").tap()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.goto(f"{phone.base.replace('localhost', '127.0.0.1')}/m")
    page.get_by_label("账号").wait_for()
    expect(page.get_by_role("button", name="用通行密钥")).to_have_count(0)


def test_weak_pins_are_refused_on_the_phone(phone: Phone) -> None:
    page = phone.log_in("tongshuhe")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    phone.fill_pin("123456")
    expect(page.get_by_role("alert")).to_contain_text("依次递增")
    assert not any(url.endswith(("/devices", "/reauthentications")) for url in asked)


def test_a_revoked_phone_forgets_its_key(phone: Phone, desks: Desks) -> None:
    page = phone.trust("suyingchuan")
    phone.log_out()
    [device] = desks.of("suyingchuan").get("/devices")["items"]
    desks.of("suyingchuan").ask("DELETE", f"/devices/{device['id']}")
    page.get_by_label("六位口令").fill(PIN)
    expect(page.get_by_role("alert")).to_contain_text("已被移除")
    expect(page.get_by_label("账号")).to_be_visible()


def test_other_phones_can_be_signed_out_from_here(phones: Callable[..., Phone]) -> None:
    one, other = phones(), phones()
    other.enter("fengyantian")
    page = one.enter("fengyantian")
    page.get_by_role("button", name="我的").tap()
    page.get_by_role("button", name="设备与登录").tap()
    page.get_by_role("button", name="退出", exact=True).tap()
    page.get_by_role("dialog").get_by_role("button", name="退出", exact=True).tap()
    expect(page.get_by_role("button", name="退出", exact=True)).to_have_count(0)
    other.page.bring_to_front()
    expect(other.page.get_by_text("登录已结束，请重新登录")).to_be_visible()


def test_a_passkey_is_made_here_and_opens_a_session(phone: Phone, desks: Desks) -> None:
    page = phone.enter()
    with_authenticator(phone)
    page.get_by_role("button", name="我的").tap()
    page.get_by_role("button", name="添加通行密钥").tap()
    page.get_by_label("登录密码").fill(desks.password(LEADER))
    page.get_by_role("button", name="继续").tap()
    expect(page.get_by_text("通行密钥已添加")).to_be_visible()
    page.get_by_role("button", name="设备与登录").tap()
    expect(page.get_by_role("button", name="移除")).to_be_visible()
    page.get_by_role("button", name="返回").tap()
    phone.log_out()
    page.get_by_role("button", name="用通行密钥").tap()
    expect(page.get_by_role("tab", name="待办")).to_be_visible()


def with_authenticator(phone: Phone) -> None:
    """A finger-print reader that always agrees."""
    line = phone.context.new_cdp_session(phone.page)
    line.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    line.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**options, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )
