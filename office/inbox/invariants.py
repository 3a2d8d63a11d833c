"""Promises about the inbox, checked in production and after test journeys."""

from collections.abc import Sequence

from office.kernel.database import fetch
from office.kernel.modules import Invariant, registry
from office.kernel.rows import uuid_of
from office.organization.queries import posts


async def known_kinds() -> Sequence[str]:
    """Every open to-do is of a kind that a manifest declares."""
    rows = await fetch("SELECT kind, count(*) AS number FROM inbox_todo WHERE open_key IS NOT NULL GROUP BY kind")
    strange = [row for row in rows if row["kind"] not in registry().todo_kinds]
    return [f"{row['number']} open to-dos of unknown kind {row['kind']}" for row in strange]


async def living_posts() -> Sequence[str]:
    """No open to-do is held by a post that has ended or never was."""
    rows = await fetch(
        "SELECT holder, count(*) AS number FROM inbox_todo WHERE open_key IS NOT NULL AND holder_kind = 'post' GROUP BY holder"
    )
    alive = await posts([uuid_of(row["holder"]) for row in rows])
    dead = [row for row in rows if uuid_of(row["holder"]) not in alive]
    return [f"{row['number']} open to-dos held by post {row['holder']}, which is not in force" for row in dead]


async def lanes_agree() -> Sequence[str]:
    """An open to-do lies in its box under an open key; a closed one in neither."""
    rows = await fetch(
        "SELECT id FROM inbox_todo"
        " WHERE (state = 'open') <> (open_key IS NOT NULL) OR (state = 'open') <> (lane = box) LIMIT 50"
    )
    return [f"to-do {row['id']}: state, lane and key disagree" for row in rows]


INVARIANTS = [
    Invariant(name="inbox.known_kinds", check=known_kinds),
    Invariant(name="inbox.living_posts", check=living_posts),
    Invariant(name="inbox.lanes_agree", check=lanes_agree),
]
