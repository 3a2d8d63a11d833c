"""What is found of a handling (搜索), and by whom: the rule is that of every list, clerk of the unit or part in it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import product
from typing import Any
from uuid import UUID

from documents.incoming import cases
from documents.incoming.events import HandlingChanged
from documents.incoming.models import DocumentVersion, Handling, Opinion, Participant, Sending
from documents.incoming.policy import CLERK, clerked_by, posts_of, units_of
from documents.incoming.states import ACT_NAMES
from office import search
from office.files.models import File
from office.kernel.actor import Actor
from office.kernel.database import fetch, is_postgres
from office.kernel.events import Delivery
from office.kernel.findable import Findable, Readable
from office.kernel.rows import marks, texts
from office.signing import models as signed
from office.signing.models import Signature

KIND = "documents.handling"
Said = list[tuple[str, str]]


def scopes(actor: Actor) -> set[str]:
    """The scopes a reader has: of each of their units, as its clerk, by each post they act for, by themselves."""
    holders = {*map(str, posts_of(actor)), str(actor.id)}
    return {
        *(f"{unit}/{holder}" for unit, holder in product(units_of(actor), holders)),
        *of_clerks(clerked_by(actor)),
    }


async def on_changed(event: HandlingChanged, delivery: Delivery) -> None:
    """Bring a handling that moved up to date in the index."""
    await search.put(KIND, [event.handling])


def of_clerks(units: Collection[UUID]) -> set[str]:
    """The scopes of these units' clerks."""
    return {f"{unit}/{CLERK}" for unit in units}


async def look_again(id: UUID) -> None:
    """The same in the running unit of work, where nobody is told that it moved: who reads it changed with the unit it is in."""
    await search.put(KIND, [id])


async def ids(after: UUID | None, most: int) -> list[UUID]:
    """The handlings in the order of their ids."""
    rows = Handling.filter(id__gt=after) if after else Handling.all()
    return [UUID(str(id)) for id in await rows.order_by("id").limit(most).values_list("id", flat=True)]


async def count() -> int:
    """How many handlings can be found."""
    return int(await Handling.filter(frozen=False).count())


async def read(ids: Collection[UUID]) -> list[Readable]:
    """What these handlings say to everybody who may see them; one that is frozen says nothing. Seven queries."""
    await _hold(ids)
    rows = await Handling.filter(id__in=list(ids), frozen=False)
    wanted = [row.id for row in rows]
    if not wanted:
        return []
    readers, opinions, above, files = await _readers(wanted), await _opinions(wanted), await _above(wanted), await _files(rows)
    return [
        Readable(
            ref=cases.ref(row.id), at=row.received_at, said=[*_own(row), *above[row.id], *opinions[row.id], *_ends(row)],
            files=files[row.id],
            readers=frozenset(f"{row.unit_id}/{one}" for one in (CLERK, row.clerk_post, *readers[row.id])),
        )
        for row in rows
    ]  # fmt: skip


async def _hold(ids: Collection[UUID]) -> None:
    """Nobody deletes them before this unit of work ends; changing them goes on."""
    if is_postgres():
        some = texts(ids)
        await fetch(f"SELECT id FROM documents_handling WHERE id IN ({marks(some)}) ORDER BY id FOR KEY SHARE", *some)  # noqa: S608


def _own(row: Handling) -> Said:
    told = (
        ("标题", row.title),
        ("文号", row.doc_no),
        ("收文编号", row.register_no or ""),
        ("来文单位", row.issuer),
        ("来文单位", row.sender),
    )
    return _filled(told)


def _ends(row: Handling) -> Said:
    return _filled((("办理结果", row.result), ("答复", row.reply), ("复文文号", row.reply_no)))


def _filled(told: Sequence[tuple[str, str]]) -> Said:
    return list(dict.fromkeys(one for one in told if one[1]))


async def _readers(ids: Collection[Any]) -> Mapping[UUID, set[UUID]]:
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for row in await Participant.filter(handling_id__in=list(ids)):
        found[row.handling_id].add(row.holder)
    return found


async def _opinions(ids: Collection[Any]) -> Mapping[UUID, Said]:
    """Opinions that stand; one that is held or waits is not everybody's. Two queries."""
    rows = await Opinion.filter(handling_id__in=list(ids), withdrawn_at=None).order_by("at", "id")
    signatures = [row.signature_id for row in rows if row.signature_id]
    stand = set(await Signature.filter(id__in=signatures, state=signed.EFFECTIVE).values_list("id", flat=True))
    found: defaultdict[UUID, Said] = defaultdict(list)
    for row in rows:
        if row.signature_id is None or row.signature_id in stand:
            found[row.handling_id] += _filled([(f"{row.person_name}{ACT_NAMES.get(row.act, '意见')}", row.text)])
    return found


async def _above(ids: Collection[Any]) -> Mapping[UUID, Said]:
    """The words with which units above sent it down, and who they are."""
    found: defaultdict[UUID, Said] = defaultdict(list)
    for row in await Sending.filter(child_id__in=list(ids), withdrawn_at=None).order_by("at", "id"):
        found[row.child_id] += _filled([("来文单位", row.sender), ("上级交办", row.words)])
    return found


async def _files(rows: Sequence[Handling]) -> Mapping[UUID, list[str]]:
    """Digests of the files its page shows: of its version unless they are withheld, and of the letter of its reply."""
    found: defaultdict[UUID, list[str]] = defaultdict(list)
    versions = await DocumentVersion.filter(document_id__in=list({row.document_id for row in rows}))
    shown = {(one.document_id, one.version): [str(file["digest"]) for file in one.files] for one in versions}
    letters = {one.id: one.digest for one in await File.filter(id__in=[row.reply_file for row in rows if row.reply_file])}
    for row in rows:
        if not row.withheld:
            found[row.id] += shown.get((row.document_id, row.version), [])
        if row.reply_file in letters:
            found[row.id].append(letters[row.reply_file])
    return found


FINDABLE = Findable(kind=KIND, label="收文", read=read, ids=ids, count=count, scopes=scopes)
