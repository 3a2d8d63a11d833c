"""A delegation for another kind of work gives nothing of documents; one for documents gives all of it."""

from datetime import timedelta
from uuid import UUID

from documents.incoming.models import Handling
from documents.incoming.publications import readers_of
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.organization import actions as organization
from office.organization.models import DelegationRow
from tests.documents.conftest import Office


async def _delegated(office: Office, giver: str, receiver: str, *scope: str) -> UUID:
    """As a leader delegates; the row is written where the giver is the clerk, whose post only the administrator may lend."""
    post, people = office.town.posts[giver], office.town.people
    until = clock.now() + timedelta(days=5)
    if giver != "苏小满":
        return await organization.delegate(await office.town.actor(giver), post, people[receiver], valid_to=until, scope=scope)
    row = await DelegationRow.create(
        giver=people[giver], post=post, receiver=people[receiver], scope=list(scope), valid_from=clock.now(), valid_to=until,
        created_at=clock.now(),
    )  # fmt: skip
    return UUID(str(row.id))


async def test_for_another_work_the_document_is_not_there(office: Office) -> None:
    await _delegated(office, "秦望舒", "方知远", "inbox")
    handling = await office.proposed("秦望舒")
    delegate = await office.town.of("方知远")
    assert (await delegate.get(f"/handlings/{handling}")).status_code == 404
    for what, body in (("withdrawals", {"reason": "不"}), ("returns", {"reason": "不"}), ("derivations", {"text": "同意"}),
                       ("follows", {})):  # fmt: skip
        answer = await delegate.post(f"/handlings/{handling}/{what}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "documents.no_such_handling"), what
    [waiting] = (await office.page("苏小满", handling))["unhandled"]
    assert waiting["name"] == "秦望舒"


async def test_for_documents_the_delegate_signs(office: Office) -> None:
    await _delegated(office, "秦望舒", "方知远", "documents")
    handling = await office.proposed("秦望舒")
    assert (await office.step("方知远", handling))["on_behalf_of"] == "秦望舒"
    assert (await office.sign("方知远", handling)).status_code == 201
    await office.after_hold()
    page = await office.page("苏小满", handling)
    assert page["opinions"][1]["marks"] == ["受秦望舒委托"]
    assert ("方知远（受秦望舒委托）", "批示：同意") in {(one["who"], one["what"]) for one in page["trail"]}


async def test_a_clerks_delegate_for_another_work_is_no_clerk(office: Office) -> None:
    await _delegated(office, "苏小满", "方知远", "inbox")
    handling = await office.proposed("秦望舒")
    delegate = await office.town.of("方知远")
    assert (await delegate.get(f"/handlings/{handling}")).status_code == 404
    assert (await delegate.get("/handlings")).status_code == 403
    assert (await delegate.post(f"/handlings/{handling}/reminders", json={})).status_code == 404
    unit = office.town.units["禾渡镇"]
    assert (await delegate.get(f"/units/{unit}/handling-rules")).status_code == 403


async def test_a_clerk_of_another_unit_keeps_to_their_own(office: Office) -> None:
    """Permission comes from the own post; the delegated one, for another work, adds nothing."""
    await organization.appoint(SYSTEM, office.town.people["白露秋"], office.town.posts["沈听澜"], is_primary=False)
    await _delegated(office, "苏小满", "白露秋", "inbox")
    handling = await office.proposed("秦望舒")
    clerk = await office.town.of("白露秋")
    assert (await clerk.get("/handlings")).json()["items"] == []
    assert (await clerk.get(f"/handlings/{handling}")).status_code == 404
    assert (await clerk.post(f"/handlings/{handling}/reminders", json={})).status_code == 404
    unit = office.town.units["禾渡镇"]
    assert (await clerk.get(f"/units/{unit}/handling-rules")).json()["code"] == "documents.no_such_unit"


async def test_narrowed_meanwhile_the_signature_goes_to_the_clerk(office: Office) -> None:
    delegation = await _delegated(office, "秦望舒", "方知远", "documents")
    handling = await office.proposed("秦望舒")
    phone, step = await office.phone_of("方知远"), await office.step("方知远", handling)
    await DelegationRow.filter(id=delegation).update(scope=["inbox"])
    body = phone.signed(step, "同意。")
    answer = await (await office.town.of("方知远")).post(f"/handlings/{handling}/signatures", json=body)
    assert answer.json()["signature"]["state"] == "pending_clerk", answer.text


async def test_followers_are_told_only_where_the_delegation_covers(office: Office) -> None:
    await _delegated(office, "秦望舒", "方知远", "inbox")
    await _delegated(office, "秦望舒", "沈听澜", "documents")
    handling = await Handling.get(id=UUID(await office.proposed("秦望舒")))
    people = office.town.people
    told = await readers_of(handling)
    assert {people["秦望舒"], people["沈听澜"], people["苏小满"]} <= told
    assert people["方知远"] not in told
