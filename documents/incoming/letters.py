"""The letter of a reply (答复函): a reference of this very reply, read here and in the units above that it answers.

The same file may stand elsewhere too, in another reply or as the scan of an opinion: those have references of their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import cards
from documents.incoming.below.sendings import answered
from documents.incoming.models import Handling, Sending
from office.files import actions as files
from office.kernel.actor import Actor
from office.kernel.modules import Card
from office.kernel.refs import id_of


def ref(handling: UUID) -> str:
    """The reference of a handling's reply."""
    return f"documents.reply:{handling}"


async def keep_letter(handling: Handling, file: UUID | None) -> None:
    """Make this file, or none, the reply's letter, in the running unit of work; through it nobody reads the one before."""
    if handling.reply_file is not None:
        await files.release([ref(handling.id)], handling.reply_file)
    if file is not None:
        await files.refer(ref(handling.id), [file])


async def reply_cards(actor: Actor, refs: Sequence[str]) -> Mapping[str, Card]:
    """The replies behind references: for whoever may see the handling, or one above that it answered. Four queries."""
    ids = [id_of(one) for one in refs]
    rows = {row.id: row for row in await Handling.filter(id__in=ids)}
    sent = await Sending.filter(child_id__in=ids, withdrawn_at=None)
    doors = [(id, id) for id in ids] + [(one.child_id, one.parent_id) for one in sent if answered(rows[one.child_id], one.at)]
    shown = await cards(actor, sorted({cases.ref(door) for _, door in doors}))
    return {ref(id): replace(shown[cases.ref(door)], ref=ref(id)) for id, door in doors if cases.ref(door) in shown}
