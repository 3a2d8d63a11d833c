"""The edge cases of docs/subsystems/flow.md, one test a line, by the name in its table."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from office.flow.rules import (
    Act,
    AddSigner,
    AskAgain,
    By,
    CaseMoved,
    Closed,
    Entrust,
    Entrusted,
    Holder,
    Insert,
    Marked,
    RemoveSigner,
    Reopen,
    Reschedule,
    Rescheduled,
    Resume,
    Return,
    SkipVacant,
    Suspend,
    Terminate,
    Transfer,
    Urge,
    Urged,
    Withdraw,
    all_of,
    any_of,
    case_verbs,
    leaves,
    ratio,
    sequence,
    verbs_of,
)
from office.kernel.refusal import Conflict, Forbidden, Invalid, NotFound
from tests.office.flow.cast import AT, CLERK, CUSTODIAN, FOUNDER, INITIATOR, Run, duty, person

DOC = Path(__file__).parents[3] / "docs" / "subsystems" / "flow.md"


def states(run: Run, holder: str) -> list[str]:
    return [leaf.state for leaf in leaves(run.case.root) if leaf.holder.id == holder]


def test_every_line_of_the_table_has_its_test() -> None:
    named = {line.rsplit("`", 2)[1] for line in DOC.read_text().splitlines() if line.startswith("|") and "`test_" in line}
    assert named == {name for name in globals() if name.startswith("test_")} - {"test_every_line_of_the_table_has_its_test"}


def test_two_hold_the_same_post() -> None:
    run = Run(duty("deputy", Holder("post", "deputy")), duty("wu"))
    leaf = run["deputy"]
    run.act("deputy")
    with pytest.raises(Conflict) as refusal:
        run.do(Act(obligation=leaf.id, revision=1, by=By(person="other", post="deputy")))
    assert (refusal.value.code, refusal.value.facts["state"]) == ("flow.already_handled", "done")


def test_last_signers_do_not_disturb_each_other() -> None:
    run = Run(all_of(duty("ma"), duty("wu")), duty("lin"))
    seen = run["wu"]
    run.act("ma").do(Act(obligation=seen.id, revision=seen.revision, by=By(person="wu")))
    assert run.open == ["lin"]


def test_acts_in_another_post() -> None:
    run = Run(duty("deputy", Holder("post", "deputy")))
    with pytest.raises(Forbidden, match="wrong_post"):
        run.on(Act, "deputy", by=By(person="ma", post="director"))


def test_acts_for_another() -> None:
    run = Run(duty("ma"))
    with pytest.raises(Forbidden, match="not_holder"):
        run.on(Act, "ma", by=By(person="wu"))
    with pytest.raises(Invalid, match="manner_mismatch"):
        run.on(Act, "ma", by=By(person="wu", on_behalf_of="ma"))
    run.on(Act, "ma", by=By(person="wu", on_behalf_of="ma"), manner="delegated", outcome="同意")
    done = run["ma"]
    assert (done.done_by, done.on_behalf_of, done.manner, done.outcome) == ("wu", "ma", "delegated", "同意")


def test_not_yet_ones_turn() -> None:
    with pytest.raises(Conflict, match="not_its_turn"):
        Run(duty("ma"), duty("wu")).act("wu")


def test_return_within_a_branch() -> None:
    run = Run(duty("lin"), all_of(sequence(duty("ma"), duty("wu")), duty("qi")), duty("end"))
    run.act("lin").act("ma").on(Return, "wu", to="obligation", target=run["ma"].id, reason="意见不明")
    assert run.open == ["ma", "qi"]
    assert run["ma"].round == 2
    assert run.act("ma").open == ["wu", "qi"]
    assert run.act("qi").act("wu").open == ["end"]


def test_return_before_a_parallel_step() -> None:
    run = Run(duty("lin"), all_of(duty("ma"), duty("wu"), duty("qi")), duty("end"))
    run.act("lin").act("ma").on(Return, "wu", to="obligation", target=run["lin"].id, reason="有实质修改")
    assert run.open == ["lin"]
    assert [states(run, name) for name in ("ma", "wu", "qi")] == [
        ["overtaken", "waiting"],
        ["returned", "waiting"],
        ["void", "waiting"],
    ]
    assert run.act("lin").open == ["ma", "wu", "qi"]


def test_return_to_one_of_a_finished_parallel_step() -> None:
    run = Run(all_of(duty("ma"), duty("wu")), duty("lin"), duty("end"))
    run.act("ma").act("wu").on(Return, "lin", to="obligation", target=run["ma"].id, reason="请补充")
    assert run.open == ["ma"]
    assert states(run, "wu") == ["done"]
    assert run.act("ma").open == ["lin"]


def test_return_to_one_of_a_finished_vote() -> None:
    run = Run(ratio(2, duty("ma"), duty("wu"), duty("qi")), duty("lin"))
    run.act("ma").act("wu").on(Return, "lin", to="obligation", target=run["ma"].id, reason="重议")
    assert run.open == ["ma", "wu", "qi"]
    assert run.act("qi").act("ma").open == ["lin"]


def test_return_to_a_parallel_sibling() -> None:
    run = Run(duty("lin"), all_of(duty("ma"), duty("wu")))
    run.act("lin").act("ma")
    with pytest.raises(Invalid, match="return_not_earlier"):
        run.on(Return, "wu", to="obligation", target=run["ma"].id, reason="不同意见")


def test_return_to_an_overtaken_one() -> None:
    run = Run(duty("ma"), duty("wu"))
    first = run["ma"].id
    run.act("ma").on(Return, "wu", to="obligation", target=first, reason="补").act("ma")
    with pytest.raises(Conflict, match="target_not_done"):
        run.on(Return, "wu", to="obligation", target=first, reason="补")


def test_return_to_the_custodian() -> None:
    run = Run(all_of(duty("ma"), duty("wu")), duty("end"))
    run.on(Return, "ma", to="custodian", reason="缺附件")
    assert run.open == ["settle@clerk", "wu"]
    assert run.act("settle").open == ["ma", "wu"]


def test_return_to_the_initiator() -> None:
    run = Run(duty("ma"), all_of(duty("wu"), duty("qi")), duty("end"))
    run.act("ma").act("wu").on(Return, "qi", to="initiator", reason="请重拟")
    assert run.open == ["chen-founder"]
    assert run.act("revise").open == ["ma"]
    assert run.act("ma").open == ["wu", "qi"]


def test_return_to_oneself() -> None:
    with pytest.raises(Invalid, match="return_to_self"):
        Run(duty("own", FOUNDER), duty("ma")).on(Return, "own", to="initiator", reason="错")


def test_return_without_a_reason() -> None:
    with pytest.raises(Invalid, match="reason_missing"):
        Run(duty("ma")).on(Return, "ma", to="custodian", reason="  ")


def test_returned_again_and_again() -> None:
    run = Run(duty("ma"), duty("wu"))
    for number in range(2, 6):
        run.act("ma").on(Return, "wu", to="obligation", target=run["ma"].id, reason="再改")
        assert run["ma"].round == number
    assert run.act("ma").act("wu").case.state == "ended"


def test_withdraw_before_the_next_acts() -> None:
    run = Run(duty("ma"), duty("wu"))
    run.act("ma").on(Withdraw, "ma")
    assert run.open == ["ma"]
    assert states(run, "ma") == ["withdrawn", "live"]
    assert Marked(obligation=duty("ma").id, state="withdrawn") in run.facts
    assert [fact.state for fact in run.facts if isinstance(fact, Closed)] == ["waiting"]
    assert run.act("ma").act("wu").case.state == "ended"


@pytest.mark.parametrize("hub", [False, True])
def test_withdraw_takes_away_what_the_act_sent_on(hub: bool) -> None:
    run = Run(duty("ma"), duty("end"), hub=hub)
    run.on(AddSigner, "ma", place="parallel", signer=duty("wu"))
    if hub:
        run.act("confirm").act("wu").on(AddSigner, "ma", place="parallel", signer=duty("qi")).act("confirm")
    run.on(Insert, "ma", place="after", node=all_of(duty("li"), duty("bo"))).act("ma")
    run.on(Withdraw, "ma")
    assert (states(run, "li"), states(run, "bo")) == (["removed"], ["removed"])
    assert run.open == ["ma", "qi" if hub else "wu"]
    for name in list(run.open):
        run.act(name)
    assert run.open == ["end"]


def test_withdraw_takes_away_what_was_handed_on_since() -> None:
    run = Run(duty("ma"), duty("end"))
    run.on(Insert, "ma", place="after", node=duty("li")).act("ma").on(Transfer, "li", to=person("bo"))
    assert run.open == ["bo"]
    assert run.on(Withdraw, "ma").act("ma").open == ["end"]


def test_withdraw_after_the_next_acted() -> None:
    run = Run(duty("ma"), duty("wu"), duty("end")).act("ma").act("wu")
    with pytest.raises(Conflict, match="next_has_acted"):
        run.on(Withdraw, "ma")


def test_withdraw_by_another() -> None:
    run = Run(duty("ma"), duty("wu")).act("ma")
    with pytest.raises(Forbidden, match="not_your_act"):
        run.on(Withdraw, "ma", by=By(person="wu"))


def test_withdraw_one_of_parallel() -> None:
    run = Run(all_of(duty("ma"), duty("wu")), duty("end")).act("ma").act("wu")
    assert run.on(Withdraw, "ma").open == ["ma"]
    assert run.act("ma").open == ["end"]


def test_withdraw_the_vote_that_decided() -> None:
    run = Run(any_of(duty("ma"), duty("wu")), duty("end")).act("ma")
    assert run.on(Withdraw, "ma").open == ["ma", "wu"]
    assert run.act("wu").open == ["end"]


def test_withdraw_the_dissent_that_failed_a_vote() -> None:
    run = Run(ratio(2, duty("ma"), duty("wu")), duty("end")).act("ma", assent=False)
    assert run.open == ["arbitrate@clerk"]
    assert run.on(Withdraw, "ma").open == ["ma", "wu"]
    assert run.act("ma").act("wu").open == ["end"]


def test_withdraw_the_last_act() -> None:
    run = Run(duty("ma")).act("ma")
    with pytest.raises(Conflict, match="case_over"):
        run.on(Withdraw, "ma")


def test_any_closes_its_siblings() -> None:
    run = Run(any_of(duty("ma"), sequence(duty("wu"), duty("qi"))), duty("end")).act("ma")
    assert run.open == ["end"]
    assert states(run, "wu") == states(run, "qi") == ["unneeded"]


def test_ratio_is_met() -> None:
    run = Run(ratio(2, duty("ma"), duty("wu"), duty("qi")), duty("end")).act("ma").act("qi")
    assert run.open == ["end"]
    assert states(run, "wu") == ["unneeded"]


def test_ratio_cannot_be_met() -> None:
    run = Run(ratio(2, duty("ma"), duty("wu"), duty("qi")), duty("end"))
    run.act("ma", assent=False).act("wu", assent=False)
    assert run.open == ["arbitrate@clerk"]
    assert states(run, "qi") == ["unneeded"]
    assert run.act("arbitrate").open == ["end"]


def test_vote_inside_a_vote_already_decided() -> None:
    inner = ratio(2, duty("ma"), duty("wu"), duty("qi"))
    run = Run(any_of(inner, duty("he")), duty("lin"), duty("end")).act("ma", assent=False).act("he")
    assert run.open == ["lin"]
    assert run.act("lin").open == ["end"]
    assert "arbitrate" not in [leaf.act for leaf in leaves(run.case.root)]


def test_vote_fails_together_with_the_one_inside_it() -> None:
    run = Run(duty("lin"), ratio(2, ratio(2, duty("ma"), duty("wu")), duty("qi")), duty("end"))
    run.on(RemoveSigner, "wu", by=CUSTODIAN).on(RemoveSigner, "qi", by=CUSTODIAN).act("lin")
    assert run.open == ["arbitrate@clerk"]
    assert len({leaf.id for leaf in leaves(run.case.root)}) == len(list(leaves(run.case.root)))
    assert run.act("arbitrate").open == ["end"]


def test_vote_inside_a_parallel_step_fails() -> None:
    run = Run(all_of(any_of(duty("ma")), duty("wu")), duty("end")).act("ma", assent=False)
    assert run.open == ["arbitrate@clerk", "wu"]
    assert run.act("arbitrate").act("wu").open == ["end"]


def test_arbitration_gives_the_votes_answer() -> None:
    run = Run(any_of(all_of(any_of(duty("ma")), duty("wu")), duty("he")), duty("end"))
    run.act("ma", assent=False).act("arbitrate")
    assert run.act("wu").open == ["end"]


def test_vote_in_every_round_asks_each_once() -> None:
    run = Run(duty("lin"), any_of(duty("ma"), duty("wu")), duty("end"))
    for _ in range(3):
        run.act("lin").act("ma").on(Return, "end", to="obligation", target=run["lin"].id, reason="重办")
    run.act("lin").act("ma").on(Return, "end", to="initiator", reason="重拟").act("revise")
    assert run.act("lin").open == ["ma", "wu"]


def test_custodians_parked_step_in_a_return() -> None:
    run = Run(duty("lin"), all_of(duty("ma"), duty("wu"))).act("lin").on(Return, "ma", to="custodian", reason="缺附件")
    run.on(AddSigner, "settle", by=CUSTODIAN, place="before", signer=duty("qi"))
    run.on(Return, "wu", to="obligation", target=run["lin"].id, reason="重拟")
    assert [leaf.state for leaf in leaves(run.case.root) if leaf.act == "settle"] == ["void"]
    assert run.act("lin").open == ["qi", "wu"]
    assert run.act("qi").open == ["ma", "wu"]


def test_arbitration_is_not_repeated() -> None:
    run = Run(duty("lin"), any_of(duty("ma"), duty("wu")), duty("end")).act("lin")
    run.act("ma", assent=False).act("wu", assent=False).act("arbitrate")
    run.on(Return, "end", to="obligation", target=run["lin"].id, reason="重办").act("lin")
    assert run.open == ["ma", "wu"]
    assert run.act("ma").open == ["end"]


def test_any_with_no_assent() -> None:
    run = Run(any_of(duty("ma"), duty("wu")), duty("end")).act("ma", assent=False)
    assert run.open == ["wu"]
    assert run.act("wu", assent=False).open == ["arbitrate@clerk"]


def test_dissent_in_a_countersign() -> None:
    run = Run(all_of(duty("ma"), duty("wu")), duty("end")).act("ma", assent=False).act("wu")
    assert run.open == ["end"]
    assert run["ma"].assent is False


def test_remove_the_last_signer() -> None:
    run = Run(all_of(duty("ma"), duty("wu")), duty("end")).act("ma")
    assert run.on(RemoveSigner, "wu", by=CUSTODIAN).open == ["end"]


def test_remove_makes_a_ratio_impossible() -> None:
    run = Run(ratio(2, duty("ma"), duty("wu")), duty("end")).act("ma")
    assert run.on(RemoveSigner, "wu", by=CUSTODIAN).open == ["arbitrate@clerk"]


def test_remove_everyone_of_a_step() -> None:
    run = Run(duty("lin"), all_of(duty("ma"), duty("wu")), duty("end")).act("lin")
    assert run.on(RemoveSigner, "ma", by=CUSTODIAN).on(RemoveSigner, "wu", by=CUSTODIAN).open == ["end"]


def test_remove_everyone_of_a_case() -> None:
    run = Run(duty("ma")).on(RemoveSigner, "ma", by=CUSTODIAN)
    assert run.open == ["settle@clerk"]
    with pytest.raises(Conflict, match="cannot_remove"):
        run.on(RemoveSigner, "settle", by=CUSTODIAN)
    assert run.act("settle").case.state == "ended"


def test_remove_by_the_one_who_added() -> None:
    run = Run(duty("ma"), duty("wu")).on(AddSigner, "ma", place="parallel", signer=duty("qi"))
    with pytest.raises(Forbidden):
        run.on(RemoveSigner, "wu", by=By(person="ma"))
    assert run.on(RemoveSigner, "qi", by=By(person="ma")).open == ["ma"]


def test_remove_before_its_turn() -> None:
    run = Run(duty("ma"), duty("wu"), duty("end")).on(RemoveSigner, "wu", by=CUSTODIAN)
    assert run.facts == (Marked(obligation=run["wu"].id, state="removed"),)
    assert run.act("ma").open == ["end"]


def test_add_before() -> None:
    run = Run(duty("ma"), duty("wu")).on(AddSigner, "ma", place="before", signer=duty("qi"))
    assert run.open == ["qi"]
    assert run.act("qi").open == ["ma"]
    assert run["ma"].revision == 2


def test_add_after() -> None:
    run = Run(all_of(duty("ma"), duty("wu"))).on(AddSigner, "ma", place="after", signer=duty("qi"))
    assert run.open == ["ma", "wu"]
    assert run.act("ma").open == ["qi", "wu"]


def test_add_parallel_in_a_vote() -> None:
    run = Run(any_of(duty("ma"), duty("wu")), duty("end")).on(AddSigner, "ma", place="parallel", signer=duty("qi"))
    assert run.open == ["ma", "qi", "wu"]
    assert run.act("ma").open == ["qi", "wu"]
    assert run.act("qi").open == ["end"]


def test_stale_signature_after_add_before() -> None:
    run = Run(duty("ma"))
    seen = run["ma"]
    run.on(AddSigner, "ma", place="before", signer=duty("qi")).act("qi")
    with pytest.raises(Conflict, match="changed_meanwhile"):
        run.do(Act(obligation=seen.id, revision=seen.revision, by=By(person="ma")))


def test_dispatch() -> None:
    work = all_of(duty("lead"), duty("assist"), duty("read"))
    run = Run(duty("ma"), duty("end")).on(Insert, "ma", place="after", node=work).act("ma")
    assert run.open == ["lead", "assist", "read"]
    assert run.act("read").act("lead").act("assist").open == ["end"]


def test_suggestion_under_the_hub() -> None:
    run = Run(duty("ma"), duty("end"), hub=True).on(Insert, "ma", place="after", node=duty("wu")).act("ma")
    assert run.open == ["confirm@clerk"]
    assert run.act("confirm").open == ["wu"]


def test_suggestion_refused_by_the_clerk() -> None:
    run = Run(duty("ma"), duty("end"), hub=True).on(Insert, "ma", place="after", node=duty("wu")).act("ma")
    assert run.on(RemoveSigner, "wu", by=CUSTODIAN).act("confirm").open == ["end"]


def test_transfer() -> None:
    run = Run(duty("ma"), duty("end"))
    seen = run["ma"]
    run.on(Transfer, "ma", to=person("wu"), reason="出差")
    assert run.open == ["wu"]
    with pytest.raises(Conflict) as refusal:
        run.do(Act(obligation=seen.id, revision=1, by=By(person="ma")))
    assert refusal.value.facts["state"] == "transferred"
    with pytest.raises(Invalid, match="same_holder"):
        run.on(Transfer, "ma", to=person("wu"))


@pytest.mark.parametrize("why", ["vacant", "left", "away", "initiator"])
def test_holder_cannot_be_the_one(why: str) -> None:
    run = Run(duty("ma"), duty("end")).on(SkipVacant, "ma", by=CUSTODIAN, why=why)
    assert run.open == ["settle@clerk"]
    run.on(Insert, "settle", place="after", node=duty("wu")).act("settle")
    assert run.open == ["wu"]


def test_skipped_one_is_asked_after_all() -> None:
    run = Run(all_of(duty("ma"), duty("lin")), duty("end")).on(SkipVacant, "ma", by=CUSTODIAN, why="left")
    run.do(Entrust(by=CUSTODIAN, to=Holder("post", "clerk@new")))
    run.on(AskAgain, "ma", by=By(person="wen-clerk", post="clerk@new", capacity="custodian"))
    assert run.open == ["ma", "lin"]
    assert run.act("ma").act("lin").open == ["end"]


def test_skipped_one_is_asked_by_the_custodian_only_and_not_once_settled() -> None:
    run = Run(duty("ma"), duty("end")).on(SkipVacant, "ma", by=CUSTODIAN, why="left")
    with pytest.raises(Forbidden, match="verb_not_allowed"):
        run.on(AskAgain, "ma")
    run.act("settle")
    with pytest.raises(Conflict, match="settled_already"):
        run.on(AskAgain, "ma", by=CUSTODIAN)
    with pytest.raises(Conflict, match="already_handled"):
        Run(duty("ma"), duty("end")).act("ma").on(AskAgain, "ma", by=CUSTODIAN)


def test_closed_one_says_how_it_was_closed() -> None:
    run = Run(all_of(duty("ma"), duty("lin")), duty("end")).on(RemoveSigner, "ma", by=CUSTODIAN)
    with pytest.raises(Conflict, match="step_closed") as refusal:
        run.act("ma")
    assert (refusal.value.facts["state"], refusal.value.facts["how"]) == ("removed", "已减签")


def test_custodian_cannot_be_skipped() -> None:
    run = Run(duty("clerk", CLERK), duty("end"))
    with pytest.raises(Conflict, match="custodian_is_last"):
        run.on(SkipVacant, "clerk", by=CUSTODIAN, why="left")


def test_custodian_dispatches_under_the_hub() -> None:
    run = Run(duty("clerk", CLERK), hub=True).on(Insert, "clerk", place="after", node=duty("wu"))
    assert run.act("clerk").open == ["wu"]


def test_custodian_changes() -> None:
    run = Run(all_of(duty("clerk", CLERK), duty("ma")))
    run.do(Entrust(by=CUSTODIAN, to=Holder("post", "clerk@new")))
    assert run["clerk"].holder.id == "clerk@new"
    assert Entrusted(custodian=Holder("post", "clerk@new")) in run.facts


def test_urge() -> None:
    run = Run(duty("ma"), duty("wu"))
    before = run.case.root
    run.on(Urge, "ma", by=CUSTODIAN, note="请今日办结")
    assert run.facts == (Urged(obligation=run["ma"].id, holder=person("ma"), by="wen-clerk", note="请今日办结"),)
    assert run.case.root == before
    with pytest.raises(Conflict, match="not_its_turn"):
        run.on(Urge, "wu", by=CUSTODIAN)


def test_reschedule() -> None:
    due = AT + timedelta(days=3)
    run = Run(duty("ma")).on(Reschedule, "ma", by=CUSTODIAN, due=due, due_why="规则")
    assert run.facts == (Rescheduled(obligation=run["ma"].id, due=due, due_why="规则"),)
    assert (run["ma"].revision, run["ma"].due_why) == (1, "规则")


def test_suspend_and_resume() -> None:
    run = Run(all_of(duty("ma"), duty("wu"))).act("ma")
    run.do(Suspend(by=CUSTODIAN, reason="待上级明确", until=AT + timedelta(days=9)))
    assert run.open == ["hold@clerk"]
    with pytest.raises(Conflict, match="suspended"):
        run.act("wu")
    assert run.do(Resume(by=CUSTODIAN)).open == ["wu"]
    assert run["wu"].revision == 2


def test_terminate() -> None:
    run = Run(duty("ma"), duty("wu")).act("ma").do(Terminate(by=CUSTODIAN, reason="误投"))
    assert run.open == []
    assert run.facts[-1] == CaseMoved(state="terminated", reason="误投")
    assert states(run, "ma") == ["done"]


def test_initiator_terminates() -> None:
    assert Run(duty("ma")).do(Terminate(by=INITIATOR, reason="重复")).case.state == "terminated"
    run = Run(duty("ma"), duty("wu")).act("ma")
    assert case_verbs(run.case, {FOUNDER}) == ()
    with pytest.raises(Conflict, match="already_begun"):
        run.do(Terminate(by=INITIATOR, reason="重复"))


def test_reopened() -> None:
    run = Run(duty("ma")).act("ma")
    assert case_verbs(run.case, {CLERK}) == ("reopen",)
    assert case_verbs(run.case, {FOUNDER}) == ()
    with pytest.raises(Forbidden, match="verb_not_allowed"):
        run.do(Reopen(by=INITIATOR, reason="结果有误", node=duty("wu")))
    with pytest.raises(Invalid, match="reason_missing"):
        run.do(Reopen(by=CUSTODIAN, reason=" ", node=duty("wu")))
    with pytest.raises(Invalid, match="id_taken"):
        run.do(Reopen(by=CUSTODIAN, reason="结果有误", node=duty("ma")))
    run.do(Reopen(by=CUSTODIAN, reason="结果有误", node=duty("wu")))
    assert (run.case.state, run.open, states(run, "ma")) == ("running", ["wu"], ["done"])
    with pytest.raises(Conflict, match="not_ended"):
        run.do(Reopen(by=CUSTODIAN, reason="再来", node=duty("zhao")))
    assert run.act("wu").case.state == "ended"


def test_terminated_is_not_reopened() -> None:
    run = Run(duty("ma")).do(Terminate(by=CUSTODIAN, reason="误投"))
    assert case_verbs(run.case, {CLERK}) == ()
    with pytest.raises(Conflict, match="not_ended"):
        run.do(Reopen(by=CUSTODIAN, reason="再来", node=duty("wu")))


def test_everyone_has_signed() -> None:
    run = Run(all_of(duty("ma"), duty("wu"))).act("wu").act("ma")
    assert run.case.state == "ended"
    assert run.facts[-1] == CaseMoved(state="ended", reason="")
    assert verbs_of(run.case, run["ma"].id, {person("ma")}) == ()


def test_unknown_obligation() -> None:
    with pytest.raises(NotFound, match="no_such_obligation"):
        Run(duty("ma")).do(Act(obligation=duty("wu").id, revision=1, by=By(person="wu")))


def test_naive_time() -> None:
    with pytest.raises(Invalid, match="time_without_zone"):
        Run(duty("ma")).on(Reschedule, "ma", by=CUSTODIAN, due=datetime(2026, 3, 2))
