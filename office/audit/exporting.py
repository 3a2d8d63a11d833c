"""The trail as a file for the auditor: rows that a filter finds, as CSV that WPS and Excel open; it leaves a row itself."""

import asyncio
import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from office.audit.actions import record
from office.audit.queries import TRAIL, line
from office.audit.schemas import AuditFilter
from office.audit.selecting import cursor_after, select
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.endpoint import Content
from office.kernel.refusal import TooLarge
from office.kernel.rows import json_of
from office.kernel.work import verb

MOST, STEP = 20_000, 2000
HEADINGS = {
    "at": "时间", "kind": "类别", "label": "操作", "outcome": "结果", "actor_name": "人员", "post": "岗位",
    "on_behalf_of": "代谁办理", "thing": "对象类别", "subject": "对象", "address": "来源地址", "device": "设备",
    "session": "登录", "request": "请求", "facts": "事项", "actor": "人员编号", "unit": "单位编号", "action": "操作代码",
    "id": "行编号", "digest": "行摘要",
}  # fmt: skip
OUTCOMES = {"done": "成功", "refused": "拒绝"}
#: A cell that begins so would be a formula to a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def export(actor: Actor, input: AuditFilter) -> Content:
    """All rows that the filter finds, newest first. Refuses: TooLarge audit.too_many, Invalid audit.unknown_kind."""
    rows = await _all(input)
    body = await asyncio.to_thread(_csv, rows)
    await _note(actor, input, len(rows), hashlib.sha256(body).hexdigest())
    now = clock.now().astimezone(clock.SHANGHAI)
    return Content(media_type="text/csv", body=body, filename=f"操作日志-{now:%Y%m%d-%H%M%S}.csv")


async def _all(asked: AuditFilter) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    cursor = ""
    while part := await select(asked, STEP, cursor):
        rows += part
        if len(rows) > MOST:
            raise TooLarge("audit.too_many", most=MOST)
        cursor = cursor_after(part[-1])
    return rows


@verb
async def _note(actor: Actor, asked: AuditFilter, count: int, digest: str) -> None:
    given = {name: value for name, value in msgspec.to_builtins(asked).items() if value}
    record(actor, "audit.export", TRAIL, filter=given, count=count, sha256=digest)


def _csv(rows: Sequence[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADINGS.values())
    writer.writerows(_lines(rows))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _lines(rows: Sequence[dict[str, Any]]) -> Iterator[list[str]]:
    for row in rows:
        told = {**row, **line(row)}
        told["at"] = f"{told['at'].astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M:%S.%f}"
        told["outcome"] = OUTCOMES.get(row["outcome"], row["outcome"])
        told["facts"] = msgspec.json.encode(json_of(row["facts"])).decode()
        yield [_cell(str(told[name])) for name in HEADINGS]


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
