"""What comes after a step (下一步): asked of the flow itself, so that the signer is told what will really happen."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from documents.incoming.access import acting, mine
from documents.incoming.policy import WORK
from documents.incoming.states import ACT_NAMES
from office.flow import rules
from office.kernel import clock
from office.kernel.actor import Actor
from office.organization.holdings import holders_many
from office.organization.queries import people, posts

CLERK, OTHERS, OVER = "交文书办理后续", "等其他人办完再往下", "文件办完"
HOLD = "文件暂放文书处，恢复办理后再往下"
MOST_NAMES = 3


async def next_step(actor: Actor, case: rules.Case, kind: str) -> str:
    """What the case does once the caller's step is done with this kind of opinion; empty where they owe nothing in it."""
    owed = mine(actor, case)
    if not owed or case.state != "running":
        return ""
    if kind == "hold":
        return HOLD
    after = rules.apply(case, _act(actor, owed[0], kind), clock.now())[0]
    before = {leaf.id for leaf in rules.live(case)}
    asked = [leaf for leaf in rules.live(after) if leaf.id not in before]
    if not asked:
        return OTHERS if after.state == "running" else OVER
    return CLERK if asked[0].holder == case.custodian else await _sent(asked)


def _act(actor: Actor, leaf: rules.Obligation, kind: str) -> rules.Act:
    by = acting(actor, UUID(leaf.holder.id) if leaf.holder.kind == "post" else None)
    assent = kind != "comment"
    return rules.Act(by=by, obligation=leaf.id, revision=leaf.revision, outcome=kind, assent=assent, manner=by.manner)


async def _sent(asked: Sequence[rules.Obligation]) -> str:
    alike = [leaf for leaf in asked if leaf.act == asked[0].act]
    names = await _names(alike)
    listed = "、".join(names[:MOST_NAMES]) + (f"等{len(names)}人" if len(names) > MOST_NAMES else "")
    return f"送{listed}{ACT_NAMES.get(asked[0].act, '办理')}"


async def _names(leaves: Iterable[rules.Obligation]) -> list[str]:
    """Who holds the steps today; a vacant post by its title."""
    holders = [(leaf.holder.kind, UUID(leaf.holder.id)) for leaf in leaves]
    at_posts, persons = ([id for kind, id in holders if kind == wanted] for wanted in ("post", "person"))
    held, titles, named = await holders_many(at_posts, work=WORK), await posts(at_posts), await people(persons)
    return [
        (held[id][0].name if id in held else titles[id].title) if kind == "post" else named.get(id, "") for kind, id in holders
    ]
