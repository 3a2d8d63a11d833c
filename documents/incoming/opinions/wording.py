"""What an opinion would do (意见会怎样办): from its words, whom they can reach, and what the clerk proposed."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from documents.incoming.access import access_handling, mine
from documents.incoming.limits.leader import proposed
from documents.incoming.models import Handling, Opinion
from documents.incoming.opinions.derive import Derived, derive, explain, not_understood
from documents.incoming.opinions.masking import Known
from documents.incoming.opinions.naming import Sending, names_anybody
from documents.incoming.page.ahead import next_step
from documents.incoming.schemas import ActionOut, Derivation, SendingOut, UnsureOut, WordsIn
from documents.incoming.states import LEADER_ACTS
from office.flow import actions as flow
from office.flow import rules
from office.kernel.actor import Actor
from office.organization.names import Names, names_of
from office.organization.recipients import MOST, resolve

AGREES = ("approve", "approve_in_principle")


async def derivation(actor: Actor, id: UUID, input: WordsIn) -> Derivation:
    """The act the words propose, for the signer to confirm. Refuses: NotFound documents.no_such_handling."""
    handling = await access_handling(actor, id)
    reach = await names_of(actor) if names_anybody(input.text) else Names()
    derived = derive(input.text, _known(reach))
    if derived.kind in AGREES and not derived.dispatch and not derived.unknown and not derived.several:
        derived = await _as_proposed(actor, handling, derived)
    elif groups := [one.to for one in derived.dispatch if one.to.startswith("group:")]:
        derived = replace(derived, gone=tuple((await resolve(actor, groups)).gone))
    then = await next_step(actor, await flow.case_of(handling.case_id), derived.kind)
    asked = await proposed(actor, handling, input.text)
    action = ActionOut(derived.kind, derived.label, _shown(derived.dispatch), asked.due)
    unsure = [UnsureOut(said, told, _others(actor, derived, said)) for said, told in not_understood(derived)]
    return Derivation(action, _explained(derived, then, reach) + asked.told, then, unsure, _shown(derived.later))


def _shown(sent: Sequence[Sending]) -> list[SendingOut]:
    return [SendingOut(one.to, one.name, one.role) for one in sent]


def _others(actor: Actor, derived: Derived, said: str) -> list[SendingOut]:
    """Whom a name may mean; nobody sends to themselves."""
    own = {f"person:{actor.id}", *(f"post:{one.post}" for one in actor.holdings if one.on_behalf_of is None)}
    return _shown([one for one in derived.choices.get(said, ()) if one.to not in own])


def _known(reach: Names) -> Sequence[Known]:
    return [Known(one.ref, one.name, one.names) for one in reach.known]


def _explained(derived: Derived, then: str, reach: Names) -> str:
    return explain(derived, then) + ("" if reach.complete else f"可送对象超过{MOST}个，没有全部核对，请看清送给谁。")


async def _as_proposed(actor: Actor, handling: Handling, derived: Derived) -> Derived:
    """同意 that names nobody agrees to what the clerk proposed (牵头, 配合), once no other leader is still to be asked.

    Whom the words leave out (不需某办办理) is left out of that too.
    """
    case = await flow.case_of(handling.case_id)
    own = {leaf.id for leaf in mine(actor, case)}
    others = [leaf for leaf in rules.leaves(case.root) if leaf.state in ("waiting", "live") and leaf.act in LEADER_ACTS]
    said = await Opinion.filter(handling_id=handling.id, act="propose", withdrawn_at=None).order_by("-at").first()
    if said is None or not own or any(leaf.id not in own for leaf in others):
        return derived
    lead, assists = said.action.get("lead"), said.action.get("assists") or []
    roles = ({lead: "lead"} if lead else {}) | {one: "assist" for one in assists if one != lead}
    now = await resolve(actor, list(roles), lenient=True)
    sent = [Sending(one.ref, one.name, roles.get(one.ref, "assist")) for one in now.targets if one.ref not in derived.left_out]
    return replace(derived, dispatch=tuple(sent), gone=tuple(now.gone))
