"""A notice board with members: the smallest module that publishes, loses access and shows itself at bootstrap."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ClassVar
from uuid import UUID

from office import outbox
from office.identity.events import SessionEnded
from office.kernel.actor import Actor
from office.kernel.database import execute, fetch
from office.kernel.events import Event
from office.kernel.modules import Module, Publication
from office.kernel.work import verb
from office.realtime import AccessLost


class Changed(Event, frozen=True, kw_only=True):
    name: ClassVar[str] = "boards.changed"
    board: str

    def key(self) -> str:
        return source_of(self.board)


class Greeted(Event, frozen=True, kw_only=True):
    name: ClassVar[str] = "boards.greeted"
    words: dict[str, str | None]


def source_of(board: str) -> str:
    return f"boards.board:{board}"


async def create_tables() -> None:
    await execute("CREATE TABLE board (id TEXT PRIMARY KEY, words TEXT, rev INTEGER)")
    await execute("CREATE TABLE board_member (board TEXT, person TEXT, PRIMARY KEY (board, person))")


async def members(board: str) -> list[UUID]:
    return [UUID(row["person"]) for row in await fetch("SELECT person FROM board_member WHERE board = ?", board)]


async def _shown(event: Changed) -> dict[str, object]:
    row = (await fetch("SELECT id, words, rev FROM board WHERE id = ?", event.board))[0]
    return {"board": row["id"], "words": row["words"], "rev": row["rev"]}


async def _audience(event: Changed) -> Sequence[UUID]:
    return await members(event.board)


async def _greeted(event: Greeted) -> Sequence[UUID]:
    return [UUID(person) for person in event.words]


async def _greeting(event: Greeted, person: UUID) -> dict[str, object] | None:
    words = event.words[str(person)]
    return None if words is None else {"words": words}


async def section(actor: Actor) -> dict[str, Any]:
    rows = await fetch(
        "SELECT b.id, b.words, b.rev FROM board b JOIN board_member m ON m.board = b.id WHERE m.person = ?", str(actor.own_id)
    )
    return {row["id"]: {"words": row["words"], "rev": row["rev"]} for row in rows}


PUBLICATIONS = [
    Publication(event=Changed.name, audience=_audience, common=_shown),
    Publication(event=Greeted.name, audience=_greeted, view=_greeting),
]

boards = Module(name="boards", events=[Changed, Greeted], publications=PUBLICATIONS, bootstrap={"boards": section})
identity = Module(name="identity", events=[SessionEnded])


@verb
async def write(board: str, words: str) -> None:
    await execute("INSERT INTO board (id, words, rev) VALUES (?, '', 0) ON CONFLICT DO NOTHING", board)
    await execute("UPDATE board SET words = ?, rev = rev + 1 WHERE id = ?", words, board)
    outbox.record(Changed(board=board))


@verb
async def join(board: str, person: UUID) -> None:
    await execute("INSERT INTO board (id, words, rev) VALUES (?, '', 0) ON CONFLICT DO NOTHING", board)
    await execute("INSERT INTO board_member (board, person) VALUES (?, ?) ON CONFLICT DO NOTHING", board, str(person))
    outbox.record(Changed(board=board))


@verb
async def leave(board: str, person: UUID) -> None:
    await execute("DELETE FROM board_member WHERE board = ? AND person = ?", board, str(person))
    outbox.record(AccessLost(source=source_of(board), persons=(person,)))


@verb
async def greet(words: dict[str, str | None]) -> None:
    outbox.record(Greeted(words=words))


@verb
async def destroy(board: str) -> None:
    await execute("DELETE FROM board_member WHERE board = ?", board)
    await execute("DELETE FROM board WHERE id = ?", board)
    outbox.record(AccessLost(source=source_of(board)))


def apply(state: dict[str, Any], name: str, data: dict[str, Any]) -> None:
    """What a client does with an event."""
    if name == Changed.name:
        state[data["board"]] = {"words": data["words"], "rev": data["rev"]}
    elif name == "access_lost":
        state.pop(data["source"].removeprefix("boards.board:"), None)


Section = Callable[[Actor], Awaitable[Any]]
