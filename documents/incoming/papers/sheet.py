"""文件处理单 as data for its template: boxes from top to bottom, leaders by rank, every word with who and which day.

It is an archive record (国家档案局令第8号, art. 10): what is held, waits or was taken back is not on it. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from documents.incoming.below.sent_down import sent_down_of
from documents.incoming.models import Opinion
from documents.incoming.page.compose import marks_of, waiting_of
from documents.incoming.page.queries import Sheet
from documents.incoming.page.schemas import SentDown, Waiting
from documents.incoming.states import ACT_NAMES, CLOSED, NAMES, SHEET
from documents.incoming.waiting import READS
from office.organization.calendar import local
from office.signing.models import EFFECTIVE
from office.signing.strokes import ink_of, read_strokes, to_svg

NOT_CLASSIFIED: Final = "本系统为非涉密系统"
PROPOSAL, INSTRUCTION, HANDLING, READING = range(4)
#: The boxes of opinions with the least height, in mm, that a hand needs.
BOXES: Final = (("拟办意见", PROPOSAL, 24), ("领导批示", INSTRUCTION, 52), ("承办情况", HANDLING, 30))
ROLES: Final[Mapping[str, str]] = {"lead": "主办", "assist": "协办", "read": "阅知"}

WORK_ACTS: Final = frozenset(ACT_NAMES[act] for act in ("handle", "assist", "advise"))
#: How large handwriting is printed: as on the phone, whose sheet of some 320 pixels is about as wide, but within the box.
MM_A_PIXEL, WIDEST, HIGHEST = 0.2, 120, 30

Cell = dict[str, Any]


@dataclass(frozen=True)
class Printing:
    """Who prints, and when; the handwriting of the signatures that have some, by id."""

    by: str
    at: datetime
    strokes: Mapping[UUID, bytes]


def sheet_form(sheet: Sheet, printing: Printing) -> dict[str, Any]:
    """The data of the form `handling-sheet`."""
    unit, now = sheet.units[sheet.handling.addressed_to].name, local(printing.at)
    return {
        "title": f"{unit}文件处理单", "unit": unit, "number": f"收文编号：{sheet.handling.register_no or '未登记'}",
        "made": {"year": now.year, "month": now.month, "day": now.day, "hour": now.hour, "minute": now.minute},
        "foot": f"{NOT_CLASSIFIED}　{printing.by}　{now:%Y-%m-%d %H:%M}",
        "head": _head(sheet), "boxes": _boxes(sheet, printing),
    }  # fmt: skip


def effective(sheet: Sheet) -> list[Opinion]:
    """The opinions that stand, by rank and then by time within their box."""
    rows = [row for row in sheet.opinions if row.withdrawn_at is None and _in_force(sheet, row)]
    return sorted(rows, key=lambda row: (SHEET.get(row.act, PROPOSAL), row.rank_no, row.at))


def _in_force(sheet: Sheet, row: Opinion) -> bool:
    signature = sheet.signatures.get(row.signature_id)
    return signature is None or signature.state == EFFECTIVE


def day(at: datetime | None) -> str:
    """A day as documents write it: no leading zeros (GB/T 9704-2012, 7.3.5.4)."""
    if at is None:
        return ""
    there = local(at)
    return f"{there.year}年{there.month}月{there.day}日"


def _cell(label: str, value: str, *, large: bool = False) -> Cell:
    return {"label": label, "value": value, "large": large}


def _head(sheet: Sheet) -> list[list[Cell]]:
    handling, dated = sheet.handling, sheet.handling.doc_date
    written = f"{dated.year}年{dated.month}月{dated.day}日" if dated else ""
    copies = f"{handling.copies}份" + (f"，附件{handling.attachments}件" if handling.attachments else "")
    return [
        [_cell("来文单位", handling.issuer or handling.sender), _cell("来文字号", handling.doc_no)],
        [_cell("成文日期", written), _cell("收文日期", day(handling.received_at)),
         _cell("紧急程度", handling.urgency or "平件")],
        [_cell("文　　种", handling.doc_type), _cell("份　　数", copies), _cell("登记人", handling.registrar)],
        [_cell("文件标题", handling.title, large=True)],
        [_cell("办理时限", _limit(handling.due_at, handling.due_why))],
    ]  # fmt: skip


def _limit(due: datetime | None, why: str) -> str:
    if due is None:
        return ""
    return f"{day(due)} {local(due):%H:%M}" + (f"（{why}）" if why else "")


def _boxes(sheet: Sheet, printing: Printing) -> list[dict[str, Any]]:
    rows = effective(sheet)
    boxes = [
        _box(label, height, [_entry(sheet, printing, row) for row in rows if SHEET.get(row.act, PROPOSAL) == place])
        for label, place, height in BOXES
    ]
    asked = [_asked(one) for one in waiting_of(sheet) if one.act in WORK_ACTS]
    boxes[HANDLING]["text"] = "\n".join([*asked, *(_below(line) for line in sent_down_of(sheet))])
    read = [_entry(sheet, printing, row) for row in rows if SHEET.get(row.act, PROPOSAL) == READING]
    boxes.append({**_box("传阅签名", 18), "readers": [*read, *_unread(waiting_of(sheet))]})
    return [*boxes, {**_box("办理结果", 14), "text": _result(sheet)}, {**_box("备注归档", 12), "text": _remarks(sheet)}]


def _box(label: str, height: int, entries: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    return {"label": label, "height": height, "entries": list(entries), "readers": [], "text": ""}


def _entry(sheet: Sheet, printing: Printing, row: Opinion) -> dict[str, Any]:
    of_office = SHEET.get(row.act, PROPOSAL) == HANDLING and row.place not in ("", row.post_title)
    signature = sheet.signatures.get(row.signature_id)
    return {
        "head": "" if row.act in ("propose", "instruct", "decide", "read") else ACT_NAMES.get(row.act, ""),
        "text": row.text, **_ink(printing.strokes.get(row.signature_id), row.person_name), "by": row.person_name,
        "post": f"{row.place}　{row.post_title}".strip() if of_office else row.post_title,
        "at": day(row.decided_at or row.at), "marks": marks_of(sheet.handling, row, signature),
    }  # fmt: skip


def _ink(drawn: bytes | None, by: str) -> dict[str, Any]:
    """The handwriting where there is ink, as SVG, and how wide it is printed, in mm; null where there is none."""
    if not drawn:
        return {"strokes": None, "wide": 0}
    strokes = read_strokes(drawn)
    _, _, width, height = ink_of(strokes)
    scale = min(MM_A_PIXEL, WIDEST / width, HIGHEST / height)
    return {"strokes": to_svg(strokes, by, cropped=True), "wide": round(width * scale, 2)}


def _unread(waiting: Iterable[Waiting]) -> list[dict[str, Any]]:
    return [
        {"text": "", "strokes": None, "wide": 0, "by": one.name, "post": one.post, "at": "未阅", "marks": []}
        for one in waiting if one.act == READS
    ]  # fmt: skip


def _asked(one: Waiting) -> str:
    return f"{one.post}　{one.name}（{one.act}）：未办".strip()


def _below(line: SentDown) -> str:
    """A unit below, as its sender sees it."""
    said = [f"答复：{line.reply}" if line.reply else "", f"结果：{line.result}" if line.result else ""]
    words = "；".join(one for one in said if one)
    return f"{line.unit.name}（{ROLES.get(line.role, line.role)}）：{line.state}" + (f"。{words}" if words else "")


def _result(sheet: Sheet) -> str:
    handling = sheet.handling
    lines = []
    if handling.replied_at is not None:
        number = f"（{handling.reply_no}）" if handling.reply_no else ""
        lines.append(f"答复{number}：{handling.reply or '见答复函'}　{day(handling.replied_at)}")
    if handling.state == CLOSED:
        lines.append(f"{handling.result}（{day(handling.closed_at)}办结）")
    return "\n".join(lines) or f"办理中（{NAMES[handling.state]}）"


def _remarks(sheet: Sheet) -> str:
    handling = sheet.handling
    lines = [
        handling.remark,
        f"收文编号已作废：{handling.register_void}" if handling.register_void else "",
        f"来文已更正，本单位按第{handling.version}版办理。" if handling.version > 1 else "",
    ]
    return "\n".join(line for line in lines if line)
