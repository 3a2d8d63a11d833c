"""Whom a person may send to."""

from uuid import uuid4

import pytest

from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.kernel.refusal import Forbidden, Invalid
from office.organization import actions, groups, structure
from office.organization.mergers import merge_units
from office.organization.names import names_of
from office.organization.recipients import resolve, resolve_recipients, search
from tests.office.organization.town import Town, counted


async def test_units_below_own_sections_own_people(town: Town) -> None:
    found = await search(await town.actor("罗小满"))
    assert [one.name for one in found if one.kind == "unit"] == ["柳湾村"]
    assert [one.name for one in found if one.kind == "section"] == ["党政办公室", "经济发展办公室", "农业综合服务中心"]
    names = [one.name for one in found if one.kind == "person"]
    assert names[:2] == ["周启明", "韩素云"]
    assert "丁守一" not in names


async def test_the_county_sees_towns_before_villages(town: Town) -> None:
    found = await search(await town.actor("何知秋"))
    assert [one.name for one in found if one.kind == "unit"] == ["青石镇", "白水镇", "柳湾村"]


async def test_search_by_words_initials_and_literal_signs(town: Town) -> None:
    clerk = await town.actor("罗小满")
    assert [one.name for one in await search(clerk, "SLQ")] == ["沈立群"]
    assert [one.name for one in await search(clerk, "农业")] == ["农业综合服务中心", "沈立群"]
    assert await search(clerk, "%") == []
    assert await search(clerk, "_") == []


async def test_somebody_away_is_marked(town: Town) -> None:
    until = clock.now().replace(year=clock.now().year + 1)
    clerk = await town.actor("罗小满")
    await actions.report_absence(clerk, town.people["沈立群"], kind="出差", valid_from=clock.now(), valid_to=until)
    [found] = await search(clerk, "slq")
    assert found.hint == "副镇长（农业）（出差）"
    with pytest.raises(Forbidden, match="absence_of_other"):
        await actions.report_absence(clerk, town.people["丁守一"], kind="请假", valid_from=clock.now(), valid_to=until)


async def test_resolving_keeps_the_order_and_says_where_each_lies(town: Town) -> None:
    clerk = await town.actor("罗小满")
    refs = [
        f"person:{town.people['许一诺']}",
        f"unit:{town.units['柳湾村']}",
        f"section:{town.sections['党政办公室']}",
        f"post:{town.posts['镇长']}",
        f"unit:{town.units['柳湾村']}",
    ]
    found = await resolve_recipients(clerk, refs)
    assert [one.ref for one in found] == refs[:4]
    assert [one.name for one in found] == ["许一诺", "柳湾村", "党政办公室", "镇长"]
    assert (found[0].unit, found[0].post) == (town.units["青石镇"], town.posts["经发办主任"])
    assert (found[1].unit, found[1].section, found[1].person) == (town.units["柳湾村"], None, None)


async def test_what_is_out_of_reach_or_no_reference_is_refused(town: Town) -> None:
    clerk = await town.actor("罗小满")
    refs = [
        f"unit:{town.units['白水镇']}",
        f"unit:{town.units['县政府办']}",
        f"person:{town.people['丁守一']}",
        f"post:{town.posts['白水镇文书']}",
        f"group:{uuid4()}",
        "unit:1",
        "cabinet:x",
        "",
        "person:' OR 1=1",
    ]
    for ref in refs:
        with pytest.raises(Invalid, match="recipient_unknown"):
            await resolve_recipients(clerk, [ref])
    with pytest.raises(Invalid, match="recipients_too_many"):
        await resolve_recipients(clerk, refs * 300)


async def test_a_group_is_resolved_when_sent_and_drops_nobody_silently(town: Town) -> None:
    clerk = await town.actor("罗小满")
    members = [f"person:{town.people['许一诺']}", f"unit:{town.units['柳湾村']}"]
    group = await groups.save_group(clerk, town.units["青石镇"], name="常用", members=members)
    [line] = [one for one in await search(clerk) if one.kind == "group"]
    assert (line.ref, line.hint) == (f"group:{group}", "1 个单位、1 人")
    found = await resolve_recipients(clerk, [f"person:{town.people['许一诺']}", line.ref])
    assert [one.ref for one in found] == members
    await actions.end_appointment(SYSTEM, town.appointments["许一诺"])
    now = await resolve(clerk, [line.ref])
    assert ([one.name for one in now.targets], now.gone) == (["柳湾村"], ["许一诺"])
    with pytest.raises(Invalid, match="recipient_unknown"):
        await resolve(clerk, [line.ref, members[0]])
    kept = await resolve(clerk, [*members, line.ref], lenient=True)
    assert ([one.name for one in kept.targets], kept.gone) == (["柳湾村"], ["许一诺"])


