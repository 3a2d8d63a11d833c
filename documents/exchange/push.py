"""The push: one authenticated call brings a document, and brings it once.

The key is (source system, source id, version), and a source system has one client at a time (`sources`). The same push again
gives the same receipt; the same key with other bytes is refused; a higher version is a correction that keeps both; a lower one
that comes later is kept as superseded.
"""

import hashlib
from collections.abc import Sequence
from uuid import UUID

import msgspec
import rfc8785
from msgspec.structs import asdict, replace
from tortoise.exceptions import IntegrityError

from documents.exchange.keeping import PURGED
from documents.exchange.models import Push
from documents.exchange.recipients import dropped, recipients_of
from documents.exchange.schemas import Delivered, FileTaken, Metadata, PushAnswer, Signed
from documents.exchange.sources import hold, is_held
from documents.incoming.correction import correct
from documents.incoming.models import Document, DocumentVersion
from documents.incoming.opening import Coming, open_handling
from documents.incoming.states import NAMES
from documents.incoming.versions import fingerprint_of, make_version
from office import audit
from office.files.actions import accept_all
from office.files.models import Blob, File
from office.files.stop import Said
from office.kernel import base64url, clock
from office.kernel.actor import Actor
from office.kernel.database import execute
from office.kernel.endpoint import Answer, Upload
from office.kernel.ids import new_id
from office.kernel.refusal import Conflict, Invalid
from office.kernel.sqlite import instant_text
from office.kernel.work import savepoint, verb
from office.organization import uscc
from office.organization.queries import UnitCard
from office.secrecy.actions import DECLARED
from office.secrecy.shapes import Rule
from office.secrecy.stopped import Stopped
from office.signing.keys import server_key

MAX_FILES = 60
NOT_CLASSIFIED = ("", "无")


async def push(actor: Actor, upload: Upload, input: Metadata) -> Answer[PushAnswer]:
    """Take a document with its metadata and files. 201 the first time, 200 for the same again.

    Refuses: Invalid http.invalid, exchange.classified, secrecy.stopped, secrecy.declaration_needed, exchange.no_file,
    exchange.no_recipient; Conflict exchange.other_bytes, exchange.source_taken; what files refuse.
    """
    metadata = _unclassified(input)
    parts = [part for name, part in upload.files if name == "file"]
    if not 1 <= len(parts) <= MAX_FILES:
        raise Invalid("exchange.no_file", limit=MAX_FILES)
    await recipients_of(metadata)
    await _ensure_not_known(actor, metadata)
    files = await accept_all(actor, parts, _said(metadata))
    answer, first = await _enter(actor, metadata, files)
    return Answer(data=answer, status=201 if first else 200)


def _unclassified(metadata: Metadata) -> Metadata:
    """What says that there is no 密级 says nothing; anything else is refused before a byte of the files is kept."""
    if (metadata.security or "").strip() not in NOT_CLASSIFIED:
        raise Stopped([Rule.METADATA], code="exchange.classified")
    return replace(metadata, security="")


async def _ensure_not_known(actor: Actor, metadata: Metadata) -> None:
    """What turned out to be classified before is refused before a byte of it is kept, in whatever version it comes again; told
    to none but the client whose source it is.

    Refuses: exchange.classified.
    """
    if not await is_held(actor, metadata.source):
        return
    source_key = _key(metadata.source, metadata.source_id)
    keys = [source_key, _key(metadata.source, metadata.source_id, str(metadata.version))]
    purged = await Push.filter(key__in=keys, state=PURGED).exists()
    if purged or await Document.filter(source_key=source_key, frozen=True).exists():
        raise Stopped([Rule.METADATA], code="exchange.classified")


def _said(metadata: Metadata) -> Said:
    """Who declared there that scans bear no mark; the push is refused until somebody has."""
    return Said(declaration=DECLARED if metadata.notClassifiedBy else "", declared_by=metadata.notClassifiedBy)


@verb
async def _enter(actor: Actor, metadata: Metadata, files: Sequence[tuple[File, Blob]]) -> tuple[PushAnswer, bool]:
    await hold(actor, metadata.source)
    key, told = _key(metadata.source, metadata.source_id, str(metadata.version)), msgspec.to_builtins(metadata)
    fingerprint = fingerprint_of(told, [blob.digest for _, blob in files])
    if not await _claim(actor, key, metadata, fingerprint):
        return await _again(key, fingerprint), False
    found, unknown = await recipients_of(metadata)
    document, state = await _document(actor, metadata, files)
    not_opened = await dropped(document, found) if state == "superseded" else []
    receipts = [await _deliver(actor, document, metadata, code, unit) for code, unit in found.items() if code not in not_opened]
    taken = [FileTaken(file.name, blob.size, blob.digest) for file, blob in files]
    answer = _answer(actor, document, metadata, fingerprint, state, receipts, unknown, taken, not_opened)
    await Push.filter(key=key).update(document_id=document.id, state=state, receipt=answer)
    audit.record(actor, "exchange.push", f"documents.document:{document.id}", source=metadata.source,
                 source_id=metadata.source_id, version=metadata.version, state=state, fingerprint=fingerprint)  # fmt: skip
    return answer, True


