"""What comes from outside is bounded, and refused with a code that has a text."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace

from office.flow import rules
from office.flow.rules import (
    MAX_DEPTH,
    MAX_NODES,
    Act,
    AddSigner,
    Entry,
    Group,
    Holder,
    Insert,
    Node,
    Return,
    Seat,
    SkipVacant,
    Stage,
    Template,
    Transfer,
    all_of,
    any_of,
    apply,
    decode,
    decode_trail,
    encode,
    leaves,
    opening,
    plant,
    ratio,
    replay,
    sequence,
)
from office.flow.rules.model import CaseState, State
from office.flow.rules.tree import measure
from office.flow.texts import STATES, TEXTS
from office.kernel.refusal import Invalid
from tests.office.flow.cast import AT, CASE, CLERK, CUSTODIAN, FOUNDER, INITIATOR, Run, by_holder, duty, person

RULES = Path(rules.__file__).parent
# Texts themselves, and the names of promises.
NO_REFUSALS = ("texts.py", "invariants.py", "keeping.py")


def many(count: int) -> tuple[Node, ...]:
    return tuple(replace(duty("x"), id=str(UUID(int=n + 1))) for n in range(count))


def deep(levels: int) -> Node:
    return duty("deep") if levels == 1 else all_of(deep(levels - 1))


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (sequence(), "flow.empty_group"),
        (ratio(3, duty("a"), duty("b")), "flow.need_out_of_range"),
        (ratio(0, duty("a")), "flow.need_out_of_range"),
        (Group(join="all", children=(duty("a"),), need=1), "flow.need_out_of_range"),
        (replace(any_of(duty("a")), decided="met"), "flow.not_new"),
        (all_of(duty("a"), duty("a")), "flow.id_taken"),
        (duty("a", state="done"), "flow.not_new"),
        (duty("a", once=True), "flow.not_new"),
        (replace(duty("a"), id="7"), "flow.not_a_uuid"),
        (duty("a", act="arbitrate"), "flow.act_not_usable"),
        (duty("a", act=""), "flow.act_not_usable"),
        (duty("a", Holder("post", "")), "flow.holder_missing"),
        (duty("a", verbs=("fly",)), "flow.unknown_verb"),
        (duty("a", Holder("role", "clerk@qingshi")), "flow.holder_missing"),  # type: ignore[arg-type]
        (duty("a", label="长" * 65), "flow.text_too_long"),
        (all_of(*many(MAX_NODES)), "flow.too_large"),
        (deep(MAX_DEPTH), "flow.too_deep"),
        (deep(400), "flow.too_deep"),
    ],
)
def test_a_malformed_plan_is_refused_at_start_and_at_insert(plan: Node, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Run(plan)
    assert refusal.value.code == code
    with pytest.raises(Invalid) as refusal:
        Run(duty("ma")).on(Insert, "ma", place="parallel", node=plan)
    assert refusal.value.code == code


def test_the_largest_tree_still_works_and_still_ends() -> None:
    run = Run(*many(MAX_NODES - 1))
    first = next(leaves(run.case.root))
    for wish in (
        Transfer(obligation=first.id, revision=1, by=by_holder(first), to=person("wu")),
        AddSigner(obligation=first.id, revision=1, by=by_holder(first), place="after", signer=duty("new")),
    ):
        with pytest.raises(Invalid, match="too_large"):
            apply(run.case, wish, AT)
    after, _ = apply(run.case, Act(obligation=first.id, revision=1, by=by_holder(first)), AT)
    assert sum(leaf.state == "live" for leaf in leaves(after.root)) == 1
    skip = SkipVacant(obligation=first.id, revision=1, by=CUSTODIAN, why="left")
    after, _ = apply(run.case, skip, AT)
    assert [leaf.act for leaf in rules.live(after)] == ["settle"]


def test_twenty_returns_to_the_clerk_do_not_deepen_the_tree() -> None:
    run = Run(all_of(duty("ma"), duty("wu")))
    for _ in range(20):
        run.on(Return, "ma", to="custodian", reason="缺附件").act("settle")
    assert measure(run.case.root)[1] == 4


def test_adding_cannot_deepen_without_end() -> None:
    run = Run(any_of(duty("p0"), duty("wu")))

    def dig() -> None:
        for number in range(40):
            place = ("parallel", "after")[number % 2]
            run.on(AddSigner, f"p{number}", by=CUSTODIAN, place=place, signer=duty(f"p{number + 1}"))

    with pytest.raises(Invalid, match="too_deep"):
        dig()


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"\xff", b'{"a":' * 5000, b'{"id":"x","unknown":1}'])
def test_unreadable_data_is_refused(data: bytes) -> None:
    for read in (decode, decode_trail):
        with pytest.raises(Invalid, match="unreadable"):
            read(data)


def test_a_newer_format_and_an_unknown_field_are_refused() -> None:
    case = Run(duty("ma")).case
    with pytest.raises(Invalid, match="unknown_format"):
        decode(encode(replace(case, format=2)))
    with pytest.raises(Invalid, match="unreadable"):
        decode(encode(case).replace(b'"act":', b'"colour":1,"act":', 1))


def test_a_broken_trail_is_refused() -> None:
    run = Run(duty("ma")).act("ma")
    trail = [Entry(at=at, command=command) for at, command in run.trail]
    assert replay(trail) == run.case
    for broken in ([], trail[1:], [trail[0], trail[0]]):
        with pytest.raises(Invalid, match="trail_broken"):
            replay(broken)


def minted() -> Iterator[str]:
    return (str(UUID(int=n)) for n in range(1, 10_000))


def seats(*names: str) -> tuple[Seat, ...]:
    """In typed order; the ranks are the places in 林 (0), 马 (1), 吴 (2), 何 (3)."""
    return tuple(Seat(holder=person(name), rank=("lin", "ma", "wu", "he").index(name)) for name in names)


def asking(**changes: Any) -> Template:
    stages = (Stage(slot="first", act="review", label="审核"), Stage(slot="leaders", act="instruct", label="批示", **changes))
    return Template(code="test.asking", version=3, name="批办", stages=stages)


def planted(template: Template, **cast: tuple[Seat, ...]) -> Run:
    ids = minted()
    start = opening(template, cast, CASE, INITIATOR, CLERK, FOUNDER, lambda: next(ids))
    return Run(*start.root.children, hub=start.hub, template=start.template, template_version=start.template_version)


def walk(run: Run) -> list[list[str]]:
    seen = []
    while run.case.state == "running":
        seen.append(run.open)
        for leaf in rules.live(run.case):
            run.do(Act(obligation=leaf.id, revision=leaf.revision, by=by_holder(leaf)))
    return seen


def test_a_case_knows_its_template_and_version() -> None:
    run = planted(asking(), leaders=seats("ma"))
    assert (run.case.template, run.case.template_version) == ("test.asking", 3)


@pytest.mark.parametrize(
    ("order", "join", "seen"),
    [
        ("listed", "sequence", [["wu"], ["lin"], ["ma"]]),
        ("top_down", "sequence", [["lin"], ["ma"], ["wu"]]),
        ("bottom_up", "sequence", [["wu"], ["ma"], ["lin"]]),
        ("top_down", "all", [["lin", "ma", "wu"]]),
    ],
)
def test_the_order_is_the_templates_and_not_the_typed_one(order: Any, join: Any, seen: list[list[str]]) -> None:
    assert walk(planted(asking(order=order, join=join), leaders=seats("wu", "lin", "ma"))) == seen


def test_a_slot_before_is_asked_first_and_one_nobody_fills_is_left_out() -> None:
    assert walk(planted(asking(), first=seats("he"), leaders=seats("ma"))) == [["he"], ["ma"]]
    assert walk(planted(asking(), leaders=seats("ma"))) == [["ma"]]


def test_one_named_twice_for_an_act_is_asked_once() -> None:
    assert walk(planted(asking(), first=seats("ma"), leaders=seats("ma", "ma"))) == [["ma"], ["ma"]]


def test_a_misspelt_slot_is_refused() -> None:
    with pytest.raises(Invalid, match="unknown_slot"):
        plant(asking(), {"leader": seats("he")}, lambda: "")


def test_templates_are_data_that_round_trips() -> None:
    template = asking(order="top_down", join="all")
    assert msgspec.json.decode(msgspec.json.encode(template), type=Template) == template


def test_every_refusal_and_state_has_a_text() -> None:
    source = "".join(path.read_text() for path in RULES.parent.rglob("*.py") if path.name not in NO_REFUSALS)
    assert set(re.findall(r'"(flow\.[a-z_]+)"', source)) == set(TEXTS)
    names: set[Any] = {*get_args(State), *get_args(CaseState)}
    assert names == set(STATES)
