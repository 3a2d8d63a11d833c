"""待确认: the clerk takes up a signature that waits, or refuses it."""

from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import access_as_clerk, acting
from documents.incoming.actions.effect import asked_by, enact
from documents.incoming.actions.sign import CONFIRM_KIND, ensure_unsigned
from documents.incoming.models import Handling, Opinion
from documents.incoming.schemas import ConfirmationIn
from office import audit
from office.flow import actions as flow
from office.flow import rules
from office.flow.texts import CLOSED
from office.inbox import actions as inbox
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.refusal import Conflict, Invalid, NotFound
from office.kernel.sqlite import instant_text
from office.kernel.work import verb
from office.signing import actions as signing
from office.signing import models as signed
from office.signing.models import Signature
from office.signing.steps import obligation_of


@verb
async def confirm(actor: Actor, id: UUID, signature: UUID, input: ConfirmationIn) -> Handling:
    """The clerk takes up a signature that waits for confirmation (待确认), or refuses it with a reason the signer sees.

    Where the document was corrected since, the clerk names the version it is taken up for, and that is said wherever the words
    are read (decision 0190). Refuses: NotFound, Forbidden documents.clerk_only, Conflict signing.not_pending,
    documents.version_not_named, signing.being_signed, Invalid flow.reason_missing, and what the flow refuses when the step can
    no longer be done: then it still waits.
    """
    handling = await access_as_clerk(actor, id)
    row = await Signature.get_or_none(id=signature, subject=cases.ref(id))
    if row is None:
        raise NotFound("signing.no_such_signature")
    if not input.accept and not input.reason:
        raise Invalid("flow.reason_missing")
    opinion = await Opinion.get(signature_id=signature)
    said = _said(actor, handling, opinion, input) if input.accept else input.reason
    to = signed.EFFECTIVE if input.accept else signed.REFUSED
    if not await signing.settle(signature, expected=signed.PENDING_CLERK, to=to, reason=said):
        raise Conflict("signing.not_pending", state=row.state)
    await (_take_up(actor, handling, row, opinion, input) if input.accept else _refuse(actor, handling, row, opinion, input))
    await inbox.close(CONFIRM_KIND, f"signing:{signature}", by=actor, reason="已采用" if input.accept else "未采用")
    audit.record(actor, "documents.confirm_signature", cases.ref(id), post=handling.clerk_post, signature=str(signature),
                 accept=input.accept, signed_version=opinion.version, version=handling.version)  # fmt: skip
    return handling


def _said(actor: Actor, handling: Handling, opinion: Opinion, input: ConfirmationIn) -> str:
    """What the signer reads about it: the clerk's words, and that another version went out than the one signed."""
    if opinion.version == handling.version:
        return input.reason
    told = f"来文已更正，{actor.name}确认将对第{opinion.version}版的签批用于第{handling.version}版"
    return f"{told}：{input.reason}" if input.reason else told


async def _take_up(actor: Actor, handling: Handling, row: Signature, opinion: Opinion, input: ConfirmationIn) -> None:
    if opinion.version != handling.version:
        if input.version != handling.version:
            raise Conflict("documents.version_not_named", signed=opinion.version, version=handling.version)
        told = {"by": actor.name, "version": handling.version, "at": instant_text(clock.now())}
        await Opinion.filter(id=opinion.id).update(action={**opinion.action, "taken_up": told})
    leaf = await _standing(actor, handling, row)
    await Opinion.filter(id=opinion.id).update(obligation=leaf.id)
    await enact(row, handling, row.ticket_at, (leaf.id, leaf.revision))


async def _standing(actor: Actor, handling: Handling, row: Signature) -> rules.Obligation:
    """The step it was signed for, as it is asked now (decision 0221): opened anew since, or skipped because its holder left."""
    case, wanted = await flow.case_of(handling.case_id), obligation_of(row.step)
    leaf = next((leaf for leaf in rules.leaves(case.root) if leaf.id == wanted), None)
    if leaf is None:
        raise Conflict("flow.step_closed", state="void", how=CLOSED["void"])
    await ensure_unsigned(case, leaf)
    if leaf.state != "skipped":
        return leaf
    by = acting(actor, handling.clerk_post, "custodian")
    case = await flow.move(actor, handling.case_id, rules.AskAgain(by=by, obligation=leaf.id, revision=leaf.revision))
    return next(one for one in rules.leaves(case.root) if one.of == wanted and one.act == leaf.act)


async def _refuse(actor: Actor, handling: Handling, row: Signature, opinion: Opinion, input: ConfirmationIn) -> None:
    await Opinion.filter(id=opinion.id).update(withdrawn_at=clock.now())
    if opinion.version != handling.version:
        told = f"对第{opinion.version}版的签批未采用：{input.reason}。请对第{handling.version}版签批"
        await inbox.update(asked_by(row), summary=told)
    await cases.touch(actor, handling)
