"""The clerk's acts on what comes in, by finger: taken in, signed for, checked, sent back, corrected."""

from pathlib import Path

from playwright.sync_api import expect

from demo.papers import FOLDER
from documents.incoming.states import CHECKS, RETURN_REASONS
from tests.web.acting import choose, opened, send, told
from tests.web.desk import CLERK, Desks
from tests.web.fixtures import Brought
from tests.web.phone import Phone


def test_the_phone_knows_the_words_the_server_takes() -> None:
    source = (Path(__file__).parents[2] / "web" / "src" / "phone" / "acts.ts").read_text()
    assert [name for name in (*RETURN_REASONS, *CHECKS, *CHECKS.values()) if f"'{name}'" not in source] == []


def test_signed_for_with_what_is_wrong_with_it(phone: Phone, desks: Desks) -> None:
    handling = desks.push("关于发放防汛物资的通知")
    page = opened(phone, handling)
    choose(page, "签收并注明")
    page.get_by_label("份数").fill("2")
    page.get_by_label("缺页").check()
    page.get_by_label("说明").fill("缺第3页")
    send(page, "签收并注明")
    told(page, "已签收")
    seen = desks.page(handling)
    assert seen["entry"]["copies"] == 2
    assert (seen["records"][0]["code"], seen["records"][0]["words"]) == ("缺页", "缺第3页")


def test_a_paper_brought_by_hand_is_taken_in(phone: Phone, desks: Desks) -> None:
    page = phone.enter(CLERK)
    page.get_by_role("button", name="我的").tap()
    page.get_by_role("button", name="收文").tap()
    page.get_by_label("标题").fill("关于借用会议室的函")
    page.get_by_label("来文单位").fill("青岚县教育局")
    page.get_by_label("文件（第一份是正文").set_input_files(
        {"name": "坏.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 no"}
    )
    expect(page.locator("form .error")).to_contain_text("。")
    expect(page.get_by_label("标题")).to_have_value("关于借用会议室的函")
    for paper in ("urgent-notice.pdf", "urgent-notice-v2.pdf"):
        page.get_by_label("文件（第一份是正文").set_input_files(FOLDER / paper)
        expect(page.locator(".file", has_text=paper)).to_be_visible()
    page.get_by_label("紧急程度").select_option("加急")
    page.get_by_label("什么时候收到的").fill("2031-01-01T08:00")
    send(page, "收文")
    expect(page.locator("form .error")).to_contain_text("收到时间晚于现在")
    page.get_by_label("什么时候收到的").fill("")
    send(page, "收文")
    told(page, "已收文")
    expect(page.get_by_text("附件 1 个")).to_be_visible()
    taken = desks.page(page.url.rpartition("/")[2])
    assert (taken["document"]["title"], taken["sender"], taken["urgency"]) == ("关于借用会议室的函", "青岚县教育局", "加急")
    assert [file["name"] for file in taken["files"]] == ["urgent-notice.pdf", "urgent-notice-v2.pdf"]


def test_a_first_check_that_fails_stops_the_proposal_until_it_passes(phone: Phone, desks: Desks) -> None:
    handling = desks.push("关于报送冬修水利进度的通知")
    desks.register(handling)
    page = opened(phone, handling)
    choose(page, "初审")
    page.get_by_label("是否符合行文规则 符合").uncheck()
    expect(page.locator(".foot")).to_contain_text("还差：写明“是否符合行文规则”的问题")
    expect(page.locator(".foot").get_by_role("button", name="初审")).to_be_disabled()
    page.get_by_label("是否符合行文规则：问题").fill("越级行文")
    send(page, "初审")
    told(page, "初审已记下")
    assert desks.page(handling)["state"] == "初审"
    page.get_by_role("button", name="登记情况").tap()
    expect(page.locator(".trail")).to_contain_text("越级行文")
    choose(page, "初审")
    page.get_by_label("是否符合行文规则 不符合").check()
    send(page, "初审")
    told(page, "初审已记下")
    assert desks.page(handling)["state"] == "拟办"


def test_sent_back_with_a_reason_its_sender_reads(phone: Phone, desks: Desks) -> None:
    handling = desks.push("关于缺少附件的通知")
    page = opened(phone, handling)
    choose(page, "退文")
    page.get_by_label("退文理由").select_option("缺件")
    page.get_by_label("具体说明").fill("缺附件2")
    send(page, "退文")
    told(page, "已退文")
    ended = desks.page(handling)
    assert (ended["state"], ended["result"]) == ("已退文", "缺件：缺附件2")
    expect(page.get_by_text("缺件：缺附件2")).to_be_visible()


def test_too_late_to_send_back_is_said(phone: Phone, desks: Desks) -> None:
    handling = desks.push("关于核对低保名单的通知")
    desks.register(handling)
    page = opened(phone, handling)
    choose(page, "退文")
    page.get_by_label("退文理由").select_option("无章")
    page.get_by_label("具体说明").fill("没有盖章")
    desks.propose(handling)
    expect(page.get_by_text("这一步已经办理或有变化")).to_be_visible()
    send(page, "退文")
    expect(page.locator("form .error")).to_contain_text("不能退文")
    expect(page.get_by_label("具体说明")).to_have_value("没有盖章")


def test_the_entry_is_corrected_with_a_reason(phone: Phone, brought: Brought, desks: Desks) -> None:
    page = opened(phone, brought.handling)
    choose(page, "更正登记")
    page.get_by_label("更正理由").fill("文号录错")
    send(page, "更正登记")
    expect(page.locator("form .error")).to_contain_text("没有改动")
    expect(page.get_by_label("更正理由")).to_have_value("文号录错")
    page.get_by_label("发文字号").fill("青政办发〔2026〕777号")
    page.get_by_label("主送机关").fill("禾渡镇人民政府、石磬镇人民政府")
    send(page, "更正登记")
    told(page, "已更正")
    document = desks.page(brought.handling)["document"]
    assert (document["doc_no"], document["main_to"]) == ("青政办发〔2026〕777号", ["禾渡镇人民政府", "石磬镇人民政府"])


def test_a_correction_is_looked_at_and_acknowledged(phone: Phone, desks: Desks) -> None:
    handling = desks.push("关于防范低温冰冻的通知", source_id="acknowledged")
    desks.register(handling)
    desks.propose(handling)
    page = opened(phone, handling)
    desks.push("关于防范低温冰冻的通知（更正）", source_id="acknowledged", version=2, paper="urgent-notice-v2.pdf")
    expect(page.get_by_text("来文单位更正了文件")).to_be_visible()
    page.get_by_role("button", name="已核对", exact=True).tap()
    expect(page.locator(".toast")).to_contain_text("已核对")
    expect(page.get_by_text("来文单位更正了文件")).to_have_count(0)
    assert "acknowledgements" not in desks.page(handling)["may"]
