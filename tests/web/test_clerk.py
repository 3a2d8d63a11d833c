"""A clerk with nothing but a phone: sign for, register, propose, end; and a leader's 同意 goes where the proposal says."""

import json
import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.web.desk import CLERK, LEADER, STORY_OFFICES, Desks, clerk_of
from tests.web.phone import Phone

VILLAGE = STORY_OFFICES[1]
TITLE = "关于做好今冬农村饮水管道防冻工作的通知"


def signed_for(phone: Phone, login: str, title: str) -> None:
    page = phone.enter(login)
    phone.read(title)
    page.get_by_role("button", name="签收", exact=True).tap()
    page.get_by_role("button", name="登记", exact=True).tap()


def test_a_village_clerk_takes_a_document_from_receipt_to_its_end(phone: Phone, desks: Desks) -> None:
    handling = desks.push(TITLE, to=VILLAGE)
    login = clerk_of(VILLAGE).login
    signed_for(phone, login, TITLE)
    page = phone.page
    expect(page.get_by_text("读自第 1 页").first).to_be_visible()
    expect(page.get_by_label("成文日期")).not_to_have_value("")
    page.get_by_label("标题").fill(TITLE)
    expect(page.get_by_role("button", name="确认登记")).to_be_disabled()
    expect(page.locator(".foot")).to_contain_text("还差：选“初审”")
    page.get_by_role("button", name="五项均符合").tap()
    page.get_by_role("button", name="确认登记").tap()
    page.get_by_role("button", name="拟办", exact=True).tap()
    expect(page.get_by_text("没有设领导岗位")).to_be_visible()
    page.get_by_role("button", name="本单位自行办理。").tap()
    page.get_by_role("button", name="拟办", exact=True).tap()
    desks.of(login).ask("PUT", f"/handlings/{handling}/reply-due", json={"due": True})
    page.get_by_role("button", name="答复", exact=True).tap()
    page.get_by_label("答复内容").fill("已逐户排查。")
    page.get_by_role("button", name="答复", exact=True).tap()
    page.get_by_role("button", name="办结", exact=True).tap()
    page.get_by_role("button", name="已按要求落实。").tap()
    page.get_by_role("button", name="办结", exact=True).tap()
    expect(page.get_by_role("heading", name="文件办理")).to_be_visible()
    expect(page.get_by_text("没有在等的人")).to_be_visible()
    ended = desks.page(handling, login)
    assert (ended["state"], ended["result"], ended["reply"], ended["document"]["title"]) == (
        "已办结", "已按要求落实。", "已逐户排查。", TITLE,
    )  # fmt: skip
    assert ended["register_no"]


def test_what_the_clerk_proposes_on_the_phone_is_what_agreeing_sends(phones: Callable[..., Phone], desks: Desks) -> None:
    title = "关于开展渡口码头安全检查的通知"
    handling = desks.push(title)
    phone = phones(360, 640)
    signed_for(phone, CLERK, title)
    page = phone.page
    page.get_by_role("button", name="确认登记").wait_for()
    page.get_by_text("读自第 1 页").first.tap()
    mark = page.locator(".zoom i")
    expect(page.locator(".zoom img")).to_have_attribute("src", re.compile("/pages/1"))
    expect(mark).to_be_in_viewport()
    page.get_by_role("button", name="关闭").tap()
    page.get_by_label("标题").fill(title)
    page.get_by_role("button", name="五项均符合").tap()
    if page.get_by_label("已经核对，仍要登记").count():
        expect(page.get_by_role("button", name="确认登记")).to_be_disabled()
        page.get_by_label("已经核对，仍要登记").check()
    page.get_by_role("button", name="确认登记").tap()
    page.get_by_role("button", name="拟办", exact=True).tap()
    expect(page.get_by_role("button", name="送领导批示")).to_have_count(0)
    expect(page.locator(".foot")).to_contain_text("还差：选一位领导，或选阅知的人；写拟办意见")
    page.get_by_label("拟办意见").fill("拟请陆镇长阅示。建议由水利工作站牵头，应急办配合。")
    expect(page.locator(".note")).to_contain_text(["没有认出“应急办”", f"意见里写了陆知野（副镇长）、{STORY_OFFICES[0]}，还没有选上"])
    page.get_by_role("button", name="照意见选上").tap()
    expect(page.get_by_label("陆知野")).to_be_checked()
    expect(page.locator(".target")).to_have_text([re.compile(STORY_OFFICES[0])])
    page.get_by_role("button", name=f"去掉{STORY_OFFICES[0]}").tap()
    page.get_by_label("拟办意见").fill("")
    page.get_by_role("button", name="添加单位、科室或人员").tap()
    page.get_by_placeholder("姓名、职务或单位").fill(STORY_OFFICES[0])
    page.get_by_role("button", name=STORY_OFFICES[0]).tap()
    page.get_by_role("button", name="选好了").tap()
    page.get_by_role("button", name=f"拟请陆知野阅示。建议由{STORY_OFFICES[0]}牵头。").tap()
    page.get_by_role("button", name="送领导批示").tap()
    expect(page.get_by_role("heading", name="文件办理")).to_be_visible()
    told = desks.of(LEADER).post(f"/handlings/{handling}/derivations", {"text": "同意。"})
    assert [one["name"] for one in told["action"]["dispatch"]] == [STORY_OFFICES[0]], json.dumps(told)


def test_the_demo_s_own_document_is_sent_where_its_proposal_says(phone: Phone) -> None:
    page = phone.enter("tongshuhe")
    page.locator("button.todo", has_text="防溺水").tap()
    phone.begin()
    phone.say()
    expect(page.locator(".says")).to_contain_text("送禾渡镇卫生院主办")
    expect(page.locator(".says")).to_contain_text("之后交文书办理后续")
