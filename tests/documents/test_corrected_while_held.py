"""A correction in the thirty seconds: nothing the signer never saw goes out in their name without its being said."""

from typing import Any

import httpx

from documents.incoming.models import Handling
from office import identity
from office.identity.models import Account
from office.kernel.actor import SYSTEM
from office.signing.models import Signature
from tests.documents.conftest import Office

LEADER, CLERK = "秦望舒", "苏小满"


async def _signed(office: Office, *, release: bool = False, **more: Any) -> tuple[str, str]:
    """The leader signs version 1 and sends it to a village; the handling and the signature, in its thirty seconds."""
    handling = await office.proposed(LEADER, **more)
    village = (f"unit:{office.town.units['云岭村']}", "lead")
    signature = (await office.sign(LEADER, handling, "同意。请云岭村办理。", "approve", village)).json()["signature"]["id"]
    return handling, signature


async def _correct(office: Office, version: int = 2, **more: Any) -> None:
    answer = await office.push("禾渡镇", version=version, **({"paper": "urgent-notice.pdf"} | more))
    assert answer.status_code == 201, answer.text


async def _state(office: Office, signature: str) -> dict[str, Any]:
    answer = await (await office.town.of(LEADER)).get(f"/signatures/{signature}")
    told: dict[str, Any] = answer.json()["signature"]
    return told


async def _take_up(office: Office, handling: str, signature: str, **said: Any) -> httpx.Response:
    clerk = await office.town.of(CLERK)
    return await clerk.post(f"/handlings/{handling}/signatures/{signature}/confirmations", json={"accept": True, **said})


async def _todos(office: Office, name: str) -> dict[str, str]:
    items = (await (await office.town.of(name)).get("/inbox?box=handle")).json()["items"]
    return {todo["label"]: todo["summary"] for todo in items}


async def _held_and_corrected(office: Office) -> tuple[str, str]:
    handling, signature = await _signed(office)
    await _correct(office)
    await office.after_hold()
    return handling, signature


async def test_what_was_signed_before_a_correction_goes_to_the_clerk_and_not_out(office: Office) -> None:
    handling, signature = await _held_and_corrected(office)
    told = await _state(office, signature)
    assert told["state"] == "pending_clerk"
    assert "第1版" in told["reason"]
    assert "第2版" in told["reason"]
    assert await Handling.all().count() == 1, "nothing went down"
    page = await office.page(CLERK, handling)
    assert (page["state"], page["sent_down"]) == ("批示中", [])
    assert [(one["text"], one["marks"]) for one in page["opinions"]][1] == (
        "同意。请云岭村办理。", ["第1版", "待文书确认"]
    )  # fmt: skip
    assert "第2版" in (await _todos(office, CLERK))["签批待确认"]


async def test_the_same_files_under_another_title_are_another_version_too(office: Office) -> None:
    _, signature = await _signed(office)
    await _correct(office, paper="bridge-request.pdf", title="另一个标题")
    await office.after_hold()
    assert (await _state(office, signature))["state"] == "pending_clerk"


async def test_letting_it_go_at_once_changes_nothing_about_that(office: Office) -> None:
    handling, signature = await _signed(office)
    await _correct(office)
    leader = await office.town.of(LEADER)
    assert (await leader.post(f"/signatures/{signature}/releases")).is_success
    await office.house.drain()
    assert (await _state(office, signature))["state"] == "pending_clerk"
    assert (await office.page(CLERK, handling))["sent_down"] == []


async def test_the_leader_is_told_and_may_sign_the_new_version(office: Office) -> None:
    handling, signature = await _held_and_corrected(office)
    told = (await _todos(office, LEADER))["待批示"]
    assert "第1版" in told
    assert "第2版" in told
    again = (await office.sign(LEADER, handling, "同意第2版。")).json()["signature"]["id"]
    refused = await _take_up(office, handling, signature, version=2)
    assert (refused.status_code, refused.json()["code"]) == (409, "signing.being_signed"), "the newer word comes first"
    await office.after_hold()
    assert (await _state(office, again))["state"] == "effective"
    assert ((await _state(office, signature))["state"], "重新签批" in (await _state(office, signature))["reason"]) == (
        "withdrawn", True
    )  # fmt: skip
    page = await office.page(CLERK, handling)
    assert [(one["text"], one["marks"]) for one in page["opinions"]][1:] == [("同意第2版。", [])]
    assert "签批待确认" not in await _todos(office, CLERK)


