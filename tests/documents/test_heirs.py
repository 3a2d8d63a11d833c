"""Units end, clerks and people go: what they had open goes on in other hands, what was handled stays readable."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from documents.incoming.models import Handling
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.organization import actions, structure
from office.organization.actions import delegate
from office.organization.mergers import merge_units
from tests.documents.conftest import Office

pytestmark = pytest.mark.postgresql_in_proof


async def _leave(office: Office, name: str) -> None:
    await actions.end_appointment(SYSTEM, office.town.appointments[name])
    await office.house.drain()


async def _inbox(office: Office, name: str, box: str = "handle") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await (await office.town.of(name)).get(f"/inbox?box={box}")).json()["items"]
    return items


@pytest.fixture
async def merged(office: Office) -> tuple[Office, str]:
    """A document that waits for a leader of 禾渡镇 when the town goes into 石桥镇."""
    handling = await office.proposed()
    await office.house.drain()
    await merge_units(SYSTEM, [office.town.units["禾渡镇"]], office.town.units["石桥镇"], basis="青政〔2026〕1号")
    await office.house.drain()
    return office, handling


async def test_a_merged_unit_s_documents_go_on_to_their_end_at_its_heir(merged: tuple[Office, str]) -> None:
    office, handling = merged
    clerk = await office.town.of("白露秋")
    [todo] = [one for one in await _inbox(office, "白露秋") if one["route"].endswith(handling)]
    page = await office.page("白露秋", handling)
    assert page["unit"]["name"] == "禾渡镇人民政府", "the paper came to the old unit"
    assert todo["kind"] == "documents.settle", "the leader's step, at a post that is no more"
    assert (await (await office.town.of("苏小满")).get(f"/handlings/{handling}")).status_code == 403
    assert handling in {one["id"] for one in (await clerk.get("/handlings")).json()["items"]}
    dropped = await clerk.post(f"/handlings/{handling}/settlements", json={"then": "drop"})
    assert dropped.status_code in (200, 201), dropped.text
    done = await clerk.post(f"/handlings/{handling}/conclusions", json={"result": "原禾渡镇件，已由石桥镇接续办结。"})
    assert done.status_code in (200, 201), done.text
    row = await Handling.get(id=UUID(handling))
    assert (row.unit_id, row.addressed_to) == (office.town.units["石桥镇"], office.town.units["禾渡镇"])


async def test_a_document_that_went_to_both_units_stays_two_handlings(office: Office) -> None:
    answer = await office.push("禾渡镇", "石桥镇")
    mine, other = (one["handling"] for one in answer.json()["receipts"])
    await office.house.drain()
    await merge_units(SYSTEM, [office.town.units["禾渡镇"]], office.town.units["石桥镇"])
    await office.house.drain()
    listed = {one["id"] for one in (await (await office.town.of("白露秋")).get("/handlings")).json()["items"]}
    assert {mine, other} <= listed
    clerk = await office.town.of("白露秋")
    for handling in (mine, other):
        assert (await clerk.post(f"/handlings/{handling}/receipts", json={})).status_code in (200, 201, 204)


async def test_another_clerk_takes_over_when_the_clerk_goes(office: Office) -> None:
    town = office.town
    post = await structure.add_post(
        SYSTEM, unit=town.units["禾渡镇"], title="副文书", roles=["clerk", "staff"], section=town.sections["党政办"]
    )
    await actions.appoint(SYSTEM, town.people["沈听澜"], post)
    handling = await office.registered()
    await _leave(office, "苏小满")
    [todo] = [one for one in await _inbox(office, "沈听澜") if one["route"].endswith(handling)]
    assert todo["kind"] == "documents.propose"
    body = {"text": "拟请秦镇长阅示。", "leaders": [str(town.posts["秦望舒"])]}
    answer = await (await town.of("沈听澜")).post(f"/handlings/{handling}/proposals", json=body)
    assert answer.status_code == 201, answer.text


async def test_what_somebody_who_left_had_in_person_goes_to_the_clerk(office: Office) -> None:
    handling = await office.proposed()
    sent = (f"person:{office.town.people['沈听澜']}", "lead")
    assert (await office.sign("秦望舒", handling, "请沈听澜办理。", "instruct", sent)).status_code == 201
    await office.after_hold()
    assert [one["kind"] for one in await _inbox(office, "沈听澜")] == ["documents.handle"]
    await _leave(office, "沈听澜")
    kinds = [one["kind"] for one in await _inbox(office, "苏小满") if one["route"].endswith(handling)]
    assert "documents.settle" in kinds


async def test_who_changes_posts_keeps_what_they_handled_and_the_successor_begins_with_nothing(office: Office) -> None:
    handling = await office.proposed()
    assert (await office.sign("秦望舒", handling)).status_code == 201
    await office.after_hold()
    await _leave(office, "秦望舒")
    await actions.appoint(SYSTEM, office.town.people["何路人"], office.town.posts["秦望舒"])
    await office.house.drain()
    assert [one["route"].rpartition("/")[2] for one in await _inbox(office, "秦望舒", "done")] == [handling]
    assert await _inbox(office, "何路人", "done") == []


async def test_what_a_delegate_signed_stays_with_the_delegate_and_the_leader(office: Office) -> None:
    handling, until = await office.proposed(), clock.now() + timedelta(hours=1)
    leader, post = await office.town.actor("秦望舒"), office.town.posts["秦望舒"]
    await delegate(leader, post, office.town.people["程晚照"], valid_to=until)
    assert (await office.sign("程晚照", handling)).status_code == 201
    await office.after_hold()
    clock.travel(timedelta(hours=2))
    await office.house.drain()
    for name in ("秦望舒", "程晚照"):
        [done] = await _inbox(office, name, "done")
        assert (done["closed_by_name"], done["state"]) == ("程晚照", "done")


async def test_an_heir_that_is_merged_itself_before_the_news_came_hands_on(office: Office) -> None:
    handling = await office.registered()
    await office.house.drain()
    await merge_units(SYSTEM, [office.town.units["禾渡镇"]], office.town.units["石桥镇"])
    await merge_units(SYSTEM, [office.town.units["石桥镇"]], office.town.units["云岭村"])
    await office.house.drain()
    row = await Handling.get(id=UUID(handling))
    assert (row.unit_id, row.addressed_to) == (office.town.units["云岭村"], office.town.units["禾渡镇"])
    [todo] = [one for one in await _inbox(office, "黎云起") if one["route"].endswith(handling)]
    assert todo["kind"] == "documents.propose"
