"""Whom an opinion sends a document to, as steps of the case: leaders by rank, departments with one lead, readers."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from documents.incoming import cases
from documents.incoming.limits.deadlines import Stage
from documents.incoming.limits.due import READING, step_due
from documents.incoming.models import Handling
from documents.incoming.ranks import LAST, ranks_in
from documents.incoming.schemas import ProposalIn
from documents.incoming.templates import WORK_VERBS, proposal
from documents.incoming.unit_rules import reviewer_of
from office.flow import rules
from office.kernel.actor import Actor
from office.kernel.ids import new_id
from office.kernel.refusal import Invalid
from office.organization.calendar import Deadline
from office.organization.queries import leaders_of, posts_in, section_posts
from office.organization.recipients import Target, resolve_recipients

# In the order in which one named twice keeps the greater part.
ROLE_ACTS = {
    "lead": "handle", "advise": "advise", "assist": "assist", "sign": "instruct", "read": "read", "review": "review",
}  # fmt: skip
RANKED = ("instruct", "read")
ROLE_LABELS = {"lead": "主办", "advise": "研提意见", "assist": "协办", "read": "阅知", "sign": "批示", "review": "审核"}


async def instructions(actor: Actor, handling: Handling, input: ProposalIn) -> tuple[rules.Template, rules.Group | None]:
    """The steps a proposal asks for, planted from its template: reviewer, leaders, readers, each in rank order; none where the
    unit has no leaders and the clerk handles it (自办).

    Refuses: Invalid documents.no_one_asked, documents.not_a_leader, documents.not_inside.
    """
    ranks = await ranks_in(handling.unit_id)
    told = await step_due(handling, Stage.LEADER, handling.kind)
    cast = {
        "reviewer": await _reviewer(actor, handling, input, ranks, told),
        "leaders": await _leaders(handling.unit_id, input.leaders, ranks, told),
        "readers": await _readers(actor, handling, input.readers, ranks),
    }
    template = proposal(input.order, input.reading)
    if not cast["leaders"] and not cast["readers"]:
        if await leaders_of(handling.unit_id):
            raise Invalid("documents.no_one_asked")
        return template, None
    return template, rules.plant(template, cast, lambda: str(new_id()))


def _seat(leaf: rules.Obligation, ranks: Mapping[str, int]) -> rules.Seat:
    rank = ranks.get(leaf.holder.id, LAST)
    return rules.Seat(holder=leaf.holder, rank=rank, label=leaf.label, due=leaf.due, due_why=leaf.due_why)


async def _reviewer(
    actor: Actor, handling: Handling, input: ProposalIn, ranks: Mapping[str, int], told: Deadline | None
) -> list[rules.Seat]:
    """审核: whom the clerk names, else whom the unit's rules name for what goes to its leaders; empty says nobody."""
    named = (await reviewer_of(handling.unit_id) if input.leaders else "") if input.reviewer is None else input.reviewer
    if not named:
        return []
    found = await _inside(actor, handling, [named])
    if len(found) != 1:
        raise Invalid("documents.not_inside")
    return [_seat(await step_for(found[0], "review", told), ranks)]


async def _leaders(unit: UUID, asked: Sequence[UUID], ranks: Mapping[str, int], told: Deadline | None) -> list[rules.Seat]:
    known = {leader.post: leader.title for leader in await leaders_of(unit)}
    if unknown := [post for post in asked if post not in known]:
        raise Invalid("documents.not_a_leader", posts="、".join(map(str, unknown[:3])))
    steps = (cases.step("instruct", cases.at_post(post), f"请{known[post]}批示", WORK_VERBS, told) for post in asked)
    return [_seat(leaf, ranks) for leaf in steps]


async def _readers(actor: Actor, handling: Handling, refs: Sequence[str], ranks: Mapping[str, int]) -> list[rules.Seat]:
    found = await _inside(actor, handling, refs) if refs else []
    told = await step_due(handling, Stage.CIRCULATE, READING)
    return [_seat(await step_for(target, "read", told), ranks) for target in found]


async def _inside(actor: Actor, handling: Handling, refs: Sequence[str]) -> list[Target]:
    found = await resolve_recipients(actor, refs)
    if any(target.unit != handling.unit_id or target.ref.startswith("unit:") for target in found):
        raise Invalid("documents.not_inside")
    return list(found)


async def ensure_known(actor: Actor, input: ProposalIn) -> None:
    """The departments a proposal names (牵头, 配合) exist within reach. Refuses: Invalid organization.recipient_unknown."""
    named = [*([input.lead] if input.lead else []), *input.assists]
    if named:
        await resolve_recipients(actor, named)


async def inside_steps(handling: Handling, to: Sequence[tuple[Target, str]], told: Deadline | None) -> list[rules.Obligation]:
    """The recipients inside the unit, as steps. Refuses: Invalid documents.section_without_post."""
    found = [
        await step_for(target, role, None if role == "read" else told)
        for target, role in to if target.unit == handling.unit_id and not target.ref.startswith("unit:")
    ]  # fmt: skip
    return await _by_rank(handling.unit_id, found)


async def _by_rank(unit: UUID, steps: list[rules.Obligation]) -> list[rules.Obligation]:
    """Those who sign and those who read stand by rank; lead and assisting departments as they were named."""
    if sum(leaf.act in RANKED for leaf in steps) < 2:
        return steps
    ranks, acts = await ranks_in(unit), list(ROLE_ACTS.values())
    return sorted(steps, key=lambda leaf: (acts.index(leaf.act), ranks.get(leaf.holder.id, LAST) if leaf.act in RANKED else 0))


async def ensure_received(outside: Sequence[tuple[Target, str]]) -> None:
    """Every unit has somebody who receives documents. One query. Refuses: Invalid documents.no_clerk with the first's name."""
    found = await posts_in({target.unit for target, _ in outside})
    received = {post.unit for post in found if post.takes_in}
    for target, _ in outside:
        if target.unit not in received:
            raise Invalid("documents.no_clerk", unit=target.name)


async def step_for(target: Target, role: str, told: Deadline | None) -> rules.Obligation:
    """One recipient's step: a person's own, a post's, or the head post of a section."""
    holder = rules.Holder("person", str(target.person)) if target.person else cases.at_post(await _post_of(target))
    return cases.step(ROLE_ACTS[role], holder, f"请{target.name}{ROLE_LABELS[role]}", WORK_VERBS, told)


async def _post_of(target: Target) -> UUID:
    if target.post is not None:
        return target.post
    found = await section_posts(target.section) if target.section else []
    if not found:
        raise Invalid("documents.section_without_post", name=target.name)
    return found[0].id
