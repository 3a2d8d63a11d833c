"""The inbox through its verbs and queries."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from office import outbox
from office.inbox import actions, order, queries, telling
from office.inbox.actions import Holder, NewTodo
from office.inbox.events import InboxChanged
from office.inbox.models import Todo
from office.inbox.reach import reach
from office.inbox.schemas import InboxQuery
from office.kernel import clock, database
from office.kernel.actor import SYSTEM
from office.kernel.events import Delivery
from office.kernel.refusal import Invalid, NotFound
from office.kernel.work import verb
from office.organization import actions as organization
from office.organization.holdings import holdings_of
from office.organization.mergers import merge_units
from office.outbox.models import RecordedEvent
from office.realtime import AccessLost
from office.realtime.actions import follow as follow_log
from office.realtime.fan_out import fan_out
from office.realtime.queries import lines_after
from tests.office.inbox.lists import todos_of
from tests.office.organization.town import Town, counted
from tests.support.max_queries import counted as database_counted


def person(town: Town, name: str) -> Holder:
    return Holder(kind="person", id=town.people[name])


def post(town: Town, title: str) -> Holder:
    return Holder(kind="post", id=town.posts[title])


def todo(holder: Holder, source: str = "works.paper:1", kind: str = "works.sign", **words: object) -> NewTodo:
    return NewTodo(kind=kind, source=source, holder=holder, title=str(words.pop("title", "关于防汛的通知")), **words)  # type: ignore[arg-type]


async def titles(town: Town, name: str, box: str = "handle", **asked: object) -> list[str]:
    found, _ = await todos_of(await town.actor(name), box, **asked)  # type: ignore[arg-type]
    return [one.title for one in found]


async def test_held_by_a_person_or_by_whoever_holds_the_post(town: Town) -> None:
    await actions.open_many([todo(person(town, "罗小满"), title="给人"), todo(post(town, "文书"), title="给岗", source="w:2")])
    await organization.appoint(SYSTEM, town.people["许一诺"], town.posts["文书"], kind="兼任", is_primary=False)
    assert sorted(await titles(town, "罗小满")) == ["给人", "给岗"]
    assert await titles(town, "许一诺") == ["给岗"]
    assert await titles(town, "丁守一") == []
    await actions.close("works.sign", "w:2", by=await town.actor("许一诺"), reason="已登记")
    assert await titles(town, "罗小满") == ["给人"]
    assert await titles(town, "罗小满", "done") == []
    assert await titles(town, "许一诺", "done") == ["给岗"]


async def test_what_was_done_stays_with_who_did_it_whoever_holds_the_post_later(town: Town) -> None:
    await actions.open_many([todo(post(town, "镇长"), source=f"w:{n}", title=f"{n}") for n in range(3)])
    await actions.close("works.sign", "w:0", by=await town.actor("韩素云"), reason="已办")
    await actions.close("works.sign", "w:1", by=SYSTEM, reason="到期")
    await organization.end_appointment(SYSTEM, town.appointments["韩素云"])
    await organization.appoint(SYSTEM, town.people["许一诺"], town.posts["镇长"])
    assert await titles(town, "韩素云", "done") == ["0"]
    assert (await titles(town, "许一诺"), await titles(town, "许一诺", "done")) == (["2"], [])
    assert (await Todo.get(source="w:0")).post == town.posts["镇长"]


async def test_what_a_delegate_did_lies_with_both_for_good(town: Town) -> None:
    await actions.open_many([todo(post(town, "镇长"))])
    await delegated(town)
    mayor, deputy = town.people["韩素云"], await town.actor("沈立群")
    assert await actions.close("works.sign", "works.paper:1", by=deputy, reason="已办", behalf=mayor) == 1
    clock.travel(timedelta(hours=2))
    for name in ("韩素云", "沈立群"):
        [shown], _ = await todos_of(await town.actor(name), "done")
        assert (shown.closed_by_name, shown.state) == ("沈立群", "done")


async def test_who_also_holds_the_post_is_told_that_it_is_anothers_now(town: Town) -> None:
    await organization.appoint(SYSTEM, town.people["许一诺"], town.posts["文书"], kind="兼任", is_primary=False)
    await actions.open_many([todo(post(town, "文书"))])
    await RecordedEvent.all().delete()
    await actions.close("works.sign", "works.paper:1", by=await town.actor("许一诺"), reason="已登记")
    event = msgspec.convert((await RecordedEvent.get(name="inbox.changed")).payload, InboxChanged)
    assert set(await telling.audience(event)) == {town.people["罗小满"], town.people["许一诺"]}
    mine, other = [await telling.view(event, town.people[name]) for name in ("许一诺", "罗小满")]
    assert [one["todo"]["state"] for one in (mine, other)] == ["done", "transferred"]  # type: ignore[index]
    assert mine["counts"] == other["counts"] == {"handle": 0, "read": 0, "follow": 0}


async def test_a_delegate_sees_the_post_while_it_lasts(town: Town) -> None:
    await actions.open_many([todo(post(town, "镇长"))])
    leader = await town.actor("韩素云")
    await organization.delegate(leader, town.posts["镇长"], town.people["沈立群"], valid_to=clock.now() + timedelta(hours=1))
    assert len(await titles(town, "沈立群")) == 1
    clock.travel(timedelta(hours=1))
    assert await titles(town, "沈立群") == []


async def delegated(town: Town, *scope: str) -> None:
    """The mayor lets a deputy stand in for an hour, for these kinds of work."""
    until = clock.now() + timedelta(hours=1)
    leader, deputy = await town.actor("韩素云"), town.people["沈立群"]
    await organization.delegate(leader, town.posts["镇长"], deputy, valid_to=until, scope=scope)


async def test_a_delegate_for_some_work_sees_that_work_only(town: Town) -> None:
    mayor = post(town, "镇长")
    [sign, chore, read] = await actions.open_many(
        [todo(mayor), todo(mayor, kind="chores.do", title="修桥"), todo(mayor, kind="works.read", source="w:2")]
    )
    await actions.open_many([todo(post(town, "副镇长（农业）"), kind="chores.do", source="w:3", title="自己的事")])
    await delegated(town, "works")
    deputy = await town.actor("沈立群")
    assert sorted(await titles(town, "沈立群")) == ["关于防汛的通知", "自己的事"]
    assert msgspec.to_builtins(await queries.counts(deputy)) == {"handle": 2, "read": 1, "follow": 0}
    await actions.mark_seen(deputy, read)
    with pytest.raises(NotFound, match="todo_unknown"):
        await actions.mark_seen(deputy, chore)
    told = await telling.view(InboxChanged(people=[], posts=[mayor.id], todos=[sign, chore], source="w:1"), deputy.own_id)
    assert told["counts"] == {"handle": 2, "read": 1, "follow": 0}
    assert isinstance(told["todo"], dict)
    assert told["todo"]["kind"] == "works.sign"
    await actions.close("chores.do", "works.paper:1", by=await town.actor("韩素云"), reason="已办")
    assert await titles(town, "沈立群", "done") == []
    assert await titles(town, "韩素云", "done") == ["修桥"]


async def test_a_scope_no_installed_kind_belongs_to_shows_nothing(town: Town) -> None:
    await actions.open_many([todo(post(town, "镇长"))])
    await delegated(town, "numbering")
    assert await titles(town, "沈立群") == []
    assert (await queries.counts(await town.actor("沈立群"))).handle == 0


async def test_two_ways_to_a_post_reach_together(town: Town) -> None:
    await actions.open_many([todo(post(town, "镇长")), todo(post(town, "镇长"), kind="chores.do", title="修桥")])
    await delegated(town, "works")
    await delegated(town, "chores")
    assert sorted(await titles(town, "沈立群")) == ["修桥", "关于防汛的通知"]
    await organization.appoint(SYSTEM, town.people["沈立群"], town.posts["镇长"], kind="兼任", is_primary=False)
    assert (await queries.counts(await town.actor("沈立群"))).handle == 2


async def test_what_is_shown(town: Town) -> None:
    due = datetime(2026, 8, 3, 9, 30, tzinfo=UTC)
    handling = uuid4()
    [made] = await actions.open_many(
        [todo(post(town, "镇长"), source=f"works.paper:{handling}", summary="请批示", sender="县政府办", urgency="特急",
              due_at=due, due_why="特急件24小时内办理")]
    )  # fmt: skip
    [shown], _ = await todos_of(await town.actor("韩素云"))
    assert (shown.id, shown.label, shown.route, shown.due_at) == (made, "请批示", f"/works/{handling}", due)
    assert (shown.sender, shown.urgency, shown.due_why, shown.state) == ("县政府办", "特急", "特急件24小时内办理", "open")
    [other] = await actions.open_many([todo(post(town, "镇长"), source="flow.step:9", route_id=str(handling))])
    row = await Todo.get(id=other)
    assert row.route == f"/works/{handling}"


async def test_urgent_first_then_the_nearest_due_and_done_latest_first(town: Town) -> None:
    holder, start = person(town, "罗小满"), clock.now()
    told = [("无期限", "", None), ("明天", "", 1), ("后天", "", 2), ("加急", "加急", 9), ("特急", "特急", None)]
    for title, urgency, days in [*told, ("特急明天", "特急", 1)]:
        due = start + timedelta(days=days) if days else None
        await actions.open_many([todo(holder, source=f"w:{title}", title=title, urgency=urgency, due_at=due)])
    assert await titles(town, "罗小满") == ["特急明天", "特急", "加急", "明天", "后天", "无期限"]
    for title in ("后天", "特急", "明天"):
        await actions.close("works.sign", f"w:{title}", by=SYSTEM, reason="已办")
        clock.travel(timedelta(seconds=1))
    assert await titles(town, "罗小满", "done") == ["明天", "特急", "后天"]


async def test_raised_again_is_the_same_row_with_new_words(town: Town) -> None:
    holder = person(town, "罗小满")
    [first] = await actions.open_many([todo(holder, title="旧")])
    [again] = await actions.open_many([todo(holder, title="新", urgency="加急")])
    assert first == again
    row = await Todo.get(id=first)
    assert (row.title, row.urgency, row.rev, row.sort_key) == ("新", "加急", 2, order.of_open("加急", None))
    twice = await actions.open_many([todo(holder, source="w:2"), todo(holder, source="w:2")])
    assert twice[0] == twice[1]
    await actions.close("works.sign", "works.paper:1", by=SYSTEM, reason="已办")
    [fresh] = await actions.open_many([todo(holder)])
    assert fresh != first
    assert await actions.close("works.sign", "works.paper:1", by=SYSTEM, reason="已办") == 1
    assert await actions.close("works.sign", "works.paper:1", by=SYSTEM, reason="已办") == 0


async def test_withdrawn_and_transferred_leave_every_list_but_stay_on_record(town: Town) -> None:
    await actions.open_many([todo(person(town, "罗小满"), urgency="特急"), todo(person(town, "许一诺"))])
    clerk = await town.actor("罗小满")
    moved = await actions.transfer(
        "works.sign", "works.paper:1", holder=person(town, "罗小满"), to=post(town, "镇长"), by=clerk, reason="转办"
    )
    assert moved == 1
    assert await actions.transfer(
        "works.sign", "works.paper:1", holder=person(town, "罗小满"), to=post(town, "镇长"), by=clerk, reason="转办"
    ) == 0  # fmt: skip
    assert (await titles(town, "罗小满"), await titles(town, "罗小满", "done")) == ([], [])
    [shown], _ = await todos_of(await town.actor("韩素云"))
    assert shown.urgency == "特急"
    assert await actions.withdraw("works.paper:1", by=clerk, reason="来文撤回") == 2
    assert await titles(town, "韩素云") == []
    states = sorted([(row.state, row.reason) for row in await Todo.filter(closed_by_name="罗小满")])
    assert states == [("transferred", "转办"), ("withdrawn", "来文撤回"), ("withdrawn", "来文撤回")]


async def test_closing_one_holders_leaves_the_others(town: Town) -> None:
    await actions.open_many([todo(person(town, "罗小满")), todo(person(town, "许一诺"))])
    await actions.close("works.sign", "works.paper:1", holder=person(town, "罗小满"), by=SYSTEM, reason="已办")
    assert await titles(town, "罗小满") == []
    assert len(await titles(town, "许一诺")) == 1


async def test_update_changes_only_what_is_named_and_open(town: Town) -> None:
    await actions.open_many([todo(person(town, "罗小满"), summary="摘要"), todo(person(town, "许一诺"))])
    await actions.close("works.sign", "works.paper:1", holder=person(town, "许一诺"), by=SYSTEM, reason="已办")
    due = clock.now() + timedelta(days=1)
    assert await actions.update("works.paper:1", title="更正后的标题", due_at=due, due_why="改期") == 1
    [shown], _ = await todos_of(await town.actor("罗小满"))
    assert (shown.title, shown.summary, shown.due_why, shown.rev) == ("更正后的标题", "摘要", "改期", 2)
    assert await titles(town, "许一诺", "done") == ["关于防汛的通知"]
    assert await actions.update("works.paper:1", kind="works.read", title="无") == 0
    await actions.update("works.paper:1", due_at=None)
    assert (await Todo.get(id=shown.id)).sort_key == order.of_open("", None)


async def test_seen_once_and_only_by_a_holder(town: Town) -> None:
    [made] = await actions.open_many([todo(post(town, "文书"))])
    clerk, stranger = await town.actor("罗小满"), await town.actor("丁守一")
    with pytest.raises(NotFound, match="todo_unknown"):
        await actions.mark_seen(stranger, made)
    with pytest.raises(NotFound, match="todo_unknown"):
        await actions.mark_seen(clerk, uuid4())
    await actions.mark_seen(clerk, made)
    first = (await Todo.get(id=made)).first_seen_at
    clock.travel(timedelta(hours=1))
    await actions.mark_seen(clerk, made)
    assert first is not None
    assert (await Todo.get(id=made)).first_seen_at == first


async def test_following_and_no_longer(town: Town) -> None:
    clerk = await town.actor("罗小满")
    await actions.follow(clerk, "works.follow", "works.paper:1", title="防汛")
    assert (await queries.counts(clerk)).follow == 1
    assert await titles(town, "罗小满", "follow") == ["防汛"]
    assert await actions.unfollow(clerk, "works.follow", "works.paper:1") == 1
    assert (await queries.counts(clerk)).follow == 0
    with pytest.raises(LookupError):
        await actions.follow(clerk, "works.sign", "works.paper:1", title="防汛")


async def test_an_undeclared_kind_is_a_mistake_in_the_code(town: Town) -> None:
    with pytest.raises(LookupError, match=r"works\.nothing"):
        await actions.open_many([todo(person(town, "罗小满"), kind="works.nothing")])


async def test_long_words_are_cut_not_refused(town: Town) -> None:
    await actions.open_many([todo(person(town, "罗小满"), title="长" * 500)])
    [title] = await titles(town, "罗小满")
    assert len(title) == 300
    assert title.endswith("…")


async def test_pages_join_without_gap_or_double(town: Town) -> None:
    start = clock.now()
    await actions.open_many(
        [
            todo(holder, source=f"w:{n}", title=f"{n}", due_at=start + timedelta(days=n % 5), urgency=("", "加急")[n % 2])
            for n in range(23)
            for holder in [post(town, "文书") if n % 3 else person(town, "罗小满")]
        ]
    )
    clerk = await town.actor("罗小满")
    whole, _ = await todos_of(clerk, limit=100)
    walked, cursor = [], ""
    while True:
        part, following = await todos_of(clerk, cursor=cursor, limit=4)
        walked += part
        if following is None:
            break
        cursor = following
    assert [one.id for one in walked] == [one.id for one in whole]
    assert len(whole) == 23


@pytest.mark.parametrize("cursor", ["x", "1", "1.x", "-.", *(f"{key}.{UUID(int=1)}" for key in ("²", 10**30, 2**63, "--5"))])
async def test_malformed_cursors(town: Town, cursor: str) -> None:
    with pytest.raises(Invalid, match=r"http\.bad_cursor"):
        await todos_of(await town.actor("罗小满"), cursor=cursor)


async def test_one_event_per_unit_of_work_told_to_whoever_holds_the_posts(town: Town) -> None:
    await RecordedEvent.all().delete()

    @verb
    async def work() -> None:
        await actions.open_many([todo(post(town, "文书")), todo(person(town, "沈立群"))])
        await actions.open_many([todo(person(town, "沈立群"), kind="works.read")])
        await actions.close("works.sign", "works.paper:1", holder=person(town, "沈立群"), by=SYSTEM, reason="已办")

    await work()
    [row] = await RecordedEvent.filter(name="inbox.changed")
    event = msgspec.convert(row.payload, InboxChanged)
    assert set(await telling.audience(event)) == {town.people["罗小满"], town.people["沈立群"]}
    told = await telling.view(event, town.people["沈立群"])
    assert told["counts"] == {"handle": 0, "read": 1, "follow": 0}
    assert isinstance(told["todos"], list)
    assert sorted(one["state"] for one in told["todos"]) == ["done", "open"]
    clerks = await telling.view(event, town.people["罗小满"])
    assert isinstance(clerks["todo"], dict)
    assert clerks["todo"]["box"] == "handle"
    assert clerks["counts"] == {"handle": 1, "read": 0, "follow": 0}
    assert (await telling.view(event, town.people["丁守一"]))["todos"] == []


async def test_many_are_told_in_as_many_queries_as_one(town: Town) -> None:
    """All logs wait while an audience is told: 500 readers of one thing cost no more statements than one."""
    await delegated(town, "works")
    readers = [town.people[name] for name in ("许一诺", "罗小满", "沈立群", "丁守一")]
    many = [*readers, *(uuid4() for _ in range(496))]
    for reader in many:
        await follow_log(reader)
    [shared] = await actions.open_many([todo(post(town, "镇长"))])
    await actions.open_many([todo(Holder(kind="person", id=many[-1]), source="w:2")])
    costs = []
    for people in (readers[:1], many):
        event = InboxChanged(people=people, posts=[], todos=[shared], source="works.paper:1")
        with database_counted() as sent:
            await verb(fan_out(telling.PUBLICATION).run)(event, Delivery(id="1", attempt=1))
        costs.append(len(sent))
    assert costs[1] <= costs[0] + 1, "payloads that differ are stored by one statement more"
    assert costs[1] <= 12
    for reader in (*readers, many[-1]):
        [line, *_] = reversed(await lines_after({reader: 0}, 10))
        alone = msgspec.json.decode(msgspec.json.encode(await telling.view(event, reader)))
        assert msgspec.json.decode("{" + line.tail)["data"] == alone
        assert alone["counts"] == msgspec.to_builtins(await queries.counts_within(reach(reader, await holdings_of(reader))))


async def test_each_thing_is_told_by_itself_so_that_it_can_be_taken_back(town: Town) -> None:
    await RecordedEvent.all().delete()
    await actions.open_many([todo(person(town, "罗小满")), todo(post(town, "镇长")), todo(post(town, "镇长"), source="w:2")])
    rows = await RecordedEvent.filter(name="inbox.changed").order_by("seq")
    events = [msgspec.convert(row.payload, InboxChanged) for row in rows]
    assert [(event.source, len(event.todos)) for event in events] == [("works.paper:1", 2), ("w:2", 1)]
    assert telling.PUBLICATION.source is not None
    assert [telling.PUBLICATION.source(event) for event in events] == ["works.paper:1", "w:2"]


async def test_more_things_than_can_be_taken_back_one_by_one_are_told_without_words(town: Town) -> None:
    await RecordedEvent.all().delete()
    await actions.open_many([todo(person(town, "罗小满"), source=f"w:{n}") for n in range(telling.MOST_SOURCES + 1)])
    [row] = await RecordedEvent.filter(name="inbox.changed")
    event = msgspec.convert(row.payload, InboxChanged)
    assert event.source == ""
    told = await telling.view(event, town.people["罗小满"])
    assert told == {"counts": {"handle": telling.MOST_SOURCES + 1, "read": 0, "follow": 0}, "todos": None}


async def test_what_was_told_is_taken_back_from_who_lost_access(town: Town) -> None:
    clerk, deputy = town.people["罗小满"], town.people["沈立群"]
    for one in (clerk, deputy):
        await follow_log(one)
    await actions.open_many([todo(Holder(kind="person", id=one), title="不该再看的标题") for one in (clerk, deputy)])
    await town.drain()

    @verb
    async def lose() -> None:
        outbox.record(AccessLost(source="works.paper:1", persons=(clerk,)))

    assert "不该再看的标题" in await told_to(clerk)
    await lose()
    await town.drain()
    assert "不该再看的标题" not in await told_to(clerk)
    assert "不该再看的标题" in await told_to(deputy)


async def told_to(who: UUID) -> str:
    """All that stands in a person's log."""
    return " ".join(line.tail for line in await lines_after({who: 0}, 100))


