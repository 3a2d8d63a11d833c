"""Reading all that the document page is made of, in a bounded number of queries; `page` composes it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from tortoise.expressions import Q

from documents.incoming import cases
from documents.incoming.access import access_handling
from documents.incoming.below import sendings
from documents.incoming.models import DocumentVersion, Handling, Opinion, Phrases, Sending, StepRecord
from documents.incoming.policy import WORK
from documents.incoming.pressing.log import presses_of
from documents.incoming.pressing.models import Press
from documents.incoming.pressing.rules import presser_of
from documents.incoming.states import RETURNED
from documents.incoming.versions import files_of
from office.files.queries import describe_many
from office.files.schemas import FileOut
from office.flow import actions as flow
from office.flow import rules
from office.flow.models import FlowEntry
from office.inbox.models import Todo
from office.kernel.actor import Actor
from office.kernel.refs import id_of, kind_of
from office.organization.holdings import Holder, holders_many
from office.organization.queries import PostCard, UnitCard, people, posts, units
from office.signing.models import Signature

DEFAULT_PHRASES = ["同意。", "拟同意。", "已阅。", "请阅处。", "请抓紧办理，及时反馈。"]
# What fits steps that are not a leader's, for whoever has no phrases of their own.
FITTING_PHRASES = {
    "handle": ["已办理完毕。", "正在办理，按期反馈。", "已收到，立即落实。"],
    "assist": ["已配合办理。", "正在配合办理。", "无不同意见。"],
    "read": ["已阅。"],
}
TRAIL = 100
#: The most that is read of one handling's trail, where somebody reads all of it.
WHOLE = 10_000
PERSON = 36
FOLLOW = "documents.follow"
REPLY = "reply"
MARKS = ("id", "state", "device", "reason", "arrived_at", "open_key", "person")

Entry = tuple[FlowEntry, dict[str, Any]]


@dataclass(frozen=True)
class Sheet:
    """Everything about one handling, read at once; `drawn` are the signatures with handwriting, `entries` oldest first,
    `replies` the letters that answered, for this one or one below."""

    handling: Handling
    case: rules.Case
    records: Sequence[StepRecord]
    versions: Sequence[DocumentVersion]
    files: Sequence[FileOut]
    replies: Mapping[UUID, FileOut]
    opinions: Sequence[Opinion]
    signatures: Mapping[UUID, Signature]
    drawn: Collection[Any]
    entries: Sequence[Entry]
    sent: Sequence[Sending]
    received: Sequence[Sending]
    children: Mapping[UUID, Handling]
    units: Mapping[UUID, UnitCard]
    names: Mapping[UUID, str]
    todos: Mapping[str, Todo]
    posts: Mapping[UUID, PostCard]
    holders: Mapping[UUID, Sequence[Holder]]
    phrases: list[str]
    following: bool
    presses: Sequence[Press]
    presser: str

    @property
    def version(self) -> DocumentVersion:
        """The version this handling shows."""
        return next(row for row in self.versions if row.version == self.handling.version)


async def sheet_of(actor: Actor, id: UUID, *, trail: int = TRAIL) -> Sheet:
    """Read a handling that the actor may see, and of its trail this many newest lines of a kind, and one more if there is.

    At most 19 queries. Refuses: NotFound documents.no_such_handling.
    """
    return await read_sheet(await access_handling(actor, id), actor.own_id, trail=trail)


async def read_sheet(handling: Handling, reader: UUID | None, *, trail: int = TRAIL) -> Sheet:
    """The same of a handling at hand, for a reader (a person's id), or for nobody: then nothing in it is a person's own."""
    id = handling.id
    case, subject = await flow.case_of(handling.case_id), cases.ref(id)
    versions = await DocumentVersion.filter(document_id=handling.document_id).order_by("version")
    current = [files_of(row) for row in versions if row.version == handling.version and not handling.withheld]
    entries, live = await _entries(handling, trail + 1), rules.live(case)
    around = await sendings.around(handling.id)
    sent, received = [row for row in around if row.parent_id == id], [row for row in around if row.child_id == id]
    children = {row.id: row for row in await Handling.filter(id__in=[row.child_id for row in sent])} if sent else {}
    noted = [*received, *(row for row in sent if row.ended == RETURNED)]
    todos = await _todos(reader, case, live, [subject, *(sendings.source_of(row.id) for row in noted)])
    answers = [(row.reply_file, REPLY) for row in (handling, *children.values()) if row.reply_file]
    files = await describe_many([*(current[0] if current else []), *answers])
    at_posts = {UUID(leaf.holder.id) for leaf in live if leaf.holder.kind == "post"}
    presser = presser_of(handling)
    if kind_of(presser) == "post":
        at_posts.add(id_of(presser))
    return Sheet(
        handling=handling, case=case, versions=versions,
        records=await StepRecord.filter(handling_id=handling.id).order_by("-at", "-id").limit(trail + 1),
        files=[one for one in files if one.role != REPLY], replies={one.id: one for one in files if one.role == REPLY},
        opinions=await Opinion.filter(handling_id=handling.id).order_by("at", "id"),
        signatures={row.id: row for row in await Signature.filter(subject=subject).only(*MARKS)},
        drawn=set(await Signature.filter(subject=subject, strokes__isnull=False).values_list("id", flat=True)),
        entries=entries, sent=sent, received=[row for row in received if row.withdrawn_at is None], children=children,
        units=await units([handling.addressed_to, *(row.addressed_to for row in children.values())]),
        names=await people(_people(entries, live, presser)), todos={row.source: row for row in todos if row.kind != FOLLOW},
        posts=await posts(at_posts), holders=await holders_many(at_posts, work=WORK),
        phrases=await phrases_of(reader) if reader else [],
        following=any(row.kind == FOLLOW for row in todos), presses=await presses_of(handling, trail + 1),
        presser=presser,
    )  # fmt: skip


async def _entries(handling: Handling, most: int) -> list[Entry]:
    rows = await FlowEntry.filter(case_id=handling.case_id).order_by("-n").limit(most)
    return [(row, msgspec.json.decode(row.command)) for row in reversed(rows)]


def _people(entries: Sequence[Entry], live: Sequence[rules.Obligation], presser: str) -> set[UUID]:
    told = [person_of(said) for _, said in entries] + [leaf.added_by for leaf in live]
    told += [str(said.get("by", {}).get("on_behalf_of", "")) for _, said in entries]
    told += [leaf.holder.id for leaf in live if leaf.holder.kind == "person"]
    told += [presser.removeprefix("person:")]
    return {UUID(one) for one in told if len(one) == PERSON}


def person_of(said: Mapping[str, Any]) -> str:
    """Who gave a command of the trail; empty for the system."""
    return str(said.get("by", {}).get("person", ""))


async def _todos(
    reader: UUID | None, case: rules.Case, live: Sequence[rules.Obligation], subjects: Sequence[str]
) -> list[Todo]:
    """The open to-dos of the live steps, the clerk's about corrections and additions, the reader's own among those followed."""
    sources = [*subjects, *(flow.source_of(case.id, leaf.id) for leaf in live)]
    return await Todo.filter(~Q(kind=FOLLOW) | Q(holder=reader), source__in=sources, state="open")


async def phrases_of(person: UUID) -> list[str]:
    """A person's quick phrases, or the customary ones."""
    row = await Phrases.get_or_none(person_id=person)
    return list(row.items) if row and row.items else DEFAULT_PHRASES
