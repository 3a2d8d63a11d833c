"""A phone: Chromium's touch, size and line, and what a thumb does on the client's screens."""

import re
import time
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Request

from tests.web.desk import LEADER, Desks, Json

ARGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
AGENT = "Mozilla/5.0 (Linux; Android 12; NOP-AN00) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36"
PATIENCE = 20_000
PIN = "284715"
SIGNATURES = re.compile(r"/handlings/[\w-]+/signatures$")


@dataclass
class Phone:
    """One phone: its browser profile, the page on it, and the people behind the server."""

    context: BrowserContext
    page: Page
    desks: Desks
    errors: list[str] = field(default_factory=list)
    sent: list[Json] = field(default_factory=list)

    @property
    def base(self) -> str:
        return self.desks.base

    def listen(self) -> None:
        """Note what goes wrong on the page and what it signs."""
        self.context.set_default_timeout(PATIENCE)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.context.on("request", self._note)

    def _note(self, request: Request) -> None:
        if request.method == "POST" and SIGNATURES.search(request.url):
            self.sent.append(dict(request.post_data_json or {}))

    def open(self) -> Page:
        self.page.goto(f"{self.base}/m")
        return self.page

    def enter(self, login: str = LEADER) -> Page:
        """Logged in already, as after a log-in long ago: the session came by another way than the log-in screen."""
        token, person = self.desks.cookie(login)
        self.context.add_cookies([{"name": "zhiban", "value": token, "url": self.base, "httpOnly": True, "sameSite": "Lax"}])
        self.page.goto(f"{self.base}/icon.svg")
        self.page.evaluate(
            f"localStorage.setItem('zhiban.person', '{person}'); localStorage.setItem('zhiban.last', '{person}')"
        )
        self.open()
        self.page.get_by_role("tab", name="待办").wait_for()
        return self.page

    def log_in(self, login: str = LEADER, password: str = "") -> Page:
        page = self.open()
        page.get_by_label("账号").fill(login)
        page.get_by_label("密码", exact=True).fill(password or self.desks.password(login))
        page.get_by_role("button", name="登录", exact=True).tap()
        return page

    def trust(self, login: str = LEADER, pin: str = PIN) -> Page:
        """Log in and make this the usual phone."""
        page = self.log_in(login)
        self.fill_pin(pin)
        page.get_by_role("tab", name="待办").wait_for()
        return page

    def fill_pin(self, pin: str = PIN) -> None:
        self.page.get_by_label("六位口令").fill(pin)
        self.page.get_by_label("再输一次").fill(pin)
        self.page.get_by_role("button", name="设为常用手机").tap()

    def ready_for_no_line(self) -> None:
        """The service worker is in charge and has seen the list."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
        self.page.reload()
        self.page.locator("button.todo").first.wait_for()

    def read(self, words: str) -> None:
        """Open a document and wait for its last page."""
        self.page.locator("button.todo", has_text=words).tap()
        self.page.get_by_alt_text("第 3 页").wait_for()
        # The first phrases' meaning is fetched ahead once page 1 is here.
        self.page.wait_for_load_state("networkidle")

    def begin(self) -> None:
        """Open the sign sheet."""
        self.page.get_by_role("button", name="批示", exact=True).tap()

    def say(self, phrase: str = "同意。") -> None:
        """Choose a phrase on the sign sheet and wait for what it will do."""
        self.page.get_by_role("button", name=phrase, exact=True).tap()
        self.page.locator(".says").wait_for()

    def agree(self) -> None:
        """Sign with the first phrase and send."""
        self.begin()
        self.say()
        self.page.get_by_role("button", name="签名并送出").tap()

    def log_out(self) -> None:
        self.page.get_by_role("button", name="我的").tap()
        self.page.get_by_role("button", name="退出登录").tap()
        self.page.get_by_role("dialog").get_by_role("button", name="退出", exact=True).tap()


def phone_on(browser: Browser, desks: Desks, width: int = 390, height: int = 844, *, workers: bool = True) -> Phone:
    """A new phone in a fresh profile."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=2, is_mobile=True, has_touch=True, user_agent=AGENT,
        locale="zh-CN", timezone_id="Asia/Shanghai", service_workers="allow" if workers else "block",
    )  # fmt: skip
    phone = Phone(context, context.new_page(), desks)
    phone.listen()
    return phone


#: Seconds between two points of a stroke, and of rest before the finger lifts.
MOVE, REST = 0.012, 0.2


class Finger:
    """A finger on the glass: touch events from the browser's own input, not a mouse."""

    def __init__(self, phone: Phone) -> None:
        self._line: CDPSession = phone.context.new_cdp_session(phone.page)

    def stroke(self, points: list[tuple[float, float]]) -> None:
        """Touch, draw through the points a few milliseconds apart, rest, lift.

        Without the rest Chromium takes the lift for a fling and swallows the next tap.
        """
        at = time.time() - (len(points) * MOVE + REST)
        self._touch("touchStart", at, points[:1])
        for point in points[1:]:
            at += MOVE
            self._touch("touchMove", at, [point])
        self._touch("touchMove", at + REST, [points[-1]])
        self._touch("touchEnd", at + REST, [])

    def _touch(self, kind: str, at: float, points: list[tuple[float, float]]) -> None:
        told = [{"x": x, "y": y} for x, y in points]
        self._line.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": told, "timestamp": at})

    def write(self, page: Page) -> int:
        """Write 同 into the box for handwriting; how many strokes."""
        box = page.get_by_label("手写区").bounding_box()
        assert box is not None
        for stroke in SAME:
            self.stroke([(box["x"] + 40 + x * 1.1, box["y"] + 18 + y * 1.1) for x, y in along(stroke)])
        return len(SAME)


#: The character 同, stroke by stroke, in a square of 100.
SAME: list[list[tuple[float, float]]] = [
    [(12, 8), (11, 40), (8, 92)],
    [(12, 8), (86, 8), (87, 86), (74, 80)],
    [(32, 28), (68, 27)],
    [(34, 46), (35, 72)],
    [(34, 46), (66, 46), (64, 70)],
    [(35, 70), (66, 68)],
]


def along(corners: list[tuple[float, float]], step: float = 0.2) -> list[tuple[float, float]]:
    """Points on the way through the corners."""
    ways = pairwise(corners)
    parts = round(1 / step)
    between = [
        (a[0] + (b[0] - a[0]) * k / parts, a[1] + (b[1] - a[1]) * k / parts) for a, b in ways for k in range(1, parts + 1)
    ]
    return [corners[0], *between]


def until(told: str, check: Any, seconds: float = 30) -> Any:
    """The first truth that `check` tells; the server does some things in its own time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := check():
            return found
        time.sleep(0.1)
    raise AssertionError(f"never: {told}")
