"""The story by fingers: an urgent document reaches a leader's phone, is signed by hand, taken back, signed again, sent on."""

import hashlib
import json
from typing import Any

from playwright.sync_api import Page, expect

from demo.two_minutes import proofs
from tests.web.desk import CLERK, FOUR, LEADER, STORY_OFFICES, TITLE, Desks, Json, clerk_of
from tests.web.phone import Finger, Phone


def test_signed_by_finger_taken_back_signed_again_and_sent_to_four(phone: Phone, desks: Desks) -> None:
    page = phone.trust()
    expect(page.get_by_text("已连接")).to_be_visible()
    handling = arrives(page, desks)
    opens(phone)
    phone.begin()
    writes(phone)
    four(page)
    sends(page)
    takes_back(page)
    assert [one["state"] for one in desks.opinions(handling)] in ([], ["withdrawn"])
    assert desks.page(handling, LEADER)["step"] is not None
    page.get_by_role("button", name="重新签").tap()
    four(page)
    sends(page)
    page.get_by_role("button", name="立即送出").tap()
    expect(page.get_by_role("heading", name="已送出")).to_be_visible()
    expect(page.locator(".effects").first).to_contain_text("下发 4 个单位")
    came_through(phone, desks, handling)
    page.get_by_role("button", name="返回待办").tap()
    expect(page.locator("button.todo", has_text=TITLE)).to_have_count(0)


def arrives(page: Page, desks: Desks) -> str:
    """The OA pushes, the clerk registers and proposes; the phone hears of it by itself."""
    assert page.locator("button.todo", has_text=TITLE).count() == 0
    handling = desks.bring()
    todo = page.locator("button.todo", has_text=TITLE)
    expect(todo).to_be_visible()
    expect(todo.get_by_text("特急", exact=True)).to_be_visible()
    return handling


def opens(phone: Phone) -> None:
    """Open it; the pages come one after another."""
    page = phone.page
    phone.read(TITLE)
    expect(page.locator(".ask")).to_contain_text("石砚秋")
    for n in (1, 2, 3):
        image = page.get_by_alt_text(f"第 {n} 页")
        expect(image).to_be_visible()
        assert image.evaluate("(img) => img.naturalWidth") == 540


def writes(phone: Phone) -> None:
    """By hand, with a finger."""
    phone.page.get_by_role("button", name="手写").tap()
    Finger(phone).write(phone.page)
    expect(phone.page.get_by_role("button", name="撤一笔")).to_be_enabled()


def four(page: Page) -> None:
    """Say in words what the handwriting means, until it goes to four."""
    page.get_by_role("button", name="文字", exact=True).tap()
    page.get_by_label("意见").fill(FOUR)
    expect(page.locator(".will")).to_contain_text("将会：")
    expect(page.locator(".target")).to_have_count(4)


def sends(page: Page) -> None:
    page.get_by_role("button", name="签名并送出").tap()
    expect(page.get_by_role("button", name="撤回")).to_be_visible()
    expect(page.get_by_text("秒后送出")).to_be_visible()


def takes_back(page: Page) -> None:
    page.get_by_role("button", name="撤回").tap()
    expect(page.get_by_role("heading", name="已撤回")).to_be_visible()


def came_through(phone: Phone, desks: Desks, handling: str) -> None:
    """What the server holds is what the finger did: signed by this phone's key, opened at four offices, provable."""
    held = phone.sent[-1]
    seen = desks.page(handling)
    [opinion] = desks.opinions(handling, CLERK)
    assert (opinion["state"], opinion["text"], opinion["marks"]) == ("effective", FOUR, [])
    assert seen["state"] == "承办中"
    assert len(seen["sent_down"]) == 4
    for unit in STORY_OFFICES:
        todos = desks.of(clerk_of(unit).login).get("/inbox", box="handle")["items"]
        assert TITLE in [todo["title"] for todo in todos]
    picture = desks.of(CLERK).get(opinion["strokes_svg"].removeprefix("/api/v1"))
    assert picture.startswith(b"<svg")
    assert picture.count(b"M") >= 6
    proven(desks.evidence(opinion["signature"]), held, desks)


def proven(evidence: Json, held: Json, desks: Desks) -> None:
    keys = {one["id"]: proofs.unb64(one["public_key"]) for one in desks.of(CLERK).get("/server-keys")["items"]}
    public = proofs.unb64(evidence["public_key"])
    assert proofs.evidence(evidence, held["statement"], proofs.unb64(held["signature"]), public, keys) == []
    said: dict[str, Any] = json.loads(held["statement"])
    assert said["opinion"]["strokes"] == hashlib.sha256(proofs.unb64(held["strokes"])).hexdigest()
    assert said["key"] == desks.of(LEADER).get("/devices")["items"][0]["id"]
    assert [line["role"] for line in said["action"]["dispatch"]] == ["lead", "assist", "assist", "assist"]
