"""The index: keys of each thing and scopes of its readers together, so that scope and words are matched in one walk.

PostgreSQL: an array of hashed keys under GIN. SQLite: FTS5 over the keys as words. Either may give too much (two keys of one
hash, pairs that do not stand together), never too little: what it gives is compared in full, words and scopes alike.
"""

from collections.abc import Collection, Iterable, Sequence
from hashlib import blake2b
from zlib import crc32

from office.kernel.database import connection, execute, insert_many, is_postgres, sql
from office.kernel.rows import marks

#: Rows in one statement.
STEP = 500


def scope_of(kind: str, scope: str) -> str:
    """A scope of a kind's readers as it is stored: 128 bits, hex."""
    return blake2b(f"{kind} {scope}".encode(), digest_size=16).hexdigest()


async def write(no: int, keys: Collection[str], scopes: Collection[str]) -> None:
    """Keep under what keys a thing stands and who may find it, in place of what was kept."""
    every = sorted({*keys, *scopes})
    if is_postgres():
        text = "INSERT INTO search_index (no, keys) VALUES (?, ?::int[]) ON CONFLICT (no) DO UPDATE SET keys = EXCLUDED.keys"
        await connection().execute_query(sql(text), [no, hashed(every)])
    else:
        await execute("DELETE FROM search_index WHERE rowid = ?", no)
        await insert_many("search_index", ("rowid", "keys"), [(no, " ".join(every))])
    await execute("DELETE FROM search_reader WHERE no = ?", no)
    await insert_many("search_reader", ("scope", "no"), [(scope, no) for scope in sorted(set(scopes))])


async def erase(nos: Sequence[int]) -> None:
    """Forget things."""
    by = "no" if is_postgres() else "rowid"
    for start in range(0, len(nos), STEP):
        some = nos[start : start + STEP]
        await execute(f"DELETE FROM search_index WHERE {by} IN ({marks(some)})", *some)  # noqa: S608 - values are bound
        await execute(f"DELETE FROM search_reader WHERE no IN ({marks(some)})", *some)  # noqa: S608


async def compact() -> None:
    """Write the index anew without what was deleted: FTS5 keeps deleted words until it merges. PostgreSQL's VACUUM does it."""
    if not is_postgres():
        await connection().execute_query("INSERT INTO search_index (search_index) VALUES ('optimize')")


def hashed(keys: Iterable[str]) -> list[int]:
    """Keys as signed 32-bit numbers (CRC-32), sorted."""
    return sorted({(crc32(key.encode()) ^ 0x80000000) - 0x80000000 for key in keys})


def matched(keys: Sequence[str], scopes: Sequence[str], columns: str) -> tuple[str, str, list[object]]:
    """SQL, up to its conditions, for entries `e` under all these keys and one of these scopes; what they are ordered by; and
    its values, behind which come the number to stay below and the one to begin at.

    PostgreSQL's is materialised: with a LIMIT behind it the planner would walk everything by number instead. SQLite's walks the
    index by number, newest first, and ends with the LIMIT.
    """
    if is_postgres():
        found = "SELECT no FROM search_index WHERE keys @> ?::int[] AND keys && ?::int[] AND no < ? AND no >= ?"
        text = f"WITH m AS MATERIALIZED ({found}) SELECT {columns} FROM m JOIN search_entry e ON e.no = m.no WHERE TRUE"  # noqa: S608
        return text, "e.no", [hashed(keys), hashed(scopes)]
    text = (
        f"SELECT {columns} FROM search_index m CROSS JOIN search_entry e ON e.no = m.rowid"  # noqa: S608
        " WHERE m.search_index MATCH ? AND m.rowid < ? AND m.rowid >= ?"
    )
    return text, "m.rowid", [f"{' AND '.join(map(_quoted, keys))} AND ({' OR '.join(map(_quoted, scopes))})"]


def _quoted(key: str) -> str:
    """A key as FTS5 takes any word; keys have no quotes."""
    return f'"{key}"'