def _key(*named: str) -> str:
    return hashlib.sha256(rfc8785.dumps(list(named))).hexdigest()


async def _claim(actor: Actor, key: str, metadata: Metadata, fingerprint: str) -> bool:
    """Whether this push is the first of its key; of two at once the second waits for the first's commit."""
    now, nothing = clock.now(), str(UUID(int=0))
    claimed = await execute(
        "INSERT INTO exchange_push"
        " (id, key, client_id, source, source_id, version, fingerprint, document_id, state, receipt, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'new', '{}', ?) ON CONFLICT (key) DO NOTHING",
        str(new_id()), key, str(actor.own_id), metadata.source, metadata.source_id, metadata.version, fingerprint, nothing, now,
    )  # fmt: skip
    return bool(claimed)


async def _again(key: str, fingerprint: str) -> PushAnswer:
    before = await Push.get(key=key)
    if before.state == PURGED:
        raise Stopped([Rule.METADATA], code="exchange.classified")
    if before.fingerprint != fingerprint:
        raise Conflict("exchange.other_bytes", version=before.version)
    return msgspec.convert(before.receipt, PushAnswer)


async def _document(actor: Actor, metadata: Metadata, files: Sequence[tuple[File, Blob]]) -> tuple[Document, str]:
    """The document of this source, its versions put in order: the highest is current, whichever came last."""
    source_key, told = _key(metadata.source, metadata.source_id), msgspec.to_builtins(metadata)
    known, first = await _locked(source_key, metadata)
    if known.frozen or (first and await _purged_before(source_key)):
        raise Stopped([Rule.METADATA], code="exchange.classified")
    if first:
        await make_version(known, metadata.version, told, files)
        return known, "current"
    if metadata.version < known.version:
        await make_version(known, metadata.version, told, files, state="superseded")
        return known, "superseded"
    await DocumentVersion.filter(document_id=known.id, state="current").update(state="superseded")
    await make_version(known, metadata.version, told, files)
    known.update_from_dict({**_columns(metadata), "version": metadata.version})
    await known.save(update_fields=[*_columns(metadata), "version"])
    await correct(actor, known)
    return known, "correction"


async def _purged_before(source_key: str) -> bool:
    """Whether a version of it turned out to be classified, and was purged."""
    return await Push.filter(key=source_key, state=PURGED).exists()


async def _locked(source_key: str, metadata: Metadata) -> tuple[Document, bool]:
    """The document's row, locked; made if this is its first version. Of two first ones at once the second waits."""
    fresh = Document(
        id=new_id(), source_key=source_key, origin="exchange", version=metadata.version, created_at=clock.now(), main_to=[]
    )
    fresh.update_from_dict(_columns(metadata))
    try:
        async with savepoint():
            await fresh.save(force_create=True)
        return fresh, True
    except IntegrityError:
        return await Document.filter(source_key=source_key).select_for_update(no_key=True).get(), False


def _columns(metadata: Metadata) -> dict[str, object]:
    return {
        "title": metadata.title,
        "doc_no": metadata.docNo,
        "issuer": metadata.signature or metadata.issuerMark.removesuffix("文件"),
        "doc_date": metadata.docDate,
        "doc_type": metadata.docType,
        "urgency": metadata.urgency,
        "main_to": list(metadata.mainTo),
        "signer": "、".join(metadata.signer)[:200],
    }


async def _deliver(actor: Actor, document: Document, metadata: Metadata, code: str, unit: UnitCard) -> Delivered:
    sender = metadata.signature or metadata.issuerMark or actor.name
    handling, _ = await open_handling(actor, document, unit.id, Coming(sender=sender[:200], direct=True))
    await execute(
        "INSERT INTO exchange_addressee (id, handling_id, recipient) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        str(new_id()), str(handling.id), uscc.normal(code),
    )  # fmt: skip
    return Delivered(code, unit.name, handling.id, NAMES[handling.state], handling.received_at)


def _answer(
    actor: Actor, document: Document, metadata: Metadata, fingerprint: str, state: str, receipts: list[Delivered],
    unknown: list[str], taken: list[FileTaken], not_opened: list[str],
) -> PushAnswer:  # fmt: skip
    key = server_key()
    payload = rfc8785.dumps({
        "source": metadata.source, "source_id": metadata.source_id, "version": metadata.version, "client": str(actor.id),
        "document": str(document.id), "fingerprint": fingerprint, "state": state, "at": instant_text(clock.now()),
        "delivered": [{"recipient": one.recipient, "handling": str(one.handling)} for one in receipts], "unknown": unknown,
        "not_opened": not_opened,
        "files": [asdict(one) for one in taken],
    })  # fmt: skip
    signed = Signed(payload.decode(), base64url.encode(key.sign(payload)), key.id, base64url.encode(key.public))
    return PushAnswer(
        document=document.id,
        version=metadata.version,
        state=state,
        receipts=receipts,
        unknown=unknown,
        receipt=signed,
        not_opened=not_opened,
    )
