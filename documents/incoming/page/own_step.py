"""The own step on the document page (我的办理): what is asked, in whose words, and the ticket to sign it with."""

from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import mine
from documents.incoming.models import Sending
from documents.incoming.page.queries import DEFAULT_PHRASES, FITTING_PHRASES, Sheet
from documents.incoming.page.schemas import StepOut
from documents.incoming.policy import WORK
from documents.incoming.states import ACT_NAMES, ANSWERED, AWAIT, SIGNED_ACTS
from documents.incoming.versions import said_on
from office.flow import rules
from office.kernel.actor import Actor
from office.signing import models as signed
from office.signing.steps import open_key, step_of
from office.signing.tickets import issue


def own_step(actor: Actor, sheet: Sheet) -> StepOut | None:
    """What the caller owes now, with a fresh ticket where it is signed; None if nothing, or if a signature on it is held."""
    case, signing = sheet.case, {row.open_key for row in sheet.signatures.values() if row.state == signed.HELD}
    owed = (leaf for leaf in mine(actor, case) if leaf.act != AWAIT)
    leaf = next((leaf for leaf in owed if open_key(step_of(case.id, leaf.id), leaf.revision) not in signing), None)
    if leaf is None or case.state == "suspended":
        return None
    post = UUID(leaf.holder.id) if leaf.holder.kind == "post" else None
    held = actor.holding(post, WORK) if post else None
    return StepOut(
        obligation=leaf.id, revision=leaf.revision, act=leaf.act, label=ACT_NAMES.get(leaf.act, leaf.act),
        asks=_asks(sheet, leaf), proposal=_proposal(sheet, leaf), verbs=_verbs(case, leaf), rendition=sheet.version.rendition,
        ticket=_ticket(actor, sheet, leaf, post), phrases=_phrases(sheet, leaf.act),
        on_behalf_of=held.on_behalf_of_name if held else "", due_at=leaf.due, due_why=leaf.due_why,
    )  # fmt: skip


def _phrases(sheet: Sheet, act: str) -> list[str]:
    """The person's own; else the customary ones of the step."""
    return FITTING_PHRASES.get(act, sheet.phrases) if sheet.phrases == DEFAULT_PHRASES else sheet.phrases


def _ticket(actor: Actor, sheet: Sheet, leaf: rules.Obligation, post: UUID | None) -> str:
    if leaf.act not in SIGNED_ACTS:
        return ""
    held = actor.holding(post, WORK) if post else None
    return issue(
        step=step_of(sheet.case.id, leaf.id), revision=leaf.revision, subject=cases.ref(sheet.handling.id), person=actor.own_id,
        post=post, on_behalf_of=held.on_behalf_of if held else None, rendition=sheet.version.rendition,
    )  # fmt: skip


def _verbs(case: rules.Case, leaf: rules.Obligation) -> list[str]:
    """What the holder may do; "act" only where acting is signing, for the clerk's steps have forms of their own."""
    verbs = rules.verbs_of(case, leaf.id, [leaf.holder])
    return [verb for verb in verbs if verb != "act" or leaf.act in SIGNED_ACTS]


def _asks(sheet: Sheet, leaf: rules.Obligation) -> str:
    """Who asks what, in one sentence; what came back from below says it itself."""
    if leaf.act == rules.SETTLE and leaf.label:
        return leaf.label
    asker = sheet.names.get(UUID(leaf.added_by), "") if leaf.added_by else ""
    if leaf.label == ANSWERED:
        return leaf.label
    if asker:
        return f"{asker}{leaf.label}"
    return f"{sheet.handling.sender}来文，请{leaf.label}" if leaf.label else sheet.handling.sender


def _proposal(sheet: Sheet, leaf: rules.Obligation) -> str:
    """The words that ask: the asker's latest, else the clerk's 拟办, else what came with the document from above last.

    Where opinions were asked for, the latest of them.
    """
    now = {one.id for one in rules.leaves(sheet.case.root)}  # what was said before it was opened again asks nothing now
    effective = {None, *(id for id, row in sheet.signatures.items() if row.state == signed.EFFECTIVE)}
    said = [
        row for row in sheet.opinions
        if row.withdrawn_at is None and row.obligation in now and row.signature_id in effective
    ]  # fmt: skip
    advice = [row for row in said if row.act == "advise"] if leaf.label == ANSWERED else []
    own = advice or [row for row in said if str(row.person_id) == leaf.added_by]
    asking = own or [row for row in said if row.act == "propose"]
    return max(asking, key=lambda row: row.at).text if asking else words_of(sheet, sheet.received[-1]) if sheet.received else ""


def words_of(sheet: Sheet, row: Sending) -> str:
    """What came with a document sent down, marked where it was said on another version."""
    return said_on(row.words, row.version, sheet.handling.version)
