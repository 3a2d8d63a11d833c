"""What reading costs, and that what followers are told leads to what a fresh read shows."""

from typing import Any

from documents.incoming.access import cards, document_cards
from documents.incoming.models import Handling
from tests.documents.conftest import Office
from tests.support.converges import REDUCERS, converges
from tests.support.max_queries import counted, max_queries

#: Who the caller is: the session, the account, the posts.
ADMISSION = 4


async def test_the_page_costs_the_same_however_much_happened(office: Office) -> None:
    handling = await office.proposed("秦望舒", "程晚照", "林若溪", order="parallel")
    sent = ((f"group:{office.town.groups['各村']}", "read"), (f"section:{office.town.sections['农业农村办']}", "lead"))
    await office.sign("秦望舒", handling, "请办理。", "instruct", *sent)
    await office.after_hold()
    for name in ("苏小满", "秦望舒", "程晚照"):
        client = await office.town.of(name)
        with max_queries(19 + ADMISSION) as sent:
            assert (await client.get(f"/handlings/{handling}")).status_code == 200
        assert len(sent) > 10, "the counter counts"


async def test_the_lists_ask_once(office: Office) -> None:
    clerk = await office.town.of("苏小满")
    await office.pushed()
    with counted() as few:
        await clerk.get("/handlings")
    with counted() as inbox_few:
        await clerk.get("/inbox?box=handle")
    assert few
    assert inbox_few
    for n in range(2, 8):
        await office.pushed(source_id=f"oa-{n}")
    with max_queries(min(len(few), 1 + ADMISSION)):
        assert len((await clerk.get("/handlings")).json()["items"]) == 7
    with max_queries(len(inbox_few)):
        assert len((await clerk.get("/inbox?box=handle")).json()["items"]) == 7


async def test_cards_of_many_ask_twice(office: Office) -> None:
    for n in range(6):
        await office.proposed("秦望舒", source_id=f"oa-{n}")
    rows = await Handling.all()
    for name in ("苏小满", "秦望舒"):
        actor = await office.town.actor(name)
        with max_queries(2):
            assert len(await cards(actor, [f"documents.handling:{row.id}" for row in rows])) == 6
        with max_queries(2):
            assert len(await document_cards(actor, [f"documents.document:{row.document_id}" for row in rows])) == 6
    stranger = await office.town.actor("白露秋")
    assert await cards(stranger, [f"documents.handling:{row.id}" for row in rows]) == {}


async def test_the_register_pages_by_cursor_and_by_year(office: Office) -> None:
    made = [await office.registered(source_id=f"oa-{n}") for n in range(5)]
    clerk = await office.town.of("苏小满")
    for query in ("", "year=2026&"):
        seen: list[str] = []
        cursor = ""
        while cursor is not None:
            page = (await clerk.get(f"/handlings?{query}limit=2&cursor={cursor}")).json()
            seen += [one["id"] for one in page["items"]]
            cursor = page["next"]
        assert seen == list(reversed(made)), query
    assert [one["id"] for one in (await clerk.get("/handlings?q=防汛&state=registered&limit=1")).json()["items"]] == [made[-1]]
    assert (await clerk.get("/handlings?q=%25")).json()["items"] == []


async def test_followers_are_told_what_a_fresh_read_shows(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    await office.sign("秦望舒", handling)
    leader, clerk = await office.town.actor("秦望舒"), await office.town.actor("苏小满")
    told: list[dict[str, Any]] = []

    def changed(sections: dict[str, Any], data: dict[str, Any]) -> None:
        told.append(data)

    reducers = {**REDUCERS, "documents.handling_changed": changed}
    for actor in (leader, clerk):
        await office.house.drain()
        told.clear()
        before = await office.page("苏小满", handling)
        name, body = {"秦望舒": ("returns", {"reason": "再议"}), "苏小满": ("settlements", {"then": "go_on"})}[actor.name]
        if actor is leader:
            await _undo(office, handling)
        async with converges(office.house, actor, reducers) as names:
            answer = await (await office.town.of(actor.name)).post(f"/handlings/{handling}/{name}", json=body)
            assert answer.status_code == 200, answer.text
        assert {"inbox.changed", "documents.handling_changed"} <= set(names)
        after = await office.page("苏小满", handling)
        assert after["rev"] > before["rev"]
        assert told[-1] == {
            "handling": handling,
            "state": after["state"],
            "state_code": after["state_code"],
            "rev": after["rev"],
        }


async def _undo(office: Office, handling: str) -> None:
    """The leader's step is open again: the held signature is taken back."""
    page = await office.page("秦望舒", handling)
    held = [one["signature"] for one in page["opinions"] if one["state"] == "held"]
    for signature in held:
        assert (await (await office.town.of("秦望舒")).delete(f"/signatures/{signature}")).status_code == 200
    await office.house.drain()
