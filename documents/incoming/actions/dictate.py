"""代录 and 纸质补录: the clerk enters what a leader decided by telephone, by word of mouth or on paper; the leader confirms.

Three facts stay apart: who decided, who entered it and from what, and that the decider confirmed it later (补确认).
"""

from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import access_as_clerk, access_handling
from documents.incoming.actions.addressed import Addressed, ensure_others, sent_by
from documents.incoming.actions.carry import Decision, carry_out, send_down_kept, targets
from documents.incoming.actions.opinions import Entry, write_opinion
from documents.incoming.actions.sign import ensure_unsigned
from documents.incoming.actions.steps import leaf_of
from documents.incoming.entered import BY_HAND, digest_of_entry
from documents.incoming.limits import leader
from documents.incoming.limits.leader import due_in
from documents.incoming.models import Handling, Opinion
from documents.incoming.opinions.derive import KINDS
from documents.incoming.policy import WORK
from documents.incoming.schemas import DictationIn
from documents.incoming.states import ACT_NAMES, DICTATED_ACTS
from office import audit
from office.files.actions import refer
from office.files.queries import access_file
from office.flow import actions as flow
from office.flow import rules
from office.flow.rules.verbs import demand
from office.inbox import actions as inbox
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.refusal import Conflict, Forbidden, Invalid, NotFound
from office.kernel.work import verb
from office.organization.holdings import holders, holdings_of
from office.organization.queries import people

KIND = "documents.confirm_dictation"
PAPER = "纸质"


@verb
async def dictate(actor: Actor, id: UUID, input: DictationIn) -> Handling:
    """Enter a leader's decision on the step open at them; it takes effect at once, and the leader is asked to confirm it.

    Refuses: NotFound, also for a scan that is not the actor's; Forbidden documents.clerk_only; Conflict flow.suspended,
    flow.already_handled, flow.not_its_turn, signing.being_signed, documents.not_dictated, documents.nobody_at_post; Invalid
    documents.whose_decision, documents.decided_later, documents.no_limit_here, documents.unknown_action,
    documents.dictation_empty, documents.to_oneself, flow.on_behalf_of_self, a recipient's.
    """
    handling = await access_as_clerk(actor, id)
    leaf = await _asked(handling, input)
    decider = await _decider(leaf, input)
    said = _decision(actor, decider, leaf, input, handling.version)
    _ensure_said(input)
    ensure_others(decider, said.sent)
    to = await targets(decider, handling, said.kind, said.sent)
    if input.scan is not None:
        await access_file(actor, input.scan)
        await refer(cases.ref(id), [input.scan])
    opinion = await _write(handling, leaf, said, input, to)
    await carry_out(said, handling)
    await _ask_to_confirm(handling, opinion)
    audit.record(actor, "documents.dictate", cases.ref(id), post=handling.clerk_post, decider=str(decider.own_id),
                 source=input.source, obligation=leaf.id, opinion=str(opinion.id),
                 entry=await digest_of_entry(handling, opinion))  # fmt: skip
    return handling


async def _asked(handling: Handling, input: DictationIn) -> rules.Obligation:
    """The step it is about, open and nobody's signature on it."""
    case = await flow.case_of(handling.case_id)
    leaf = leaf_of(case, input.obligation)
    if case.state == "suspended":
        raise Conflict("flow.suspended", state=case.state)
    demand(leaf, leaf.revision, "live")
    if leaf.act not in DICTATED_ACTS:
        raise Conflict("documents.not_dictated", act=ACT_NAMES.get(leaf.act, leaf.act))
    await ensure_unsigned(case, leaf)
    leader.check(leaf, input.due)
    if input.decided_at is not None and input.decided_at > clock.now():
        raise Invalid("documents.decided_later")
    return leaf


def _ensure_said(input: DictationIn) -> None:
    """What was decided is in the words, or on the scan of the paper. Refuses: Invalid documents.dictation_empty."""
    on_paper = input.source == PAPER and input.scan is not None
    if input.kind != "read" and not input.text and not on_paper:
        raise Invalid("documents.dictation_empty")


async def _decider(leaf: rules.Obligation, input: DictationIn) -> Actor:
    """Whose decision it is: the person asked, or who holds the post; a delegate signs, nothing is entered for one."""
    id = UUID(leaf.holder.id)
    if leaf.holder.kind == "person":
        return Actor(kind="person", id=id, name=(await people([id]))[id], holdings=await holdings_of(id))
    held = [one for one in await holders(id, work=WORK) if one.on_behalf_of is None]
    found = [one for one in held if input.person in (None, one.person)]
    if not held:
        raise Conflict("documents.nobody_at_post")
    if len(found) != 1:
        raise Invalid("documents.whose_decision", names="、".join(one.name for one in held))
    [one] = found
    return Actor(kind="person", id=one.person, name=one.name, holdings=await holdings_of(one.person))


