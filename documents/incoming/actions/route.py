"""Whom an opinion sends a document to, as steps of the case: leaders by rank, departments with one lead, readers."""

from collections.abc import Sequence
from uuid import UUID

from documents.incoming import cases
from documents.incoming.deadlines import Stage
from documents.incoming.due import READING, step_due
from documents.incoming.models import Handling
from documents.incoming.schemas import ProposalIn
from office.flow import rules
from office.kernel.actor import Actor
from office.kernel.refusal import Invalid
from office.organization.calendar import Deadline
from office.organization.queries import leaders_of, posts_in, section_posts
from office.organization.recipients import Target, resolve_recipients

# In the order in which one named twice keeps the greater part.
ROLE_ACTS = {"lead": "handle", "assist": "assist", "sign": "instruct", "read": "read"}
ROLE_LABELS = {"lead": "主办", "assist": "协办", "read": "阅", "sign": "批示"}


async def instructions(actor: Actor, handling: Handling, input: ProposalIn) -> rules.Group | None:
    """The steps a proposal asks for; none where the unit has no leaders and the clerk handles it (自办).

    Refuses: Invalid documents.no_one_asked, not_a_leader.
    """
    told = await step_due(handling, Stage.LEADER, handling.kind)
    leaders = [_leader(post, title, told) for post, title in await _ordered(handling.unit_id, input)]
    readers = await _readers(actor, handling, input.readers)
    nodes: list[rules.Node] = []
    if leaders:
        joined = rules.all_of if input.order == "parallel" else rules.sequence
        nodes.append(joined(*leaders, label="批示"))
    if readers:
        nodes.append(rules.all_of(*readers, label="传阅"))
    if not nodes:
        if await leaders_of(handling.unit_id):
            raise Invalid("documents.no_one_asked")
        return None
    return rules.sequence(*nodes, label="拟办")


def _leader(post: UUID, title: str, told: Deadline | None) -> rules.Obligation:
    return cases.step("instruct", cases.at_post(post), f"请{title}批示", cases.WORK_VERBS, told)


async def _ordered(unit: UUID, input: ProposalIn) -> list[tuple[UUID, str]]:
    """The leaders asked, by rank: the principal last (批办，由下而上) or first (由上而下)."""
    known = {leader.post: leader.title for leader in await leaders_of(unit)}
    if unknown := [post for post in input.leaders if post not in known]:
        raise Invalid("documents.not_a_leader", posts="、".join(map(str, unknown[:3])))
    asked = [(post, title) for post, title in known.items() if post in set(input.leaders)]
    return list(reversed(asked)) if input.order == "bottom_up" else asked


async def _readers(actor: Actor, handling: Handling, refs: Sequence[str]) -> list[rules.Obligation]:
    found = await resolve_recipients(actor, refs) if refs else []
    if any(target.unit != handling.unit_id or target.ref.startswith("unit:") for target in found):
        raise Invalid("documents.not_inside")
    told = await step_due(handling, Stage.CIRCULATE, READING)
    return [await step_for(target, "read", told) for target in found]


async def ensure_known(actor: Actor, input: ProposalIn) -> None:
    """The departments a proposal names (牵头, 配合) exist within reach. Refuses: Invalid organization.recipient_unknown."""
    named = [*([input.lead] if input.lead else []), *input.assists]
    if named:
        await resolve_recipients(actor, named)


async def target_steps(
    actor: Actor, handling: Handling, sent: Sequence[tuple[str, str]], told: Deadline | None
) -> tuple[list[rules.Obligation], list[tuple[Target, str]]]:
    """Recipients as steps inside the unit, and the other units, each with its role; who is named twice has the greater part."""
    inside: list[rules.Obligation] = []
    outside: list[tuple[Target, str]] = []
    for target, role in (await _by_role(actor, sent)).values():
        if target.unit != handling.unit_id:
            outside.append((target, role))
        elif not target.ref.startswith("unit:"):
            inside.append(await step_for(target, role, None if role == "read" else told))
    return inside, outside


async def _by_role(actor: Actor, sent: Sequence[tuple[str, str]]) -> dict[str, tuple[Target, str]]:
    """Each recipient once, groups opened, a role at a time: at most five queries for each of the four roles."""
    found: dict[str, tuple[Target, str]] = {}
    for role in ROLE_ACTS:
        refs = [ref for ref, said in sent if said == role]
        for target in await resolve_recipients(actor, refs) if refs else []:
            found.setdefault(target.ref, (target, role))
    return found


async def ensure_received(outside: Sequence[tuple[Target, str]]) -> None:
    """Every unit has somebody who receives documents. One query. Refuses: Invalid documents.no_clerk with the first's name."""
    found = await posts_in({target.unit for target, _ in outside})
    received = {post.unit for post in found if post.receiving or "clerk" in post.roles}
    for target, _ in outside:
        if target.unit not in received:
            raise Invalid("documents.no_clerk", unit=target.name)


async def step_for(target: Target, role: str, told: Deadline | None) -> rules.Obligation:
    """One recipient's step: a person's own, a post's, or the head post of a section."""
    holder = rules.Holder("person", str(target.person)) if target.person else cases.at_post(await _post_of(target))
    return cases.step(ROLE_ACTS[role], holder, f"请{target.name}{ROLE_LABELS[role]}", cases.WORK_VERBS, told)


async def _post_of(target: Target) -> UUID:
    if target.post is not None:
        return target.post
    found = await section_posts(target.section) if target.section else []
    if not found:
        raise Invalid("documents.section_without_post", name=target.name)
    return found[0].id
