"""Who may act for which post, and how that ends."""

from datetime import timedelta

import pytest

from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.kernel.refusal import Conflict, Forbidden, Invalid, NotFound
from office.organization import actions
from office.organization.holdings import holders, holders_many, holdings_of
from office.organization.queries import people_of_refs
from office.organization.turns import tell_turns
from office.outbox.models import RecordedEvent
from tests.office.organization.town import Town, counted

HOUR = timedelta(hours=1)


async def test_own_posts_with_unit_section_and_roles(town: Town) -> None:
    [holding] = await holdings_of(town.people["罗小满"])
    assert (holding.title, holding.unit_name, holding.section_name) == ("文书", "青石镇人民政府", "党政办公室")
    assert holding.roles == {"clerk", "staff"}
    assert holding.unit == town.units["青石镇"]
    assert holding.section == town.sections["党政办公室"]


async def test_a_delegate_acts_on_behalf_until_it_is_revoked(town: Town) -> None:
    leader, post = await town.actor("沈立群"), town.posts["副镇长（农业）"]
    given = await actions.delegate(leader, post, town.people["许一诺"], valid_to=clock.now() + HOUR, scope=["works"])
    own, delegated = await holdings_of(town.people["许一诺"])
    assert own.on_behalf_of is None
    assert (delegated.post, delegated.on_behalf_of, delegated.on_behalf_of_name) == (post, leader.id, "沈立群")
    assert [one.name for one in await holders(post)] == ["沈立群", "许一诺"]
    assert (own.scope, delegated.scope) == (frozenset(), frozenset({"works"}))
    await actions.revoke_delegation(leader, given)
    assert len(await holdings_of(town.people["许一诺"])) == 1
    with pytest.raises(Conflict, match="delegation_revoked"):
        await actions.revoke_delegation(leader, given)


async def test_a_delegation_for_one_kind_of_work_gives_no_other(town: Town) -> None:
    leader, post = await town.actor("沈立群"), town.posts["副镇长（农业）"]
    own = town.posts["经发办主任"]
    until = clock.now() + HOUR
    await actions.delegate(leader, post, town.people["许一诺"], valid_to=until, scope=["works"])
    delegate = await town.actor("许一诺")
    assert delegate.posts == {post, own}
    assert delegate.posts_for("works.sign") == delegate.posts_for("works") == {post, own}
    assert delegate.posts_for("chores") == {own}
    assert delegate.holding(post, "works") is not None
    assert delegate.holding(post, "chores") is None
    assert delegate.units_as("leader") == delegate.units_as("leader", "works") == {town.units["青石镇"]}
    assert delegate.units_as("leader", "chores") == frozenset()
    assert ("works.decide" in delegate.permissions, "chores.assign" in delegate.permissions) == (True, False)
    assert [one.name for one in await holders(post, work="works")] == ["沈立群", "许一诺"]
    assert [one.name for one in await holders(post, work="chores")] == ["沈立群"]
    assert len(await people_of_refs([f"post:{post}"], work="chores")) == 1


async def test_delegations_of_one_giver_are_one_holding_for_all_their_work(town: Town) -> None:
    leader, post = await town.actor("沈立群"), town.posts["副镇长（农业）"]
    until = clock.now() + HOUR
    await actions.delegate(leader, post, town.people["许一诺"], valid_to=until, scope=["works"])
    await actions.delegate(leader, post, town.people["许一诺"], valid_to=until, scope=["chores"])
    _, delegated = await holdings_of(town.people["许一诺"])
    assert delegated.scope == {"works", "chores"}
    assert "chores.assign" in (await town.actor("许一诺")).permissions


async def test_a_scope_names_modules(town: Town) -> None:
    leader = await town.actor("沈立群")
    with pytest.raises(Invalid, match="scope_unknown") as told:
        await actions.delegate(
            leader, town.posts["副镇长（农业）"], town.people["许一诺"], valid_to=clock.now() + HOUR, scope=["works", "王座"]
        )
    assert told.value.facts == {"names": "王座"}


async def test_a_delegation_dies_with_the_appointment_of_its_giver(town: Town) -> None:
    leader, post = await town.actor("沈立群"), town.posts["副镇长（农业）"]
    await actions.delegate(leader, post, town.people["许一诺"], valid_to=clock.now() + HOUR)
    await actions.end_appointment(SYSTEM, town.appointments["沈立群"])
    assert len(await holdings_of(town.people["许一诺"])) == 1
    assert await holders_many([post]) == {}
    clock.travel(timedelta(minutes=1))
    await actions.appoint(SYSTEM, town.people["沈立群"], post)
    assert [one.name for one in await holders(post)] == ["沈立群"]


async def test_it_ends_by_the_clock(town: Town) -> None:
    leader, post = await town.actor("沈立群"), town.posts["副镇长（农业）"]
    await actions.delegate(leader, post, town.people["许一诺"], valid_to=clock.now() + HOUR)
    clock.travel(HOUR)
    assert len(await holdings_of(town.people["许一诺"])) == 1
    assert len(await holdings_of(town.people["许一诺"], clock.now() - HOUR / 2)) == 2


