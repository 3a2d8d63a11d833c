"""What a restore leaves in the trail, and what it means for a head that was kept before it."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from office import audit
from office.audit.heads import Head
from office.audit.keys import NAME as KEY
from office.audit.keys import marked_with
from office.cli.manifest import Manifest
from office.cli.tables import present_tables
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.kernel.database import fetch
from office.kernel.rows import instant_of, json_of
from office.kernel.sqlite import instant_text
from office.kernel.work import verb

ACTION = "system.restore"
NO_RESTORE = "日志里没有从备份恢复的记录，请按日志被改写或截断处理：保留现场，报告安全管理员。"


@dataclass(frozen=True)
class Past:
    """What a restored trail must know of the one it takes the place of: its newest head, and the backup's key of marks."""

    replaced: dict[str, Any] | None
    key: bytes | None

    def marks(self) -> AbstractContextManager[None]:
        """Rows written in the block are marked with the backup's key, which will be the house's once all is in place."""
        return marked_with(self.key) if self.key else nullcontext()


def past_of(backup: Path, replaced: dict[str, Any] | None) -> Past:
    """From the folder of a backup, and the newest head of the database that is replaced."""
    key = backup / "keys" / KEY
    return Past(replaced, key.read_bytes() if key.is_file() else None)


@verb
async def note_restore(manifest: Manifest, past: Past) -> None:
    """Put into the restored trail that it was restored, from a backup of when, and the newest head that it replaced."""
    audit.record(SYSTEM, ACTION, "system:database", made_at=instant_text(manifest.made_at), replaced=past.replaced)


async def replaced_head() -> dict[str, Any] | None:
    """The newest head of the open database, which is about to be replaced; None if it has none."""
    if "audit_batch" not in await present_tables():
        return None
    rows = await fetch("SELECT number AS batch, size, root FROM audit_batch ORDER BY number DESC LIMIT 1")
    return dict(rows[0]) if rows else None


async def restores_since(head: Head) -> list[str]:
    """For a head that today's trail does not extend: the restores that explain it, or that there is none."""
    rows = await fetch("SELECT at, facts FROM audit_entry WHERE action = ? ORDER BY at DESC LIMIT 20", ACTION)
    after = [row for row in rows if instant_of(row["at"]) >= instant_of(head.sealed_at)]
    return [_line(instant_of(row["at"]), json_of(row["facts"]), head) for row in after[::-1]] or [NO_RESTORE]


def _line(at: Any, facts: dict[str, Any], head: Head) -> str:
    made, replaced = instant_of(facts["made_at"]), facts.get("replaced")
    said = f"日志记有 {_said(at)} 从备份恢复，备份做于 {_said(made)}：其间写的日志不在现在的日志里"
    if replaced is None or instant_of(head.sealed_at) < made:
        return (
            f"{said}。这份凭证{'早于备份，恢复不能解释不符' if instant_of(head.sealed_at) < made else '可能属于被替换的日志'}。"
        )
    if (replaced["batch"], replaced["size"], replaced["root"]) == (head.batch, head.size, head.root):
        return f"{said}。这份凭证正是被替换的日志的最后一份。"
    return f"{said}。被替换的日志止于第 {replaced['batch']} 批、{replaced['size']} 行，旧库移开保存的，可对旧库核对这份凭证。"


def _said(at: Any) -> str:
    return f"{at.astimezone(clock.SHANGHAI):%Y年%m月%d日 %H:%M}"