async def test_too_many_at_once_are_counted_not_listed(town: Town) -> None:
    made = await actions.open_many([todo(person(town, "罗小满"), source=f"w:{n}") for n in range(25)])
    event = InboxChanged(people=[town.people["罗小满"]], posts=[], todos=made, source="w:0")
    told = await telling.view(event, town.people["罗小满"])
    assert told["todos"] is None
    assert told["counts"] == {"handle": 25, "read": 0, "follow": 0}


async def test_a_refused_work_opens_nothing_and_tells_nobody(town: Town) -> None:
    await RecordedEvent.all().delete()

    @verb
    async def work() -> None:
        await actions.open_many([todo(person(town, "罗小满"))])
        raise Invalid("http.bad_cursor")

    with pytest.raises(Invalid):
        await work()
    assert await titles(town, "罗小满") == []
    assert not await RecordedEvent.filter(name="inbox.changed").exists()


async def test_gaining_a_post_tells_the_person(town: Town) -> None:
    await organization.appoint(SYSTEM, town.people["许一诺"], town.posts["文书"], kind="兼任", is_primary=False)
    await town.drain()
    rows = await RecordedEvent.filter(name="inbox.changed")
    assert [str(town.people["许一诺"])] in [row.payload["people"] for row in rows]


async def test_a_merger_moves_the_open_ones_to_the_custodian(town: Town) -> None:
    await actions.open_many([todo(post(town, "白水镇文书"), urgency="加急"), todo(post(town, "白水镇文书"), source="w:2")])
    await merge_units(SYSTEM, [town.units["白水镇"]], town.units["青石镇"])
    assert len(await town.broken_promises()) == 1
    await town.drain()
    assert await town.broken_promises() == []
    assert len(await titles(town, "罗小满")) == 2


