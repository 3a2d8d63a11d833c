"""The evidence bundle (证据包) of a handling: its signatures, what they signed and the proofs, for who has not this house."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from documents.incoming import cases
from documents.incoming.access import access_handling
from documents.incoming.entered import BY_HAND, entries_of, shown_file
from documents.incoming.models import Document, DocumentVersion, Handling, Opinion
from documents.incoming.papers.models import FinalSeal
from documents.incoming.papers.seal_page import seal_of
from documents.incoming.policy import is_clerk
from documents.incoming.versions import files_of
from office import audit
from office.files.queries import describe_many
from office.kernel.actor import Actor
from office.kernel.base64url import encode
from office.kernel.endpoint import Content
from office.kernel.refusal import NotFound
from office.kernel.sqlite import instant_text
from office.kernel.work import verb
from office.signing.evidence.making import Matter, ShownFile, make_bundle
from office.signing.evidence.shapes import FinalSeal as Seal
from office.signing.evidence.shapes import Sm2
from office.signing.models import HELD, WITHDRAWN, Signature
from office.signing.statements import read_statement

MOST = 500


class EvidenceQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`signature`: only this one; `files`: whether files are enclosed (up to 32 MiB together): those that were signed, scans of
    opinions on paper, the sealed whole."""

    signature: UUID | None = None
    files: bool = True


async def evidence(actor: Actor, id: UUID, input: EvidenceQuery) -> Content:
    """The bundle: for the unit's clerk all signatures and all that was entered for somebody, for anybody else who sees the
    handling their own.

    What is held or was withdrawn is its signer's alone; of a handling that was recalled or sent back as classified nothing is
    given. Refuses: NotFound documents.no_such_handling, signing.no_such_signature where there is none to give.
    """
    handling = await access_handling(actor, id)
    if handling.withheld:
        raise NotFound("signing.no_such_signature")
    rows = [row for row in await _signatures(handling, input.signature) if _may_have(actor, handling, row)]
    opinions = await _opinions(actor, handling) if input.signature is None else []
    if not rows and not opinions:
        raise NotFound("signing.no_such_signature")
    await _note(actor, handling, rows, opinions)
    entries = await entries_of(handling, opinions)
    document, seal = await Document.get(id=handling.document_id), await seal_of(handling)
    digests = {*(_rendition(row) for row in rows), *(rendition for _, rendition in entries)}
    matter = Matter(
        subject=cases.ref(id), title=handling.title, signatures=rows, entries=[entry for entry, _ in entries],
        renditions={digest: await _files(document, digest) for digest in sorted(digests)}, seal=_told(seal),
        sealed=await _sealed(seal),
    )  # fmt: skip
    body = await make_bundle(matter, enclosed=input.files)
    return Content(media_type="application/zip", body=body, filename=f"证据-{(handling.register_no or str(id))}.zip")


def _told(row: FinalSeal | None) -> Seal | None:
    if row is None:
        return None
    sm2 = Sm2(encode(bytes(row.sm2_key)), encode(bytes(row.sm2_signature))) if row.sm2_key and row.sm2_signature else None
    return Seal(
        sha256=row.sha256, size=row.size, sm3=row.sm3, closed_at=instant_text(row.closed_at),
        sealed_at=instant_text(row.sealed_at), signer=row.signer, test=row.test, certificate=encode(bytes(row.certificate)),
        sm2=sm2, included=False,
    )  # fmt: skip


async def _sealed(row: FinalSeal | None) -> ShownFile | None:
    found = await describe_many([(row.file_id, "main")]) if row else []
    return shown_file(found[0]) if found else None


async def _opinions(actor: Actor, handling: Handling) -> list[Opinion]:
    """What was entered for somebody by hand, oldest first: all for the clerk, else for the actor."""
    found = Opinion.filter(handling_id=handling.id, manner__in=BY_HAND).order_by("at", "id")
    return await (found if is_clerk(actor, handling) else found.filter(person_id=actor.own_id)).limit(MOST)


async def _signatures(handling: Handling, only: UUID | None) -> list[Signature]:
    query = Signature.filter(subject=cases.ref(handling.id)).order_by("arrived_at", "id")
    return await (query.filter(id=only) if only else query).limit(MOST)


def _may_have(actor: Actor, handling: Handling, row: Signature) -> bool:
    return row.person == actor.id or (row.state not in (HELD, WITHDRAWN) and is_clerk(actor, handling))


def _rendition(row: Signature) -> str:
    return str(read_statement(row.statement).rendition)


async def _files(document: Document, rendition: str) -> list[ShownFile]:
    version = await DocumentVersion.filter(document_id=document.id, rendition=rendition).order_by("version").first()
    told = await describe_many(files_of(version)) if version else []
    return [shown_file(one) for one in told]


@verb
async def _note(actor: Actor, handling: Handling, rows: Sequence[Signature], opinions: Sequence[Opinion]) -> None:
    """That evidence left the house is in the trail."""
    signatures = [str(row.id) for row in rows[:100]]
    audit.record(
        actor, "documents.export_evidence", cases.ref(handling.id), signatures=signatures, count=len(rows),
        entered=len(opinions),
    )  # fmt: skip
