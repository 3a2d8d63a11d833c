"""Versions of a document: what came, kept as it came, and the digest that a signature names."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import rfc8785

from documents.incoming.models import Document, DocumentVersion
from office.files.actions import refer
from office.files.models import Blob, File
from office.kernel import clock
from office.kernel.ids import new_id


def rendition_of(digests: Sequence[str]) -> str:
    """The digest of what is shown: SHA-256, hex, of the canonical list of the files' digests, the main text first."""
    return hashlib.sha256(rfc8785.dumps(list(digests))).hexdigest()


def fingerprint_of(metadata: Mapping[str, Any], digests: Sequence[str]) -> str:
    """What a push said and sent, as one digest: the same key with another fingerprint is another document.

    `metadata` is what was said, without what says nothing, so that a field the house learns later changes no old digest.
    Senders recompute it: docs/subsystems/exchange.md tells how.
    """
    return hashlib.sha256(rfc8785.dumps({"metadata": dict(metadata), "files": list(digests)})).hexdigest()


async def make_version(
    document: Document, version: int, metadata: Mapping[str, Any], files: Sequence[tuple[File, Blob]], *, state: str = "current"
) -> DocumentVersion:
    """Keep a version with its files, in the running unit of work."""
    digests = [blob.digest for _, blob in files]
    listed = [
        {"file": str(file.id), "role": "attachment" if place else "main", "digest": blob.digest}
        for place, (file, blob) in enumerate(files)
    ]
    row = await DocumentVersion.create(
        id=new_id(), document_id=document.id, version=version, state=state, fingerprint=fingerprint_of(metadata, digests),
        rendition=rendition_of(digests), metadata=dict(metadata), files=listed, received_at=clock.now(),
    )  # fmt: skip
    await refer(f"documents.document:{document.id}", [file.id for file, _ in files])
    return row


def said_on(words: str, version: int, now: int) -> str:
    """Words with the version they were said on, where that is no longer the one shown."""
    return words if version == now else f"{words}（对第{version}版作出，现为第{now}版）"


async def version_of(document: UUID, version: int) -> DocumentVersion:
    """A version of a document."""
    return await DocumentVersion.get(document_id=document, version=version)


def files_of(version: DocumentVersion) -> list[tuple[UUID, str]]:
    """Its files with their roles, the main one first."""
    return [(UUID(one["file"]), one["role"]) for one in version.files]