@pytest.mark.parametrize(
    ("giver", "post", "receiver", "hours", "code"),
    [
        ("罗小满", "文书", "许一诺", 1, "organization.not_own_post"),
        ("沈立群", "镇长", "许一诺", 1, "organization.not_own_post"),
        ("沈立群", "副镇长（农业）", "沈立群", 1, "organization.delegation_to_self"),
        ("沈立群", "副镇长（农业）", "丁守一", 1, "organization.delegation_outside_unit"),
        ("沈立群", "副镇长（农业）", "许一诺", -1, "organization.delegation_over"),
        ("沈立群", "副镇长（农业）", "许一诺", 24 * 400, "organization.delegation_too_long"),
    ],
)
async def test_refused_delegations(town: Town, giver: str, post: str, receiver: str, hours: int, code: str) -> None:
    with pytest.raises((Invalid, Forbidden), match=code):
        await actions.delegate(
            await town.actor(giver), town.posts[post], town.people[receiver], valid_to=clock.now() + HOUR * hours
        )


async def test_a_delegate_cannot_pass_it_on_and_two_cannot_have_the_same(town: Town) -> None:
    leader, post = await town.actor("沈立群"), town.posts["副镇长（农业）"]
    await actions.delegate(leader, post, town.people["许一诺"], valid_to=clock.now() + HOUR)
    with pytest.raises(Forbidden, match="not_own_post"):
        await actions.delegate(await town.actor("许一诺"), post, town.people["罗小满"], valid_to=clock.now() + HOUR)
    with pytest.raises(Conflict, match="delegation_overlaps"):
        await actions.delegate(leader, post, town.people["罗小满"], valid_to=clock.now() + HOUR)


async def test_others_delegations_look_unknown(town: Town) -> None:
    leader = await town.actor("沈立群")
    given = await actions.delegate(leader, town.posts["副镇长（农业）"], town.people["许一诺"], valid_to=clock.now() + HOUR)
    with pytest.raises(NotFound):
        await actions.revoke_delegation(await town.actor("许一诺"), given)


async def test_one_query_for_holdings_and_one_for_many_posts(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    with counted(monkeypatch) as asked:
        await holdings_of(town.people["罗小满"])
    one = len(asked)
    with counted(monkeypatch) as asked:
        found = await holders_many(town.posts.values())
    assert len(asked) == one
    assert len(found) == len(town.posts)


async def test_an_appointment_with_a_term_begins_and_ends_by_itself_and_is_told(town: Town) -> None:
    start = clock.now() + HOUR
    await actions.appoint(
        SYSTEM, town.people["丁守一"], town.posts["经发办主任"], kind="挂职", valid_from=start, valid_to=start + HOUR
    )
    assert "appointment_changed" not in await told_since(town)
    clock.travel(HOUR)
    assert await tell_turns() == 1
    assert [one.name for one in await holders(town.posts["经发办主任"])] == ["许一诺", "丁守一"]
    clock.travel(HOUR)
    assert await tell_turns() == 1
    assert await tell_turns() == 0
    assert await told_since(town) == ["organization.appointment_changed"] * 2


async def told_since(town: Town) -> list[str]:
    """Event names about 丁守一 after the one of the settling."""
    rows = await RecordedEvent.filter(key=f"person:{town.people['丁守一']}").order_by("seq")
    return [row.name for row in rows][1:]


async def test_a_vacated_post_is_told_once_its_last_holder_leaves(town: Town) -> None:
    post = town.posts["文书"]
    second = await actions.appoint(SYSTEM, town.people["许一诺"], post, kind="兼任", is_primary=False)
    await actions.end_appointment(SYSTEM, town.appointments["罗小满"])
    assert not await RecordedEvent.filter(name="organization.post_vacated").exists()
    await actions.end_appointment(SYSTEM, second)
    [row] = await RecordedEvent.filter(name="organization.post_vacated")
    assert row.payload["post"] == str(post)


async def test_refused_appointments(town: Town) -> None:
    person, post = town.people["许一诺"], town.posts["文书"]
    with pytest.raises(Forbidden, match="not_manager"):
        await actions.appoint(await town.actor("罗小满"), person, post)
    with pytest.raises(Invalid, match="secondment_needs_end"):
        await actions.appoint(SYSTEM, person, post, kind="借调")
    with pytest.raises(NotFound, match="post_unknown"):
        await actions.appoint(SYSTEM, person, person)
    with pytest.raises(NotFound, match="person_unknown"):
        await actions.appoint(SYSTEM, post, post)
    with pytest.raises(Conflict, match="already_appointed"):
        await actions.appoint(SYSTEM, town.people["罗小满"], post)
    await actions.end_appointment(SYSTEM, town.appointments["罗小满"])
    with pytest.raises(Conflict, match="appointment_ended"):
        await actions.end_appointment(SYSTEM, town.appointments["罗小满"])