async def test_broken_rows_are_found(town: Town) -> None:
    await actions.open_many([todo(person(town, "罗小满")), todo(Holder(kind="post", id=uuid4()), source="w:2")])
    await Todo.filter(source="works.paper:1").update(kind="works.forgotten", lane="done")
    problems = await town.broken_promises()
    assert [line.split(":")[0].split(" held")[0] for line in problems[:2]] == [
        "1 open to-dos of unknown kind works.forgotten", "1 open to-dos",
    ]  # fmt: skip
    assert "disagree" in problems[2]


#: `counted` sees a query twice: once for the engine's placeholders, once to run it.
ONE = 2


async def test_the_same_queries_for_one_to_do_and_for_many(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = await town.actor("罗小满")
    await actions.open_many([todo(person(town, "罗小满"))])
    with counted(monkeypatch) as few:
        await queries.page(clerk, InboxQuery())
    await actions.open_many([todo(post(town, "文书"), source=f"w:{n}") for n in range(60)])
    with counted(monkeypatch) as many:
        page = await queries.page(clerk, InboxQuery(limit=50))
    assert (len(page.items), page.counts.handle) == (50, 61)
    assert len(many) == len(few) == 2 * ONE


async def test_a_delegate_for_some_work_costs_no_query_more_and_pages_join(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    mayor, kinds = post(town, "镇长"), ("works.sign", "chores.do", "works.sign")
    await actions.open_many([todo(mayor, kind=kinds[n % 3], source=f"w:{n}", title=f"{n}") for n in range(30)])
    await actions.open_many([todo(person(town, "沈立群"), source=f"v:{n}") for n in range(5)])
    await delegated(town, "works")
    deputy = await town.actor("沈立群")
    with counted(monkeypatch) as asked:
        whole = await queries.page(deputy, InboxQuery(limit=100))
    assert len(asked) == 2 * ONE
    assert (len(whole.items), whole.counts.handle) == (25, 25)
    walked, cursor = [], ""
    while cursor is not None:
        part, cursor = await todos_of(deputy, cursor=cursor, limit=7)  # type: ignore[assignment]
        walked += [one.id for one in part]
    assert walked == [one.id for one in whole.items]


@pytest.mark.engines("sqlite")
async def test_a_delegates_counts_and_places_come_from_the_index_alone_on_sqlite(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text, values in await asked_by_delegate(town, monkeypatch):
        plan = [str(row["detail"]) for row in await database.fetch(f"EXPLAIN QUERY PLAN {text}", *values)]
        walks = [line for line in plan if "SEARCH inbox_todo" in line and "holder=?" in line]
        # Rows of the deputy's own holders are fetched to be shown; those of the mayor's post are first looked at in the index.
        narrow = walks[-1]
        assert "COVERING INDEX" in narrow, plan
        assert "holder=? AND lane=?" in narrow, plan


@pytest.mark.engines("postgresql")
async def test_a_delegates_counts_and_places_come_from_the_index_alone_on_postgresql(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    @verb
    async def plan(text: str, values: tuple[object, ...]) -> list[str]:
        for setting in ("enable_seqscan", "enable_bitmapscan"):
            await database.execute(f"SET LOCAL {setting} = off")
        return [str(row["QUERY PLAN"]) for row in await database.fetch(f"EXPLAIN {text}", *values)]

    mayor, kinds, long = post(town, "镇长"), ("works.sign", "chores.do"), "长" * 300
    await actions.open_many([todo(mayor, kind=kinds[n % 2], source=f"w:{n}", title=long, summary=long) for n in range(1000)])
    await database.execute("VACUUM ANALYZE inbox_todo")
    for text, values in await asked_by_delegate(town, monkeypatch):
        lines = await plan(text, values)
        narrow = [n for n, line in enumerate(lines) if "kind" in line and "= ANY" in line]
        assert narrow, "\n".join(lines)
        assert all(any("Index Only Scan" in line for line in lines[max(0, n - 3) : n]) for n in narrow), "\n".join(lines)


async def asked_by_delegate(town: Town, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[object, ...]]]:
    """The queries of a delegate's page: the list, then the counts."""
    await delegated(town, "works")
    deputy = await town.actor("沈立群")
    seen: list[tuple[str, tuple[object, ...]]] = []

    async def watching(text: str, *values: object) -> list[dict[str, object]]:
        seen.append((text, values))
        return await database.fetch(text, *values)

    monkeypatch.setattr(queries, "fetch", watching)
    await queries.page(deputy, InboxQuery())
    return seen


async def asked_of(town: Town, monkeypatch: pytest.MonkeyPatch) -> tuple[str, tuple[object, ...]]:
    """The query of the second page, with its values."""
    seen: list[tuple[str, tuple[object, ...]]] = []

    async def watching(text: str, *values: object) -> list[dict[str, object]]:
        seen.append((text, values))
        return await database.fetch(text, *values)

    monkeypatch.setattr(queries, "fetch", watching)
    clerk = await town.actor("罗小满")
    await actions.open_many([todo(person(town, "罗小满"), source=f"w:{n}") for n in range(40)])
    _, cursor = await todos_of(clerk, limit=10)
    assert cursor
    await todos_of(clerk, cursor=cursor, limit=10)
    return next(one for one in seen if "(sort_key, id) >" in one[0])


@pytest.mark.engines("sqlite")
async def test_a_page_walks_one_index_per_holder_on_sqlite(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    text, values = await asked_of(town, monkeypatch)
    plan = [str(row["detail"]) for row in await database.fetch(f"EXPLAIN QUERY PLAN {text}", *values)]
    walks = [line for line in plan if "inbox_todo" in line]
    assert len(walks) == 2
    assert all("(holder=? AND lane=? AND (sort_key,id)>(?,?))" in line for line in walks), plan
    # What is sorted is what the walks gave, a page each.
    assert all("SCAN one" in plan[n - 1] for n, line in enumerate(plan) if "TEMP B-TREE" in line), plan


@pytest.mark.engines("postgresql")
async def test_a_page_walks_one_index_per_holder_on_postgresql(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    text, values = await asked_of(town, monkeypatch)

    @verb
    async def plan() -> list[str]:
        # The table is too small for an index to pay; what is asked is whether it could serve.
        for setting in ("enable_seqscan", "enable_bitmapscan"):
            await database.execute(f"SET LOCAL {setting} = off")
        return [str(row["QUERY PLAN"]) for row in await database.fetch(f"EXPLAIN {text}", *values)]

    lines = await plan()
    walks = [n for n, line in enumerate(lines) if "Index Scan using" in line]
    assert len(walks) == 2, lines
    assert all("holder" in lines[n + 1] and "ROW(sort_key, id) >" in lines[n + 1] for n in walks), lines
    assert all("Limit" in lines[n - 1] for n in walks), lines


@given(
    st.tuples(st.sampled_from(order.URGENCIES), st.none() | st.datetimes(timezones=st.just(UTC))),
    st.tuples(st.sampled_from(order.URGENCIES), st.none() | st.datetimes(timezones=st.just(UTC))),
)
def test_the_key_orders_as_urgency_then_due(one: tuple[str, datetime | None], two: tuple[str, datetime | None]) -> None:
    epoch, never = datetime(1970, 1, 1, tzinfo=UTC), datetime(2286, 11, 20, 17, 46, 38, tzinfo=UTC)

    def plainly(told: tuple[str, datetime | None]) -> tuple[int, int]:
        due = 10**12 if told[1] is None else int(min(max(told[1], epoch), never).timestamp())
        return order.URGENCIES.index(told[0]), due

    assert (order.of_open(*one) < order.of_open(*two)) == (plainly(one) < plainly(two))


@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),
    st.timedeltas(timedelta(seconds=1), timedelta(999)),
)
def test_closed_later_comes_first(at: datetime, later: timedelta) -> None:
    assert order.of_closed(at + later) < order.of_closed(at)


async def test_over_http(town: Town) -> None:
    [made] = await actions.open_many([todo(post(town, "文书"), urgency="特急")])
    async with town.http("罗小满") as http:
        answer = (await http.get("/inbox", params={"box": "handle"})).json()
        assert answer["counts"] == {"handle": 1, "read": 0, "follow": 0}
        assert [one["id"] for one in answer["items"]] == [str(made)]
        assert answer["items"][0]["due_at"] is None
        assert answer["next"] is None
        assert (await http.post(f"/inbox/{made}/views")).status_code == 204
        assert (await http.get("/inbox")).json()["items"][0]["first_seen_at"]
        for wrong in ({"box": "all"}, {"limit": 0}, {"limit": 101}, {"q": "长" * 61}, {"cursor": "zz"}, {"colour": "red"}):
            assert (await http.get("/inbox", params=wrong)).status_code == 422
    async with town.http("丁守一") as http:
        assert (await http.get("/inbox")).json()["items"] == []
        assert (await http.post(f"/inbox/{made}/views")).status_code == 404
    start = await queries.bootstrap(await town.actor("罗小满"))
    assert start.counts.handle == 1
