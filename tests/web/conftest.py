"""A real Chromium, phone-sized, before the fake server. The built client must be there: `npm run build` in web/."""

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from office.http.web import BUILT
from tests.web.fake.server import create_app
from tests.web.fake.town import Town

CHROMIUM = shutil.which("chromium") or ""
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
AGENT = "Mozilla/5.0 (Linux; Android 12; NOP-AN00) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36"
PATIENCE = 10_000


@dataclass
class Phone:
    """One phone: its browser profile, the page on it, and the server behind."""

    context: BrowserContext
    page: Page
    town: Town
    base: str
    errors: list[str]

    def open(self) -> Page:
        self.page.goto(f"{self.base}/m")
        return self.page

    def log_in(self, account: str = "zhoumin", password: str = "Liuxi#2026a") -> Page:
        page = self.open()
        page.get_by_label("账号").fill(account)
        page.get_by_label("密码", exact=True).fill(password)
        page.get_by_role("button", name="登录", exact=True).click()
        return page

    def trust(self, pin: str = "284715") -> Page:
        """Log in and make this the usual phone."""
        page = self.log_in()
        page.get_by_label("六位口令").fill(pin)
        page.get_by_label("再输一次").fill(pin)
        page.get_by_role("button", name="设为常用手机").click()
        page.locator("button.todo").first.wait_for()
        return page

    def ready_for_no_line(self) -> None:
        """The service worker is in charge and has seen the list."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
        self.page.reload()
        self.page.locator("button.todo").first.wait_for()

    def read(self, words: str) -> None:
        """Open a document and wait for its last page."""
        self.page.locator("button.todo", has_text=words).click()
        self.page.get_by_alt_text("第 3 页").wait_for()
        # The first phrases' meaning is fetched ahead once page 1 is here.
        self.page.wait_for_load_state("networkidle")

    def agree(self) -> None:
        """Choose the first phrase on the sign sheet and send."""
        self.page.get_by_role("button", name="批示", exact=True).click()
        self.page.get_by_role("button", name="同意拟办意见").click()
        self.page.locator(".says").wait_for()
        self.page.get_by_role("button", name="签名并送出").click()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("chromium is not installed")
    if not (BUILT / "m.html").is_file():
        pytest.skip("the web client is not built: npm run build in web/")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def server(town: Town) -> Iterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    serving = uvicorn.Server(
        uvicorn.Config(create_app(town), log_level="error", ws="websockets-sansio", timeout_graceful_shutdown=1)
    )
    ready = threading.Event()
    started = serving.startup

    async def startup(sockets: list[socket.socket] | None = None) -> None:
        await started(sockets)
        ready.set()

    serving.startup = startup  # type: ignore[method-assign]
    thread = threading.Thread(target=serving.run, kwargs={"sockets": [listening]})
    thread.start()
    assert ready.wait(10)
    yield f"http://localhost:{listening.getsockname()[1]}"
    serving.should_exit = True
    thread.join(10)
    listening.close()


@pytest.fixture
def phones(chromium: Browser, town: Town, server: str) -> Iterator[Callable[..., Phone]]:
    made: list[Phone] = []

    def make(width: int = 390, height: int = 844, *, workers: bool = True) -> Phone:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=2,
            is_mobile=True,
            has_touch=True,
            user_agent=AGENT,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            service_workers="allow" if workers else "block",
        )
        context.set_default_timeout(PATIENCE)
        phone = Phone(context, context.new_page(), town, server, [])
        phone.page.on("pageerror", lambda error: phone.errors.append(str(error)))
        made.append(phone)
        return phone

    yield make
    for phone in made:
        phone.context.close()
        assert phone.errors == []


@pytest.fixture
def phone(phones: Callable[..., Phone]) -> Phone:
    return phones()


@pytest.fixture(scope="session")
def built() -> Path:
    if not (BUILT / "m.html").is_file():
        pytest.skip("the web client is not built: npm run build in web/")
    return BUILT
