"""撤回: taking an act back after it took effect, while nobody after it has acted."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from documents.incoming import cases
from documents.incoming.actions.dictate import take_back
from documents.incoming.actions.send import recall
from documents.incoming.actions.sign import ensure_unsigned
from documents.incoming.actions.steps import loaded
from documents.incoming.letters import keep_letter
from documents.incoming.limits.due import columns, settle_due, unask
from documents.incoming.models import Handling, Opinion
from documents.incoming.schemas import ReasonIn
from office import audit
from office.flow import actions as flow
from office.flow import rules
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.refusal import Conflict
from office.kernel.work import verb
from office.signing import actions as signing

UNANSWERED: Mapping[str, Any] = {"reply": "", "reply_no": "", "reply_file": None, "replied_at": None}


@verb
async def withdraw(actor: Actor, id: UUID, input: ReasonIn) -> Handling:
    """撤回 the own last act while nobody after it has acted; what it had sent on is taken away again.

    Units that have not signed for it yet (待签收), or not seen what was added, lose it; one that has keeps it, and is asked
    outside the system. Refuses: Conflict documents.nothing_to_withdraw, flow.next_has_acted, signing.being_signed.
    """
    handling, case = await loaded(actor, id)
    leaf = _last_own(actor, case)
    await ensure_unsigned(case, *(one for one in rules.leaves(case.root) if rules.sent(one, leaf.id)))
    by = rules.By(person=str(actor.own_id), post=leaf.done_post)
    taken = rules.Withdraw(by=by, obligation=leaf.id, revision=leaf.revision, reason=input.reason)
    case = await flow.move(actor, handling.case_id, taken)
    said = Opinion.filter(handling_id=id, obligation=leaf.id, withdrawn_at=None)
    await signing.take_back(actor, [one.signature_id for one in await said if one.signature_id])
    await said.update(withdrawn_at=clock.now())
    await take_back(actor, handling, leaf.id)
    await recall(actor, handling, leaf)
    if leaf.act == "reply":
        await keep_letter(handling, None)
    limits = await _limits_without(handling, leaf)
    audit.record(actor, "documents.withdraw", cases.ref(id), reason=input.reason, obligation=leaf.id)
    await cases.reflect(actor, handling, case, **limits, **(UNANSWERED if leaf.act == "reply" else {}))
    return handling


async def _limits_without(handling: Handling, leaf: rules.Obligation) -> dict[str, Any]:
    """What the act asked as to time is asked no more: the limits as they are without it."""
    if not unask(handling, leaf):
        return {}
    await settle_due(handling)
    return columns(handling)


def _last_own(actor: Actor, case: rules.Case) -> rules.Obligation:
    own = str(actor.id)
    done = [leaf for leaf in rules.leaves(case.root) if leaf.state == "done" and own in (leaf.done_by, leaf.on_behalf_of)]
    if not done:
        raise Conflict("documents.nothing_to_withdraw")
    last = max(leaf.done_at or clock.now() for leaf in done)
    return [leaf for leaf in done if leaf.done_at == last][-1]
