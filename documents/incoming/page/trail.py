"""The trail of a handling (办理轨迹): commands of its case, versions that came, signatures that came to nothing."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from documents.incoming.actions.addressed import names_sent
from documents.incoming.actions.again import AS_IT_WAS
from documents.incoming.page.entry import told
from documents.incoming.page.queries import PERSON, TRAIL, WHOLE, Sheet, person_of, sheet_of
from documents.incoming.page.schemas import TrailLine, TrailPage, TrailQuery
from documents.incoming.pressing.rules import SYSTEM_WAY
from documents.incoming.states import AWAIT, RETURNED
from office.flow import rules
from office.kernel.actor import Actor
from office.signing import models as signed

WHAT = {
    "start": "收到文件", "return": "退回", "withdraw": "撤回", "transfer": "转办", "add_signer": "增加办理人",
    "insert": "送办", "remove_signer": "减少办理人", "skip_vacant": "空岗，交文书处置", "ask_again": "采用离岗前的签批",
    "reschedule": "调整时限", "suspend": "暂缓", "resume": "恢复办理", "terminate": "终止", "reopen": "重新办理",
    "entrust": "移交",
}  # fmt: skip
OUTCOMES = {
    "approve": "批示：同意", "approve_in_principle": "批示：原则同意", "recommend": "批示：拟同意",
    "submit": "批示：呈请审定", "instruct": "批示：交办", "read": "已阅",
    "hold": "批示：暂缓", "file": "批示：存查", "comment": "提出意见",
}  # fmt: skip


# Steps of the clerk's that are commands of the case as well.
COMMANDS = ("receive", "register")
# What the house itself puts there, and says in the step's own words.
OWN_WORDS = (AWAIT, rules.SETTLE)

ENTERED = {"dictated": "代录", "paper": "纸质补录"}


def trail_of(sheet: Sheet) -> tuple[list[TrailLine], bool]:
    """What happened last, oldest first, at most 100 lines, and whether there are more before them."""
    lines = _all(sheet)
    read = (sheet.entries, sheet.records, sheet.presses, lines)
    return lines[-TRAIL:], any(len(one) > TRAIL for one in read)


async def trail_page(actor: Actor, id: UUID, input: TrailQuery) -> TrailPage:
    """The trail from its beginning, 100 lines a page; `cursor` is how many were read. Refuses: NotFound."""
    lines = _all(await sheet_of(actor, id, trail=WHOLE))
    page = lines[input.cursor : input.cursor + TRAIL]
    read = input.cursor + len(page)
    return TrailPage(items=page, next=read if read < len(lines) else None, total=len(lines))


def _all(sheet: Sheet) -> list[TrailLine]:
    lines = [
        *_acts(sheet), *_corrections(sheet), *_undone(sheet), *_confirmed(sheet), *_pressed(sheet), *_answered(sheet),
        *_records(sheet), *_taken_up(sheet),
    ]  # fmt: skip
    return sorted(lines, key=lambda line: line.at)


def _acts(sheet: Sheet) -> Iterator[TrailLine]:
    """Commands of the case; the end by 退文 is told by its own record, what was put back as it was once."""
    put_back = set[datetime]()
    for entry, said in sheet.entries:
        if said["type"] == "terminate" and sheet.handling.state == RETURNED:
            continue
        if said["type"] == "remove_signer" and said.get("reason") == AS_IT_WAS:
            if entry.at not in put_back:
                yield TrailLine(entry.at, "系统", AS_IT_WAS)
            put_back.add(entry.at)
        elif said["type"] != "urge":  # the press log says whom
            yield TrailLine(entry.at, _who(sheet, said), _what(said) + _whom(sheet, entry.at, said))


def _records(sheet: Sheet) -> Iterator[TrailLine]:
    """The clerk's steps that are no command of the case; of rounds before a 退文 or 撤回 all of them."""
    for row in sheet.records:
        if row.case_id != sheet.handling.case_id or row.step not in COMMANDS:
            who = f"{row.person_name}（受{row.on_behalf_of}委托）" if row.on_behalf_of else row.person_name
            yield TrailLine(row.at, who, told(row))