async def test_a_group_with_nobody_left_is_refused_by_its_name(town: Town) -> None:
    clerk = await town.actor("罗小满")
    ref = f"person:{town.people['许一诺']}"
    group = await groups.save_group(clerk, town.units["青石镇"], name="专班", members=[ref])
    await actions.end_appointment(SYSTEM, town.appointments["许一诺"])
    with pytest.raises(Invalid, match="group_over") as refused:
        await resolve(clerk, [f"group:{group}", f"unit:{town.units['柳湾村']}"])
    assert refused.value.facts["name"] == "专班"


async def test_whoever_is_within_reach_is_known_by_what_they_are_called(town: Town) -> None:
    reach = await names_of(await town.actor("罗小满"))
    called = {name: one.ref for one in reach.known for name in one.names}
    assert reach.complete
    assert called["许一诺"] == f"person:{town.people['许一诺']}"
    assert called["镇长"] == called["韩镇长"] == f"post:{town.posts['镇长']}"
    assert called["党政办"] == called["党政办公室"] == f"section:{town.sections['党政办公室']}"
    assert "丁守一" not in called
    assert (await names_of(await town.actor("丁守一"))).complete


async def test_at_home_the_place_is_left_out_of_a_name_where_only_one_fits(town: Town) -> None:
    unit, clerk = town.units["青石镇"], await town.actor("罗小满")
    ids = [await structure.add_section(SYSTEM, unit, name=name, kind="站所中心") for name in (
        "青石镇应急管理办公室", "青石镇经济发展办公室", "青石镇人民政府财政所", "财政所", "青石镇办公室",
    )]  # fmt: skip
    called: dict[str, set[str]] = {}
    for one in (await names_of(clerk)).known:
        for name in one.names:
            called.setdefault(name, set()).add(one.ref)
    safe, money = f"section:{ids[0]}", f"section:{ids[3]}"
    assert called["应急管理办公室"] == called["应急管理办"] == called["青石镇应急管理办"] == {safe}
    assert called["经济发展办公室"] == {f"section:{town.sections['经济发展办公室']}"}, "a whole name stays its own"
    assert called["财政所"] == {money}
    assert "办公室" not in called, "what every place has names none"


async def test_groups_belong_to_their_unit(town: Town) -> None:
    clerk, other, staff = await town.actor("罗小满"), await town.actor("丁守一"), await town.actor("许一诺")
    unit, member = town.units["青石镇"], f"unit:{town.units['柳湾村']}"
    group = await groups.save_group(clerk, unit, name="各村", members=[member])
    assert await groups.save_group(clerk, unit, name="各村", members=[member, f"post:{town.posts['镇长']}"]) == group
    with pytest.raises(Forbidden, match="group_not_yours"):
        await groups.save_group(other, unit, name="各村", members=[member])
    with pytest.raises(Forbidden, match="group_not_yours"):
        await groups.save_group(staff, unit, name="各村", members=[member])
    with pytest.raises(Invalid, match="group_of_groups"):
        await groups.save_group(clerk, unit, name="再来", members=[f"group:{group}"])
    with pytest.raises(Invalid, match="recipient_unknown"):
        await resolve_recipients(other, [f"group:{group}"])


async def test_an_ended_unit_cannot_be_sent_to(town: Town) -> None:
    clerk = await town.actor("何知秋")
    await merge_units(SYSTEM, [town.units["白水镇"]], town.units["青石镇"])
    assert "白水镇" not in [one.name for one in await search(clerk)]
    with pytest.raises(Invalid, match="recipient_unknown"):
        await resolve_recipients(clerk, [f"unit:{town.units['白水镇']}"])


async def test_query_counts_do_not_grow_with_what_is_found(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, unit = await town.actor("罗小满"), town.units["青石镇"]
    members = [f"unit:{town.units['柳湾村']}", *(f"section:{one}" for one in town.sections.values())]
    with counted(monkeypatch) as first:
        await search(clerk)
        await resolve_recipients(clerk, members)
    for number in range(15):
        section = await structure.add_section(SYSTEM, unit, name=f"第{number}组", kind="业务股室")
        members.append(f"section:{section}")
    with counted(monkeypatch) as second:
        await search(clerk)
        assert len(await resolve_recipients(clerk, members)) == len(members)
    assert len(second) == len(first)