def _decision(actor: Actor, decider: Actor, leaf: rules.Obligation, input: DictationIn, version: int) -> Decision:
    return Decision(
        decider=decider, hand=actor, post=UUID(leaf.holder.id) if leaf.holder.kind == "post" else None, obligation=leaf.id,
        revision=leaf.revision, kind=input.kind, text=input.text, sent=[(one.to, one.role) for one in input.dispatch],
        version=version,
        manner="paper" if input.source == PAPER else "dictated", on_behalf_of=str(decider.own_id),
        due=input.due,
    )  # fmt: skip


async def _write(handling: Handling, leaf: rules.Obligation, said: Decision, input: DictationIn, to: Addressed) -> Opinion:
    entry = Entry(hand=said.hand, manner=said.manner, source=input.source, scan=input.scan, decided_at=input.decided_at)
    dispatch = [{"to": ref, "role": role} for ref, role in said.sent]
    action = {"kind": said.kind, "dispatch": dispatch, **to.kept(), **due_in(said.due)}
    text = said.text or (KINDS["read"] if said.kind == "read" else "")
    return await write_opinion(said.decider, handling, leaf, said.post, text, action, entry=entry)


async def _ask_to_confirm(handling: Handling, opinion: Opinion) -> None:
    todo = inbox.NewTodo(
        kind=KIND, source=source_of(opinion.id), holder=inbox.Holder(kind="person", id=opinion.person_id),
        title=handling.title, summary=f"{opinion.entered_by_name}据{opinion.entered_from}录入您的意见，请核对确认",
        sender=opinion.entered_by_name, urgency=handling.urgency, route_id=str(handling.id),
    )  # fmt: skip
    await inbox.open_many([todo])


def source_of(opinion: UUID) -> str:
    """The source of the to-do that asks to confirm an entered opinion."""
    return f"documents.opinion:{opinion}"


@verb
async def confirm(actor: Actor, id: UUID, opinion: UUID) -> Handling:
    """补确认: the leader says that what was entered is theirs; who finds it wrong takes the act back (撤回) instead.

    Refuses: NotFound documents.no_such_opinion, also where it was taken back; Forbidden documents.not_your_decision; Conflict
    documents.confirmed_already.
    """
    handling = await access_handling(actor, id, lock=True)
    row = await Opinion.get_or_none(id=opinion, handling_id=id, manner__in=BY_HAND, withdrawn_at=None)
    if row is None:
        raise NotFound("documents.no_such_opinion")
    if row.person_id != actor.own_id:
        raise Forbidden("documents.not_your_decision", name=row.person_name)
    if row.confirmed_at is not None:
        raise Conflict("documents.confirmed_already")
    row.confirmed_at = clock.now()
    await row.save(update_fields=["confirmed_at"])
    await inbox.close(KIND, source_of(row.id), by=actor, reason="已补确认")
    audit.record(actor, "documents.confirm_dictation", cases.ref(id), post=row.post_id, opinion=str(row.id))
    await cases.touch(actor, handling)
    return handling


async def take_back(actor: Actor, handling: Handling, obligation: str) -> None:
    """The act on a step was taken back: what was entered for it needs no confirmation any more."""
    for row in await Opinion.filter(handling_id=handling.id, obligation=obligation, manner__in=BY_HAND, confirmed_at=None):
        await inbox.withdraw(source_of(row.id), by=actor, reason="已撤回")


async def send_down_entered(handling: Handling, obligation: str) -> None:
    """Send down what an entered decision named and the clerk had to confirm first (以文书为中心)."""
    row = await Opinion.filter(handling_id=handling.id, obligation=obligation, manner__in=BY_HAND, withdrawn_at=None).first()
    if row is None:
        return
    decider = Actor(kind="person", id=row.person_id, name=row.person_name, holdings=await holdings_of(row.person_id, row.at))
    hand = Actor(kind="person", id=row.entered_by, name=row.entered_by_name)
    said = Decision(
        decider=decider, hand=hand, post=row.post_id, obligation=obligation, revision=0,
        kind=row.action["kind"], text=row.text, sent=sent_by(row) or [], version=row.version,
        manner="paper" if row.manner == "paper" else "dictated",
    )  # fmt: skip
    await send_down_kept(said, handling)
