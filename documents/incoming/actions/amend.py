"""更正登记: what was registered wrongly is put right, with the reason; what stood there before stays in trail and audit."""

from typing import Any
from uuid import UUID

from msgspec import UNSET

from documents.incoming import cases
from documents.incoming.access import access_as_clerk
from documents.incoming.actions.records import keep
from documents.incoming.limits.due import settle_due
from documents.incoming.models import Handling
from documents.incoming.reading.numbers import normalise_doc_no
from documents.incoming.registration.duplicates import ensure_named
from documents.incoming.registration.schemas import AmendmentIn
from documents.incoming.states import OVER
from office import audit
from office.flow import actions as flow
from office.flow import rules
from office.kernel.actor import Actor
from office.kernel.refusal import Conflict, Invalid
from office.kernel.work import verb

IDENTITY = frozenset({"doc_no", "issuer", "duplicate_of"})


@verb
async def amend(actor: Actor, id: UUID, input: AmendmentIn) -> Handling:
    """Put right what the register says, also after 办结; the register number never changes. Another urgency, another limit.

    Refuses: NotFound, Forbidden documents.clerk_only, Conflict documents.not_registered, documents.duplicate; Invalid
    documents.nothing_amended, documents.no_such_duplicate.
    """
    handling = await access_as_clerk(actor, id)
    if handling.registered_at is None:
        raise Conflict("documents.not_registered")
    after = _changes(handling, input)
    if not after:
        raise Invalid("documents.nothing_amended")
    before = {name: getattr(handling, name) for name in after}
    await _set(actor, handling, after)
    case = await _retold(actor, handling)
    audit.record(actor, "documents.amend", cases.ref(id), post=handling.clerk_post, reason=input.reason, before=before,
                 after=after)  # fmt: skip
    await keep(actor, handling, "amend", words=input.reason, before=before, after=after)
    await cases.reflect(actor, handling, case, state=handling.state, **after, doc_no_key=handling.doc_no_key,
                        due_at=handling.due_at, due_why=handling.due_why)  # fmt: skip
    return handling


async def _retold(actor: Actor, handling: Handling) -> rules.Case:
    """Open to-dos say what stands there now."""
    if handling.state not in OVER:
        return await flow.move(actor, handling.case_id, about=cases.about(handling))
    return await flow.case_of(handling.case_id)


def _changes(handling: Handling, input: AmendmentIn) -> dict[str, Any]:
    """What is said and is not what stands there."""
    said = {name: getattr(input, name) for name in input.__struct_fields__ if name != "reason"}
    return {name: value for name, value in said.items() if value is not UNSET and value != getattr(handling, name)}


async def _set(actor: Actor, handling: Handling, after: dict[str, Any]) -> None:
    handling.update_from_dict(after)
    handling.doc_no_key = normalise_doc_no(handling.doc_no)[:120]
    if IDENTITY & set(after):
        await ensure_named(actor, handling, handling.doc_no, handling.issuer, handling.duplicate_of)
    if "urgency" in after:
        await settle_due(handling)
