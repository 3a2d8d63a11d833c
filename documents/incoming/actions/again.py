"""A concluded handling that a unit above set going again (上级加办), and took that back: it is concluded, as it was."""

from datetime import datetime

import msgspec

from documents.incoming import cases
from documents.incoming.below.sendings import READ, UNANSWERED
from documents.incoming.limits.due import Asking, asked_of
from documents.incoming.models import Handling, Sending
from office import audit
from office.flow import actions as flow
from office.flow import rules
from office.kernel.actor import Actor

#: What the removal of the steps says; the trail tells it once, in these words.
AS_IT_WAS = "来文单位已撤回加办，恢复为已办结"
STEPS = ["conclude", "propose"]
OPEN = ("waiting", "live")


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """How it stood: the version it had shown, its result, when it was concluded, and its limits."""

    version: int
    result: str
    closed_at: datetime
    asked: list[Asking]
    counted_from: datetime | None
    due_at: datetime | None
    due_why: str


async def keep(row: Sending, child: Handling) -> None:
    """Keep with a sending how the concluded handling stands that it is about to set going; both are locked."""
    row.before = Before(
        version=child.version, result=child.result, closed_at=child.closed_at, asked=asked_of(child),
        counted_from=child.counted_from, due_at=child.due_at, due_why=child.due_why,
    )  # fmt: skip
    await row.save(update_fields=["before"])


async def put_back(actor: Actor, child: Handling, row: Sending, leaf: rules.Obligation) -> None:
    """The sending is taken back by whoever did `leaf` above: let the handling be as before, unless something was done with it
    meanwhile; then it goes on, and its clerk ends it. Where another sending asks for it too, that one keeps how it stood.
    """
    other = await _also_asked_by(child)
    if other is not None:
        other.before = row.before
        await other.save(update_fields=["before"])
        return await cases.touch(actor, child)
    before, case = msgspec.convert(row.before, Before, strict=False), await flow.case_of(child.case_id)
    if child.version != before.version or not _untouched(case, row):
        return await cases.touch(actor, child)
    case = await flow.move(actor, child.case_id, *_removals(case, child, leaf))
    audit.record(actor, "documents.put_back", cases.ref(child.id), result=before.result)
    child.closed_at = before.closed_at
    kept = ("result", "asked", "counted_from", "due_at", "due_why")
    await cases.reflect(actor, child, case, answers=False, **{name: getattr(before, name) for name in kept})


async def _also_asked_by(child: Handling) -> Sending | None:
    rows = Sending.filter(child_id=child.id, withdrawn_at=None, ended__in=UNANSWERED).exclude(role=READ)
    return await rows.order_by("at", "id").first()


def _untouched(case: rules.Case, row: Sending) -> bool:
    """Nobody has done anything since: only 拟办 and 办结 are open, as the sending asked for them."""
    leaves = list(rules.leaves(case.root))
    if case.state != "running" or sorted(leaf.act for leaf in leaves if leaf.state in OPEN) != STEPS:
        return False
    return not any(leaf.done_by and leaf.done_at and leaf.done_at >= row.at for leaf in leaves)


def _removals(case: rules.Case, child: Handling, leaf: rules.Obligation) -> list[rules.AnyCommand]:
    by = rules.By(person=leaf.done_by, post=str(child.clerk_post), capacity="custodian")
    return [
        rules.RemoveSigner(by=by, obligation=one.id, revision=one.revision, reason=AS_IT_WAS)
        for one in reversed(list(rules.leaves(case.root)))
        if one.state in OPEN
    ]
