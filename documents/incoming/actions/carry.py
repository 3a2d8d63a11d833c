"""Carrying out what was decided on a step: the step is done, what it sends on is asked, what goes down is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from documents.incoming import cases
from documents.incoming.actions.addressed import GONE, Addressed, addressed, ensure_one_lead, listed
from documents.incoming.actions.route import inside_steps
from documents.incoming.actions.send import Said, ensure_sendable, send
from documents.incoming.below.awaiting import ask
from documents.incoming.below.sendings import READ
from documents.incoming.limits.due import columns, limit_of, stated_of
from documents.incoming.limits.leader import let_hold
from documents.incoming.models import Handling
from documents.incoming.opinions.derive import KINDS
from documents.incoming.states import ANSWERED
from documents.incoming.templates import CLERK_VERBS, WORK_VERBS
from office.flow import actions as flow
from office.flow import rules
from office.kernel.actor import Actor
from office.kernel.refusal import Invalid
from office.organization.recipients import Target

Sent = Sequence[tuple[str, str]]

# What answers without agreeing.
NO_ASSENT = ("comment", "hold")


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What was decided on a step. `decider` with the posts they were entitled by; `hand` gave it to the house: the same person
    where it was signed, the clerk where it was entered for them (代录, 纸质补录). `due` is the time it asks for (领导要求),
    `version` the one of the document it was decided on."""

    decider: Actor
    hand: Actor
    post: UUID | None
    obligation: str
    revision: int
    kind: str
    text: str
    sent: Sent
    version: int
    manner: rules.model.Manner
    on_behalf_of: str = ""
    due: datetime | None = None

    @property
    def by(self) -> rules.By:
        """Who does the act: the hand, for the decider or whoever delegated."""
        return rules.By(person=str(self.hand.own_id), post=str(self.post or ""), on_behalf_of=self.on_behalf_of)

    @property
    def adder(self) -> rules.By:
        """Who asks the next: the decider, also where the clerk entered it."""
        return rules.By(person=str(self.decider.own_id), post=str(self.post or "")) if self.entered else self.by

    @property
    def entered(self) -> bool:
        """Whether somebody else entered it for the decider."""
        return self.manner in ("dictated", "paper")


async def targets(actor: Actor, handling: Handling, kind: str, sent: Sent) -> Addressed:
    """Whom a decision would send to, all of whom can be reached. Refuses: Invalid documents.unknown_action,
    documents.one_lead, documents.no_clerk, documents.section_without_post, documents.sent_from_there, or for a recipient."""
    if kind not in KINDS:
        raise Invalid("documents.unknown_action", kind=kind[:20])
    ensure_one_lead(sent)
    found = await addressed(actor, sent)
    await inside_steps(handling, found.to, None)
    await ensure_sendable(handling, found.outside(handling.unit_id))
    return found


async def carry_out(said: Decision, handling: Handling) -> None:
    """Let a decision happen, in the running unit of work; the case is locked. With hub on, sending down waits for the clerk.

    Other units that have to handle it are waited for (待下级办理).

    Refuses: what the flow refuses, Invalid for a recipient.
    """
    case = await flow.case_of(handling.case_id)
    await let_hold(handling, said.obligation, said.due)
    found = await addressed(said.decider, said.sent, lenient=True)
    inside, outside = await inside_steps(handling, found.to, limit_of(handling)), found.outside(handling.unit_id)
    by_hub = case.hub and str(said.post) != case.custodian.id
    if by_hub and outside:
        inside.append(cases.step("dispatch", case.custodian, f"下发{len(outside)}个单位", ()))
    if found.gone:
        inside.append(cases.step("settle", case.custodian, f"{listed(found.gone)}{GONE}，没有送到", CLERK_VERBS))
    wait = ask(handling, case) if not by_hub and any(role != READ for _, role in outside) else []
    case = await flow.move(said.hand, handling.case_id, *wait, *_commands(case, said, inside))
    if not by_hub:
        await send_down(said, handling, outside)
    await cases.admit(handling.id, said.decider.own_id)
    await cases.reflect(said.hand, handling, case, **columns(handling))


def _commands(case: rules.Case, said: Decision, inside: Sequence[rules.Obligation]) -> list[rules.AnyCommand]:
    act = rules.Act(
        by=said.by, obligation=said.obligation, revision=said.revision, outcome=said.kind, assent=said.kind not in NO_ASSENT,
        manner=said.manner,
    )  # fmt: skip
    done: list[rules.AnyCommand] = [act, *_put_aside(case, said)]
    if not inside:
        return done
    joined = rules.all_of(*_with_answers(said, inside), label="下发")
    insert = rules.Insert(by=said.adder, obligation=said.obligation, revision=said.revision, place="after", node=joined)
    return [insert, *done]


def _with_answers(said: Decision, inside: Sequence[rules.Obligation]) -> list[rules.Node]:
    """研提意见: what is asked for opinions comes back to whoever asked, once all of them are given."""
    advisers = [leaf for leaf in inside if leaf.act == "advise"]
    if not advisers:
        return list(inside)
    asker = cases.at_post(said.post) if said.post else rules.Holder("person", str(said.decider.own_id))
    back = cases.step("instruct", asker, ANSWERED, WORK_VERBS)
    return [rules.sequence(rules.all_of(*advisers), back), *(leaf for leaf in inside if leaf.act != "advise")]


def _put_aside(case: rules.Case, said: Decision) -> list[rules.AnyCommand]:
    """暂缓: the leader's word puts the case aside in the clerk's hands, who takes it up again."""
    if said.kind != "hold":
        return []
    by = rules.By(person=str(said.hand.own_id), post=case.custodian.id, capacity="custodian")
    return [rules.Suspend(by=by, reason=f"{said.decider.name}批示暂缓")]


async def send_down_kept(said: Decision, handling: Handling) -> None:
    """Send down what a decision named, once the clerk has confirmed it."""
    await send_down(said, handling, (await addressed(said.decider, said.sent, lenient=True)).outside(handling.unit_id))


async def send_down(said: Decision, handling: Handling, outside: Sequence[tuple[Target, str]]) -> None:
    """下发: what was decided goes down to other units, with the decider's words and the time that was stated here."""
    if outside:
        words, asked = f"{said.decider.name}：{said.text}", stated_of(handling)
        await send(said.hand, handling, outside, Said(words, said.version, said.obligation), asked=asked)
