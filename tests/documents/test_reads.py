"""What reading costs, and that what followers are told leads to what a fresh read shows."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from documents.incoming.access import cards, document_cards
from documents.incoming.models import Handling, Sending
from documents.incoming.register import beside
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.kernel.ids import new_id
from office.organization import structure
from tests.documents.conftest import Office
from tests.support.converges import REDUCERS, converges
from tests.support.max_queries import counted, max_queries

#: Who the caller is: the session, the account, the posts.
ADMISSION = 4
#: That somebody looked, in the trail: the first time of a day.
FIRST_LOOK = 2


async def test_the_page_costs_the_same_however_much_happened(office: Office) -> None:
    handling = await office.proposed("秦望舒", "程晚照", "林若溪", order="parallel")
    sent = ((f"group:{office.town.groups['各村']}", "read"), (f"section:{office.town.sections['农业农村办']}", "lead"))
    await office.sign("秦望舒", handling, "请办理。", "instruct", *sent)
    await office.after_hold()
    for name in ("苏小满", "秦望舒", "程晚照"):
        client = await office.town.of(name)
        with max_queries(19 + FIRST_LOOK + ADMISSION):
            assert (await client.get(f"/handlings/{handling}")).status_code == 200
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
    with max_queries(min(len(few), 9 + ADMISSION)):
        assert len((await clerk.get("/handlings")).json()["items"]) == 7
    with max_queries(len(inbox_few)):
        assert len((await clerk.get("/inbox?box=handle")).json()["items"]) == 7


async def _to_many(office: Office, handling: str, role: str, count: int, state: str = "registered") -> None:
    """Units below that were sent a handling, as sending leaves their rows; a press of 2,000 is not driven here."""
    row, at = await Handling.get(id=handling), clock.now()
    for n in range(count):
        unit = await structure.add_unit(
            SYSTEM, name=f"第{n}{role}{state}村村民委员会", short_name=f"{role}{n}", kind="村(居)委会",
            parent=office.town.units["禾渡镇"],
        )  # fmt: skip
        child = row.clone(pk=new_id())
        child.addressed_to, child.unit_id, child.state, child.case_id = unit, unit, state, new_id()
        await child.save(force_create=True)
        for turn in range(2):
            await Sending.create(
                id=new_id(), parent_id=row.id, child_id=child.id, sent_by="x", sender="禾渡镇", role=role, words="", at=at,
                version=1, withdrawn_at=at if state == "recalled" and turn else None,
            )  # fmt: skip


async def test_the_register_reads_few_rows_of_what_went_to_many(office: Office) -> None:
    handling, clerk = await office.proposed(), await office.town.of("苏小满")
    await _to_many(office, handling, "lead", 12)
    await _to_many(office, handling, "assist", 7, "closed")
    await _to_many(office, handling, "read", 3)
    await _to_many(office, handling, "lead", 2, "returned")
    await _to_many(office, handling, "assist", 1, "recalled")
    with counted() as sent:
        [line] = (await clerk.get("/handlings")).json()["items"]
    assert line["lead"] == [*(f"lead{n}" for n in range(5)), "等12个"]
    assert line["assist"] == [*(f"assist{n}" for n in range(5)), "等7个"]
    assert line["whereabouts"][-1] == "等16处", "秦望舒, twelve and three; what has ended or went back is nowhere"
    assert len(line["whereabouts"]) == 6
    assert len(sent) <= 9 + ADMISSION
    told = await beside._below([UUID(handling)])
    assert {what: (len(one.first), one.number) for (_, what), one in told.items()} == {
        "lead": (5, 12), "assist": (5, 7), "open": (5, 15),
    }  # fmt: skip


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
    await office.house.drain()
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


async def _lines(office: Office, query: str = "") -> list[dict[str, Any]]:
    answer = await (await office.town.of("苏小满")).get(f"/handlings{query}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_a_line_of_the_register_says_who_has_it_and_what_became_of_it(office: Office) -> None:
    handling = await office.proposed("秦望舒", signer=["沈某"])
    [line] = await _lines(office)
    assert (line["proposal"], line["registrar"], line["channel"]) == ("拟请秦镇长阅示。", "苏小满", "电子交换")
    assert line["whereabouts"] == ["秦望舒（副镇长）：批示"]
    assert not {"instructed_by", "lead", "assist", "result"} & set(line), "what is empty is left out"
    sections, town = office.town.sections, office.town
    sent = ((f"section:{sections['农业农村办']}", "lead"), (f"section:{sections['应急管理办']}", "assist"),
            (f"unit:{town.units['云岭村']}", "assist"))  # fmt: skip
    await office.sign("秦望舒", handling, "请农业农村办牵头办理。", "instruct", *sent)
    assert "instructed_by" not in (await _lines(office))[0], "what is held is its signer's alone"
    await office.after_hold()
    [line] = await _lines(office)
    assert line["instructed_by"] == ["秦望舒"]
    assert [name.partition("（")[0] for name in line["lead"]] == ["方知远"]
    assert [name.partition("（")[0] for name in line["assist"]] == ["沈听澜", "云岭村"]
    assert line["whereabouts"][-1] == "云岭村：待签收"
    assert len(line["whereabouts"]) == 3


async def test_the_register_is_narrowed_by_day_sender_urgency_kind_and_lateness(office: Office) -> None:
    clerk, plain = await office.town.of("苏小满"), await office.pushed(source_id="plain", urgency="", signature="青岚县水利局")
    await clerk.post(f"/handlings/{plain}/registrations", json={"title": "通报", "issuer": "青岚县水利局", "kind": "阅知"})
    urgent = await office.registered()
    day = clock.today().isoformat()
    found = {
        "?urgency=特急": [urgent], "?urgency=平件": [plain], "?kind=阅知": [plain], "?issuer=水利": [plain], "?late=true": [],
        "?issuer=%25": [], f"?since={day}&until={day}": [urgent, plain], "?until=1000-01-01": [], "?since=9999-12-31": [],
        f"?year={clock.today().year}&kind=批办&state=registered": [urgent],
    }  # fmt: skip
    for query, handlings in found.items():
        assert [one["id"] for one in await _lines(office, query)] == handlings, query
    clock.travel(timedelta(days=5))
    office.town.clients.clear()
    office.town.tokens.clear()
    assert urgent in [one["id"] for one in await _lines(office, "?late=true")]
    assert await _lines(office, f"?since={clock.today().isoformat()}") == []
    assert (await (await office.town.of("苏小满")).get("/handlings?since=gestern")).status_code == 422


async def test_a_long_trail_says_that_it_is_cut_and_is_read_to_its_beginning(office: Office) -> None:
    handling, clerk = await office.registered(), await office.town.of("苏小满")
    page = await office.page("苏小满", handling)
    assert "trail_more" not in page
    for n in range(100):
        answer = await clerk.post(f"/handlings/{handling}/amendments", json={"remark": f"第{n}次", "reason": "补记"})
        assert answer.is_success, answer.text
    page = await office.page("苏小满", handling)
    assert (len(page["trail"]), page["trail_more"]) == (100, True)
    lines, cursor = [], 0
    while cursor is not None:
        told = (await clerk.get(f"/handlings/{handling}/trail", params={"cursor": cursor})).json()
        lines, cursor = [*lines, *told["items"]], told["next"]
        assert len(told["items"]) <= 100
    assert len(lines) == told["total"] > 100
    assert lines[-100:] == page["trail"]
    assert lines[0]["what"] == "收到文件"
    stranger = await office.town.of("白露秋")
    assert (await stranger.get(f"/handlings/{handling}/trail")).status_code == 404
    assert (await clerk.get(f"/handlings/{handling}/trail", params={"cursor": -1})).status_code == 422
