"""Running cases: the row is the lock, the trail replays to the tree, and every live obligation has exactly one open to-do."""

import asyncio
import contextlib
import random
from uuid import UUID

import msgspec
import pytest

from office.flow import actions as flow
from office.flow import rules
from office.flow.models import FlowCase, FlowEntry
from office.inbox.models import Todo
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.kernel.ids import new_id
from office.kernel.refusal import NotFound, Refusal
from tests.support.house import House

CLERK = str(new_id())
ABOUT = flow.About(id="a", subject="tests:a", title="标题", kinds={"*": "documents.handle", "read": "documents.read"})
COMMAND = msgspec.json.Decoder(rules.Start | rules.AnyCommand)  # type: ignore[arg-type]


def _leaf(label: str = "") -> rules.Obligation:
    return rules.Obligation(
        id=str(new_id()), act="handle", holder=rules.Holder("person", str(new_id())), label=label,
        verbs=("return", "transfer", "insert", "add_signer"),
    )  # fmt: skip


async def _opened(*nodes: rules.Node) -> rules.Case:
    clerk = rules.Holder("post", CLERK)
    start = rules.Start(
        by=rules.By(person=str(new_id()), post=CLERK, capacity="custodian"), case=str(new_id()), root=rules.sequence(*nodes),
        custodian=clerk, initiator=rules.Holder("person", str(new_id())),
    )  # fmt: skip
    return await flow.open_case(SYSTEM, start, ABOUT)


def _by(leaf: rules.Obligation) -> rules.By:
    return (
        rules.By(person=leaf.holder.id) if leaf.holder.kind == "person" else rules.By(person=str(new_id()), post=leaf.holder.id)
    )


def _clerk() -> rules.By:
    return rules.By(person=str(new_id()), post=CLERK, capacity="custodian")


def _act(leaf: rules.Obligation) -> rules.Act:
    return rules.Act(by=_by(leaf), obligation=leaf.id, revision=leaf.revision, outcome="done")


async def _ensure_true(case_id: UUID) -> rules.Case:
    """The trail replays to the tree, and the open to-dos are the live obligations, one each."""
    case = await flow.case_of(case_id)
    entries = await FlowEntry.filter(case_id=case_id).order_by("n")
    assert [entry.n for entry in entries] == list(range(len(entries)))
    replayed = rules.replay([rules.Entry(at=entry.at, command=COMMAND.decode(entry.command)) for entry in entries])
    assert replayed == case
    standing = sorted([todo.source for todo in await Todo.filter(state="open", source__startswith=f"flow:{case_id}/")])
    assert standing == sorted(flow.source_of(case.id, leaf.id) for leaf in rules.live(case))
    row = await FlowCase.get(id=case_id)
    assert (row.state, row.revision, row.closed_at is not None) == (case.state, case.revision, case.state == "ended" or
                                                                    case.state == "terminated")  # fmt: skip
    return case


async def test_a_case_from_its_opening_to_its_end(house: House) -> None:
    case = await _opened(_leaf("一"), rules.all_of(_leaf("二"), _leaf("三")))
    while case.state == "running":
        case = await flow.move(SYSTEM, UUID(case.id), _act(rules.live(case)[0]))
        await _ensure_true(UUID(case.id))
    assert case.state == "ended"
    assert await Todo.filter(state="done").count() == 3


async def test_steps_of_one_move_see_what_the_ones_before_left(house: House) -> None:
    case = await _opened(_leaf(), _leaf())
    both = [lambda now: _act(rules.live(now)[0])] * 2
    case = await flow.move(SYSTEM, UUID(case.id), *both)
    assert case.state == "ended"
    assert await Todo.all().count() == 1, "what opened and closed at once never was a to-do"
    await _ensure_true(UUID(case.id))


async def test_a_refused_command_leaves_nothing_behind(house: House) -> None:
    case = await _opened(_leaf(), _leaf())
    first = rules.live(case)[0]
    with pytest.raises(Refusal):
        await flow.move(SYSTEM, UUID(case.id), _act(first), _act(first))
    assert await _ensure_true(UUID(case.id)) == case


