"""Coming in by one tap, and being signed out from elsewhere."""

from playwright.sync_api import expect

from tests.web.desk import Desks
from tests.web.phone import PIN, Phone

KNOWN = "tongshuhe"
TITLE = "关于做好暑期学生防溺水工作的通知"
#: Notes the code of every socket's close, before any script of the page runs.
CODES = """
    window.closeCodes = []
    window.WebSocket = class extends WebSocket {
        constructor(...given) {
            super(...given)
            this.addEventListener('close', (event) => window.closeCodes.push(event.code))
        }
    }
"""


def test_a_known_phone_comes_in_by_one_tap_and_its_pin(phone: Phone) -> None:
    page = phone.trust(KNOWN)
    phone.log_out()
    expect(page.get_by_text("常用手机")).to_be_visible()
    page.get_by_label("六位口令").fill("000001")
    expect(page.get_by_role("alert")).to_contain_text("还可以试")
    page.get_by_label("六位口令").fill(PIN)
    expect(page.locator("button.todo", has_text=TITLE)).to_be_visible()


def test_signed_out_from_elsewhere_the_socket_is_cut_and_the_phone_asks_to_log_in(phone: Phone, desks: Desks) -> None:
    phone.context.add_init_script(CODES)
    page = phone.trust(KNOWN)
    expect(page.get_by_text("已连接")).to_be_visible()
    desk = desks.of(KNOWN)
    for session in desk.get("/sessions")["items"]:
        if session["client"] == "browser":
            desk.ask("DELETE", f"/sessions/{session['id']}")
    expect(page.get_by_text("登录已结束，请重新登录")).to_be_visible()
    assert page.evaluate("closeCodes") == [4401]
    expect(page.get_by_label("六位口令")).to_be_visible()
    page.reload()
    expect(page.get_by_label("六位口令")).to_be_visible()
    assert page.locator("button.todo").count() == 0
