"""A trail for tests: rows by the hundred, sealed in batches, and somebody with the database in hand who wants to change it."""

import hashlib
from collections.abc import Sequence

import msgspec

from office import audit
from office.audit import rows, sealing
from office.audit.heads import FIRST, Head, head
from office.audit.keys import mac
from office.audit.merkle import Frontier, leaf_hash
from office.audit.models import AuditBatch, AuditEntry, AuditLeaf
from office.audit.verifying import Verification, Verified
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.database import connection, execute, fetch, is_postgres
from office.kernel.ids import new_id
from office.kernel.work import verb
from office.signing.keys import ServerKey, proves, server_key

GUARDED = ("audit_entry", "audit_leaf", "audit_subtree", "audit_batch")
CLERK = Actor(kind="person", id=new_id(), name="苏小满")


@verb
async def write(count: int, action: str = "fake.act") -> None:
    """Rows, in one unit of work."""
    for number in range(count):
        audit.record(CLERK, action, f"fake.thing:{number}", n=number, text="同意", ratio=number / 4)


async def sealed(sizes: Sequence[int]) -> None:
    """A trail whose batches have these sizes."""
    for size in sizes:
        await write(size)
        await sealing.seal(server_key(), batch=size)


async def verify(*wanted: int) -> Verified:
    """The whole trail read."""
    return await Verification(proves, wanted=wanted).run()


async def order() -> list[str]:
    """The ids of the sealed rows, by place."""
    return [str(id) for id in await AuditLeaf.all().order_by("position").values_list("entry", flat=True)]


async def unguard() -> None:
    """What the owner of a database can do: the append-only triggers are taken away. The one that lets rows wait stays."""
    for table in GUARDED:
        if is_postgres():
            await connection().execute_script(f'DROP TRIGGER "{table}_append_only" ON "{table}"')
        else:
            for change in ("update", "delete"):
                await connection().execute_script(f'DROP TRIGGER "{table}_no_{change}"')


async def empty() -> None:
    """Begin again; only after `unguard`."""
    for table in (*GUARDED, "audit_pending"):
        await execute(f"DELETE FROM {table}")


async def alter(entry: str, *, digest: bool = False, leaf: bool = False) -> None:
    """Change what a row says; with `digest`, its own digest too; with `leaf`, also the one it was sealed with."""
    await execute("UPDATE audit_entry SET subject = 'fake.thing:other' WHERE id = ?", entry)
    if digest or leaf:
        row = (await fetch("SELECT * FROM audit_entry WHERE id = ?", entry))[0]
        own = rows.digest(rows.told(row))
        await execute("UPDATE audit_entry SET digest = ? WHERE id = ?", own, entry)
        if leaf:
            await execute("UPDATE audit_leaf SET digest = ? WHERE entry = ?", own, entry)


async def put_in(*, queued: bool, marked: bool = False) -> str:
    """A row by raw SQL, in the house's form but for the mark, unless the key of the marks was stolen too."""
    row = dict((await fetch("SELECT * FROM audit_entry ORDER BY id LIMIT 1"))[0])
    row |= {"id": str(new_id()), "action": "fake.insert"}
    own = rows.digest(rows.told(row))
    told = [row[name] for name in rows.COLUMNS]
    marks = ", ".join("?" * (len(told) + 2))
    names = ", ".join((*rows.COLUMNS, "digest", "mac"))
    await execute(
        f"INSERT INTO audit_entry ({names}) VALUES ({marks})", *told, own, mac(own) if marked else hashlib.sha256().hexdigest()
    )
    if not queued:
        await execute("DELETE FROM audit_pending WHERE entry = ?", row["id"])
    return str(row["id"])


async def rewrite(key: ServerKey) -> None:
    """Make leaves, subtrees and heads anew from the rows that are there now, signed by that key: a rewritten chain."""
    sizes = [batch.size for batch in await AuditBatch.all().order_by("number")]
    entries = {str(row.id): row for row in await AuditEntry.all()}
    kept = [one for one in await order() if one in entries]
    for table in ("audit_leaf", "audit_subtree", "audit_batch"):
        await execute(f"DELETE FROM {table}")
    frontier, previous = Frontier(), FIRST
    for number, (start, end) in enumerate(zip([0, *sizes], sizes, strict=False), 1):
        for entry in kept[start:end]:
            await AuditLeaf.create(position=frontier.size, entry=entry, digest=entries[entry].digest)
            frontier.add(leaf_hash(bytes.fromhex(entries[entry].digest)))
        now = clock.now()
        new = head(number, frontier.size, frontier.root.hex(), previous, now)
        await AuditBatch.create(number=number, size=new.size, root=new.root, previous=new.previous, server_key=key.id,
                                sealed_at=now, signature=key.sign(new.message))  # fmt: skip
        previous = new.digest


async def head_file(number: int) -> tuple[Head, bytes]:
    """A head as somebody kept it outside."""
    row = await AuditBatch.get(number=number)
    told = sealing.kept(row, server_key().public)
    return sealing.head_of(row), msgspec.json.encode(told)
