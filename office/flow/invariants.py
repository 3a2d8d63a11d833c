"""The promise between flow and inbox: a live obligation has exactly one open to-do, an open to-do a live source."""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from uuid import UUID

from office.flow import rules
from office.flow.actions import SOURCE, lock, source_of
from office.flow.models import FlowCase
from office.inbox.queries import open_sources, open_walk
from office.kernel.modules import Invariant
from office.kernel.work import verb

#: Cases, or to-dos, read at once.
PAGE = 300
OPEN = ("running", "suspended")


async def obligations_have_todos() -> Sequence[str]:
    """Every live obligation of an open case has exactly one open to-do."""
    wrong: list[str] = []
    async for rows in _open_cases():
        owed = [source for row in rows for source in _owed(row)]
        found = await open_sources(owed)
        wrong += await _confirmed(source for source in owed if found[source] != 1)
    return wrong


async def todos_have_obligations() -> Sequence[str]:
    """Every open to-do of a case stands for an obligation that is live."""
    wrong: list[str] = []
    async for sources in open_walk(PAGE):
        ours = [source for source in sources if source.startswith(SOURCE)]
        rows = await FlowCase.filter(id__in={_case_of(source) for source in ours})
        owed = {source for row in rows for source in _owed(row)}
        wrong += await _confirmed(source for source in ours if source not in owed)
    return wrong


async def _open_cases() -> AsyncIterator[list[FlowCase]]:
    after = UUID(int=0)
    while rows := await FlowCase.filter(state__in=OPEN, id__gt=after).order_by("id").limit(PAGE):
        yield rows
        after = rows[-1].id


def _owed(row: FlowCase) -> Iterable[str]:
    return (source_of(str(row.id), leaf.id) for leaf in rules.live(rules.decode(row.tree.encode())))


def _case_of(source: str) -> UUID:
    return UUID(source.removeprefix(SOURCE).split("/", 1)[0])


async def _confirmed(suspects: Iterable[str]) -> list[str]:
    """Case and to-dos were read one after the other while work went on: only what is wrong under the case's lock counts."""
    by_case: dict[UUID, set[str]] = {}
    for source in suspects:
        by_case.setdefault(_case_of(source), set()).add(source)
    return [line for case, sources in sorted(by_case.items()) for line in await _standing(case, sources)]


@verb
async def _standing(case: UUID, sources: Collection[str]) -> list[str]:
    row = await FlowCase.get_or_none(id=case) and await lock(case)
    owed = Counter(_owed(row) if row else ())
    found = await open_sources(sources)
    return [
        f"{source}: {found[source]} open to-dos for {owed[source]} live obligations"
        for source in sorted(sources)
        if found[source] != owed[source]
    ]


INVARIANTS = [
    Invariant(name="flow.obligations_have_todos", check=obligations_have_todos),
    Invariant(name="flow.todos_have_obligations", check=todos_have_obligations),
]