def _who(sheet: Sheet, said: Mapping[str, Any]) -> str:
    """Who did it; for an act, also for whom: 受…委托 by delegation, 代录 and 纸质补录 where the clerk entered it."""
    person, behalf = person_of(said), str(said.get("by", {}).get("on_behalf_of", ""))
    who = sheet.names.get(UUID(person), "外部系统") if len(person) == PERSON else "系统"
    manner = ENTERED.get(said.get("manner", ""))
    if not behalf or said["type"] != "act":
        return who
    other = sheet.names.get(UUID(behalf), "")
    return f"{other}（{who}{manner}）" if manner else f"{who}（受{other}委托）"


def _what(said: dict[str, Any]) -> str:
    if said["type"] == "act":
        return OUTCOMES.get(said.get("outcome", ""), said.get("outcome", "") or "办理")
    reason, kind = said.get("reason", ""), str(said["type"])
    if kind == "add_signer" and said["signer"]["act"] in OWN_WORDS:
        return str(said["signer"]["label"])
    return WHAT.get(kind, kind) + (f"：{reason}" if reason and kind != "skip_vacant" else "")


def _whom(sheet: Sheet, at: datetime, said: Mapping[str, Any]) -> str:
    """Whom an act sent it on to: the opinion given with it keeps the names."""
    if said["type"] != "act":
        return ""
    given = [row for row in sheet.opinions if row.obligation == said["obligation"] and row.at <= at]
    names = names_sent(given[-1].action) if given else ""
    return f"，送{names}" if names else ""


def _corrections(sheet: Sheet) -> Iterator[TrailLine]:
    handling = sheet.handling
    for row in sheet.versions:
        if row.received_at > handling.received_at and row.version <= handling.version:
            yield TrailLine(row.received_at, handling.sender, f"发来第{row.version}版（更正）")


def _confirmed(sheet: Sheet) -> Iterator[TrailLine]:
    for row in sheet.opinions:
        if row.confirmed_at is not None:
            yield TrailLine(row.confirmed_at, row.person_name, f"补确认{row.entered_by_name}{ENTERED[row.manner]}的意见")


def _taken_up(sheet: Sheet) -> Iterator[TrailLine]:
    """Signatures on a version before that the clerk took up for a later one."""
    for row in sheet.opinions:
        if told := row.action.get("taken_up"):
            what = f"确认将{row.person_name}对第{row.version}版的签批用于第{told['version']}版"
            yield TrailLine(datetime.fromisoformat(told["at"]), told["by"], what)


def _answered(sheet: Sheet) -> Iterator[TrailLine]:
    for row in sheet.children.values():
        if row.replied_at is not None:
            number = f"（{row.reply_no}）" if row.reply_no else ""
            yield TrailLine(row.replied_at, sheet.units[row.unit_id].label, f"答复{number}")


def _pressed(sheet: Sheet) -> Iterator[TrailLine]:
    for row in sheet.presses:
        way = "" if row.way == SYSTEM_WAY else row.way
        words = f"：{row.words}" if row.words else ""
        yield TrailLine(row.at, row.by_name, f"{way}催办{row.whom_name}{row.what}{words}")


def _undone(sheet: Sheet) -> Iterator[TrailLine]:
    """A signature taken back within its thirty seconds, or not taken up by the clerk: facts, though the words are gone."""
    for row in sheet.opinions:
        signature = sheet.signatures.get(row.signature_id)
        if signature is None or signature.state not in (signed.WITHDRAWN, signed.REFUSED):
            continue
        at: datetime = row.withdrawn_at or signature.arrived_at
        refused = f"签批未被文书采用：{signature.reason}"
        yield TrailLine(at, row.person_name, "签批后在送出前撤回" if signature.state == signed.WITHDRAWN else refused)
