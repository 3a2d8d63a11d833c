"""To-dos about things that turn out to be classified: their words go, and then they."""

from collections.abc import Collection, Iterable

from office.inbox.actions import TOUCHED
from office.inbox.models import Todo
from office.inbox.telling import tell
from office.kernel.actor import Actor
from office.kernel.database import execute, fetch
from office.kernel.modules import Keeper, Refs
from office.kernel.rows import marks
from office.kernel.work import verb

TODO = "inbox.todo"
STEP = 500
_ASIDE = "put_aside = COALESCE(put_aside, summary), summary = ?"
_AGAIN = "summary = COALESCE(put_aside, ?), put_aside = NULL"


async def related(refs: Refs) -> Collection[str]:
    """The to-dos about them."""
    rows = await Todo.filter(source__in=list(refs)).values_list("id", flat=True)
    return {f"{TODO}:{id}" for id in rows}


@verb
async def reword(sources: Iterable[str], *, title: str, aside: bool, summary: str = "", sender: str = "") -> None:
    """What all to-dos about these things say, also those that are done: with `aside` nothing of their own, their summaries are
    kept for when they may be read again; without, each its own summary, or `summary` where it never had one."""
    every, now = sorted(sources), _ASIDE if aside else _AGAIN
    for start in range(0, len(every), STEP):
        some = every[start : start + STEP]
        rows = await fetch(
            f"UPDATE inbox_todo SET title = ?, {now}, sender = ?, rev = rev + 1"  # noqa: S608 - values bound
            f" WHERE source IN ({marks(some)}) RETURNING {TOUCHED}",
            title[:300], summary[:300], sender[:120], *some,
        )  # fmt: skip
        tell(rows)


async def purge(actor: Actor, refs: Refs) -> None:
    """The to-dos, open or done; whose they were is told that the list has changed."""
    sources = sorted(refs)
    for start in range(0, len(sources), STEP):
        some = sources[start : start + STEP]
        tell(await fetch(f"SELECT {TOUCHED} FROM inbox_todo WHERE source IN ({marks(some)})", *some))  # noqa: S608
        await execute(f"DELETE FROM inbox_todo WHERE source IN ({marks(some)})", *some)  # noqa: S608


KEEPER = Keeper(name="inbox", related=related, purge=purge)