async def test_new_words_reach_open_to_dos_and_why_stays(house: House) -> None:
    case = await _opened(_leaf(), msgspec.structs.replace(_leaf(), due=clock.now(), due_why="规则二"))
    await flow.move(SYSTEM, UUID(case.id), _act(rules.live(case)[0]), about=msgspec.structs.replace(ABOUT, title="新标题"))
    [todo] = await Todo.filter(state="open")
    assert (todo.title, todo.due_why) == ("新标题", "规则二")


async def test_suspended_the_clerk_holds_it_and_resumed_all_stand_again(house: House) -> None:
    case = await _opened(rules.all_of(_leaf(), _leaf()))
    await flow.move(SYSTEM, UUID(case.id), rules.Suspend(by=_clerk(), reason="等"))
    suspended = await _ensure_true(UUID(case.id))
    assert [leaf.act for leaf in rules.live(suspended)] == ["hold"]
    await flow.move(SYSTEM, UUID(case.id), rules.Resume(by=_clerk()))
    assert len(rules.live(await _ensure_true(UUID(case.id)))) == 2


async def test_all_signers_of_a_parallel_step_at_once_end_it(house: House) -> None:
    case = await _opened(rules.all_of(*[_leaf() for _ in range(5)]))
    await asyncio.gather(*[flow.move(SYSTEM, UUID(case.id), _act(leaf)) for leaf in rules.live(case)])
    assert (await _ensure_true(UUID(case.id))).state == "ended"


async def test_one_step_by_five_at_once_is_done_once(house: House) -> None:
    case = await _opened(_leaf(), _leaf())
    act = _act(rules.live(case)[0])
    answers = await asyncio.gather(*[flow.move(SYSTEM, UUID(case.id), act) for _ in range(5)], return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, Refusal)]
    assert [(answer.code, answer.facts["state"]) for answer in refused] == [("flow.already_handled", "done")] * 4
    await _ensure_true(UUID(case.id))


async def test_no_such_case(house: House) -> None:
    for ask in (flow.lock, flow.case_of):
        with pytest.raises(NotFound):
            await ask(new_id())


def _any_command(dice: random.Random, case: rules.Case) -> rules.AnyCommand:
    leaf = dice.choice(list(rules.live(case)) or list(rules.leaves(case.root)))
    also = dice.choice(list(rules.leaves(case.root)))
    on = {"obligation": leaf.id, "revision": leaf.revision}
    made: list[rules.AnyCommand] = [
        _act(leaf), rules.Return(by=_by(leaf), to="custodian", reason="r", **on),
        rules.Return(by=_by(leaf), to="obligation", target=also.id, reason="r", **on),
        rules.Transfer(by=_clerk(), to=rules.Holder("person", str(new_id())), **on),
        rules.AddSigner(by=_clerk(), place=dice.choice(["before", "after", "parallel"]), signer=_leaf(), **on),
        rules.RemoveSigner(by=_clerk(), obligation=also.id, revision=also.revision),
        rules.Withdraw(by=rules.By(person=also.done_by or "x"), obligation=also.id, revision=also.revision),
        rules.SkipVacant(by=_clerk(), why="vacant", **on), rules.Suspend(by=_clerk(), reason="r"), rules.Resume(by=_clerk()),
        rules.Reschedule(by=_clerk(), due=clock.now(), **on),
    ]  # fmt: skip
    return dice.choice(made)


async def test_whatever_is_done_trail_tree_and_to_dos_agree(house: House) -> None:
    """Random walks with fixed seeds: the rules have their own state machine, this is about the rows."""
    accepted = 0
    for seed in range(25):
        dice, case = random.Random(seed), await _opened(_leaf(), rules.all_of(_leaf(), _leaf()), _leaf())
        for _ in range(8):
            with contextlib.suppress(Refusal):
                case = await flow.move(SYSTEM, UUID(case.id), _any_command(dice, case))
                accepted += 1
        await _ensure_true(UUID(case.id))
    assert accepted > 60, "the walks go somewhere"
