"""Reading signatures: whoever may see the matter may see who signed it and check the proof."""

from uuid import UUID

from office import audit
from office.kernel import base64url
from office.kernel.actor import Actor
from office.kernel.endpoint import Answer, Content
from office.kernel.modules import registry
from office.kernel.refs import kind_of
from office.kernel.refusal import NotFound
from office.kernel.sqlite import instant_text
from office.kernel.work import verb
from office.signing.actions import countersigned
from office.signing.keys import SUITE, known_keys, server_public_key
from office.signing.models import HELD, WITHDRAWN, Signature
from office.signing.schemas import Evidence, ServerKeyOut, ServerKeys, SignatureAnswer, SignatureOut
from office.signing.statements import read_statement
from office.signing.strokes import read_strokes, to_svg

#: States in which a signature is nobody's business but its signer's.
OWN = frozenset({HELD, WITHDRAWN})

#: How long a client may keep the server's keys before it asks again.
KEYS_KEPT = "public, max-age=3600"


async def access_signature(actor: Actor, id: UUID) -> Signature:
    """A signature the actor may see: the own, or one about a matter its owner shows to the actor. Refuses: NotFound.

    What is held, or was withdrawn, is its signer's alone.
    """
    row = await Signature.get_or_none(id=id)
    if row is None or not (row.person == actor.id or (row.state not in OWN and await _sees(actor, row.subject))):
        raise NotFound("signing.no_such_signature")
    return row


async def _sees(actor: Actor, subject: str) -> bool:
    resolve = registry().references.get(kind_of(subject))
    return resolve is not None and (await resolve(actor, [subject])).get(subject) is not None


def shown(row: Signature, effects: list[str] | None = None) -> SignatureAnswer:
    """A signature as it goes out."""
    out = SignatureOut(
        id=row.id, subject=row.subject, state=row.state, held_until=row.held_until, arrived_at=row.arrived_at,
        effects=effects or [], reason=row.reason,
    )  # fmt: skip
    return SignatureAnswer(out)


async def get_signature(actor: Actor, id: UUID) -> SignatureAnswer:
    """One signature's state; that another's was looked at is in the trail, once a day."""
    row = await access_signature(actor, id)
    if row.person != actor.id:
        await audit.record_daily(actor, "signing.view", f"signing.signature:{id}", of=row.subject)
    return shown(row)


async def list_server_keys(actor: Actor) -> Answer[ServerKeys]:
    """The keys that receipts, tickets and countersignatures are verified with; anybody may know them."""
    items = [ServerKeyOut(id, SUITE, base64url.encode(public), place == 0) for place, (id, public) in enumerate(known_keys())]
    return Answer(data=ServerKeys(items), headers={"Cache-Control": KEYS_KEPT})


async def get_strokes(actor: Actor, id: UUID) -> Content:
    """The handwriting as SVG, cropped to its ink: in a list it is read small. That it was seen is in the trail, once a day.

    Refuses: NotFound."""
    row = await access_signature(actor, id)
    if row.strokes is None:
        raise NotFound("signing.no_such_signature")
    await audit.record_daily(actor, "signing.view", f"signing.signature:{id}", of=row.subject)
    svg = to_svg(read_strokes(bytes(row.strokes)), f"{row.person_name}手写签批", cropped=True)
    return Content(media_type="image/svg+xml", body=svg.encode(), etag=str(id), immutable=True)


async def get_evidence(actor: Actor, id: UUID) -> Evidence:
    """All that a stranger needs to check the signature; that it was taken is in the trail."""
    row = await access_signature(actor, id)
    await _note_export(actor, row)
    raw = bytes(row.signature) if row.signature else None
    return Evidence(
        id=row.id, suite=SUITE, statement=row.statement, signature=base64url.encode(raw) if raw else None,
        public_key=base64url.encode(bytes(row.public_key)) if row.public_key else None,
        ticket=read_statement(row.statement).ticket,
        countersigned=countersigned(row.id, row.statement, raw, instant_text(row.arrived_at)).decode(),
        countersignature=base64url.encode(bytes(row.countersignature)), server_key_id=row.server_key,
        server_public_key=base64url.encode(server_public_key(row.server_key)),
        ticket_at=row.ticket_at, device_at=row.device_at, arrived_at=row.arrived_at, state=row.state,
        taken_back_at=row.taken_back_at,
    )  # fmt: skip


@verb
async def _note_export(actor: Actor, row: Signature) -> None:
    audit.record(actor, "signing.export", row.subject, signature=str(row.id))