async def test_the_clerk_takes_it_up_only_by_naming_the_version(office: Office) -> None:
    handling, signature = await _held_and_corrected(office)
    for said in ({}, {"version": 1}, {"version": 3}):
        answer = await _take_up(office, handling, signature, **said)
        assert (answer.status_code, answer.json()["code"]) == (409, "documents.version_not_named"), answer.text
        assert "第2版" in answer.json()["title"]
    assert (await _state(office, signature))["state"] == "pending_clerk"
    assert await Handling.all().count() == 1


async def test_what_the_clerk_takes_up_says_on_which_version_it_was_given(office: Office) -> None:
    handling, signature = await _held_and_corrected(office)
    assert (await _take_up(office, handling, signature, version=2)).status_code == 200
    page = await office.page(LEADER, handling)
    opinion = page["opinions"][1]
    assert (opinion["state"], opinion["marks"]) == ("effective", ["第1版", "苏小满确认用于第2版"])
    assert (CLERK, "确认将秦望舒对第1版的签批用于第2版") in {(one["who"], one["what"]) for one in page["trail"]}
    assert "第2版" in (await _state(office, signature))["reason"]
    [line] = page["sent_down"]
    below = await office.page("黎云起", line["handling"])
    assert [file["name"] for file in below["files"]] == ["urgent-notice.pdf"]
    assert [one["words"] for one in below["from_above"]] == ["秦望舒：同意。请云岭村办理。（对第1版作出，现为第2版）"]


async def test_a_correction_after_it_went_down_marks_the_words_there(office: Office) -> None:
    handling, _ = await _signed(office)
    await office.after_hold()
    [line] = (await office.page(LEADER, handling))["sent_down"]
    assert (await office.page("黎云起", line["handling"]))["from_above"][0]["words"] == "秦望舒：同意。请云岭村办理。"
    await _correct(office)
    below = await office.page("黎云起", line["handling"])
    assert [one["words"] for one in below["from_above"]] == ["秦望舒：同意。请云岭村办理。（对第1版作出，现为第2版）"]


async def test_one_that_waited_already_is_taken_up_by_version_as_well(office: Office) -> None:
    """It waits because the account was disabled; the correction comes after that."""
    handling, signature = await _signed(office)
    await identity.disable(SYSTEM, (await Account.get(person=office.town.people[LEADER])).id)
    await office.after_hold()
    await _correct(office)
    assert (await _take_up(office, handling, signature)).json()["code"] == "documents.version_not_named"


async def test_an_amended_entry_is_the_registers_and_not_the_text(office: Office) -> None:
    handling, signature = await _signed(office)
    clerk = await office.town.of(CLERK)
    amended = await clerk.post(f"/handlings/{handling}/amendments", json={"title": "登记名称更正", "reason": "录入有误"})
    assert amended.is_success, amended.text
    await office.after_hold()
    assert (await _state(office, signature))["state"] == "effective"
    page = await office.page(CLERK, handling)
    assert (page["opinions"][1]["marks"], len(page["sent_down"])) == ([], 1)


async def test_a_correction_and_the_effect_at_once(office: Office, at_once: Any) -> None:
    """Either it went out before the correction, and every unit has the new version; or it waits for the clerk."""
    for turn in range(4):
        source = f"oa-{turn}"
        handling, signature = await _signed(office, source_id=source)
        await office.house.drain()
        leader = await office.town.of(LEADER)
        await leader.post(f"/signatures/{signature}/releases")
        pushed, _ = await at_once(
            office.push("禾渡镇", source_id=source, version=2, paper="urgent-notice.pdf"), office.house.drain()
        )
        assert pushed.status_code == 201, pushed.text
        await office.house.drain()
        document = (await Handling.get(id=handling)).document_id
        rows = await Handling.filter(document_id=document)
        assert {row.version for row in rows} == {2}
        state = (await Signature.get(id=signature)).state
        assert (state, len(rows)) in (("effective", 2), ("pending_clerk", 1))
