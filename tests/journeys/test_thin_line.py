"""The same act on a 60 kbit/s, 400 ms line that is gone when the signature is sent: it must end well, in two minutes."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, expect

from tests.journeys.arrived import came_through
from tests.web.desk import FOUR, TITLE, Desks
from tests.web.phone import Finger, Phone

#: 60 kbit/s in bytes a second, and 400 ms there and back.
THIN = {"offline": False, "latency": 400, "downloadThroughput": 60_000 / 8, "uploadThroughput": 60_000 / 8}
NONE = {**THIN, "offline": True}
FULL = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
TWO_MINUTES = 120_000


class Line:
    """The phone's line: the page's, and that of the service worker, which has a network of its own."""

    def __init__(self, browser: Browser, phone: Phone) -> None:
        self._page = phone.context.new_cdp_session(phone.page)
        self._page.send("Network.enable")
        self._browser = browser.new_browser_cdp_session()
        targets = self._browser.send("Target.getTargets")["targetInfos"]
        workers = [one for one in targets if one["type"] == "service_worker" and one["url"].startswith(phone.base)]
        assert workers, "no service worker is in charge"
        self._workers = [self._attached(one["targetId"]) for one in workers]
        for worker in self._workers:
            self._tell(worker, "Network.enable", {})

    def _attached(self, target: str) -> str:
        return str(self._browser.send("Target.attachToTarget", {"targetId": target, "flatten": False})["sessionId"])

    def _tell(self, worker: str, method: str, params: dict[str, Any]) -> None:
        message = json.dumps({"id": 1, "method": method, "params": params})
        self._browser.send("Target.sendMessageToTarget", {"message": message, "sessionId": worker})

    def becomes(self, conditions: dict[str, Any]) -> None:
        self._page.send("Network.emulateNetworkConditions", conditions)
        for worker in self._workers:
            self._tell(worker, "Network.emulateNetworkConditions", conditions)


class Clock:
    """Seconds of each act, told at the end."""

    def __init__(self) -> None:
        self.told: dict[str, float] = {}

    @contextmanager
    def of(self, act: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.told[act] = round(time.monotonic() - started, 1)


def test_the_whole_act_on_a_full_line(phone: Phone, desks: Desks, chromium: Browser) -> None:
    acted(phone, desks, chromium, FULL)


def test_the_whole_act_on_a_thin_line_that_breaks_while_sending(phone: Phone, desks: Desks, chromium: Browser) -> None:
    acted(phone, desks, chromium, THIN)


def acted(phone: Phone, desks: Desks, browser: Browser, conditions: dict[str, Any]) -> None:
    """From the notice to the server's word that it is out. On a thin line the line breaks while the signature is sent."""
    phone.context.set_default_timeout(TWO_MINUTES)
    expect.set_options(timeout=TWO_MINUTES)
    page, clock = phone.trust(), Clock()
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    page.reload()
    expect(page.get_by_text("已连接")).to_be_visible()
    line = Line(browser, phone)
    line.becomes(conditions)
    title = TITLE + ("（一）" if conditions is FULL else "（二）")
    handling = desks.bring(title)
    with clock.of("notice to signed and sent"):
        with clock.of("notice"):
            page.locator("button.todo", has_text=title).wait_for()
        with clock.of("page 1"):
            page.locator("button.todo", has_text=title).tap()
            page.get_by_alt_text("第 1 页").wait_for()
            expect(page.locator(".page.shown").first).to_be_visible()
        with clock.of("page 3"):
            expect(page.locator(".page.shown")).to_have_count(3)
        with clock.of("sign"):
            signs(phone)
        with clock.of("send"):
            sends(phone, line, broken=conditions is THIN)
    assert clock.told["notice to signed and sent"] * 1000 <= TWO_MINUTES, clock.told
    came_through(phone, desks, handling, title)
    assert len({json.dumps(body) for body in phone.sent}) == 1
    print(f"\n{'60 kbit/s, 400 ms, one blackout' if conditions is THIN else 'full speed'}: {json.dumps(clock.told)}")


def signs(phone: Phone) -> None:
    page = phone.page
    phone.begin()
    page.get_by_role("button", name="手写").tap()
    Finger(phone).write(page)
    page.get_by_role("button", name="文字", exact=True).tap()
    page.get_by_label("意见").fill(FOUR)
    expect(page.locator(".target")).to_have_count(4)


def sends(phone: Phone, line: Line, *, broken: bool) -> None:
    page = phone.page
    if broken:
        breaks_while_sending(phone, line)
    else:
        page.get_by_role("button", name="签名并送出").tap()
    page.get_by_role("button", name="立即送出").tap()
    expect(page.get_by_role("heading", name="已送出")).to_be_visible()


def breaks_while_sending(phone: Phone, line: Line) -> None:
    """The line goes as the finger comes down; the phone says that it waits, and sends when the line is back.

    A request whose answer is lost is another case, told in tests/web: here it would be a race with the line.
    """
    line.becomes(NONE)
    phone.context.set_offline(True)
    phone.page.get_by_role("button", name="签名并送出").tap()
    expect(phone.page.get_by_role("heading", name="已存在本机，待送出")).to_be_visible()
    phone.context.set_offline(False)
    line.becomes(THIN)
