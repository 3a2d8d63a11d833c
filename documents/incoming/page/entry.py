"""What the register and the clerk's steps say, as the page shows them. Pure."""

from collections.abc import Mapping
from typing import Any

from documents.incoming.models import Handling, StepRecord
from documents.incoming.page.queries import Sheet
from documents.incoming.page.schemas import DocumentOut, EntryOut, PersonOut, RecordOut
from documents.incoming.states import CHECKS, STEP_NAMES

FIELD_NAMES: Mapping[str, str] = {
    "title": "标题", "doc_no": "来文字号", "issuer": "来文单位", "doc_date": "成文日期", "doc_type": "文种",
    "urgency": "紧急程度", "main_to": "主送机关", "signer": "签发人", "copies": "份数", "copy_no": "份号",
    "attachments": "附件数", "channel": "接收方式", "remark": "备注", "duplicate_of": "重复来文",
}  # fmt: skip


def document_of(sheet: Sheet) -> DocumentOut:
    """The document as the unit registered it, with what came beside it where there is any."""
    handling, came = sheet.handling, sheet.version.metadata
    return DocumentOut(
        id=handling.document_id, version=handling.version, title=handling.title, doc_no=handling.doc_no, issuer=handling.issuer,
        doc_date=handling.doc_date, doc_type=handling.doc_type, main_to=list(handling.main_to), urgency=handling.urgency,
        corrected=any(row.version < handling.version for row in sheet.versions), signer=handling.signer,
        copy_no=handling.copy_no or str(came.get("copyNo", "")), remark=came.get("remark", ""), cc_to=came.get("ccTo", []),
        attachment_note=came.get("attachmentNote", []),
    )  # fmt: skip


def entry_of(handling: Handling) -> EntryOut:
    """The line of the register."""
    return EntryOut(
        channel=handling.channel, copies=handling.copies, copy_no=handling.copy_no, attachments=handling.attachments,
        reply_no=handling.reply_no, registrar=handling.registrar, registered_at=handling.registered_at, remark=handling.remark,
        duplicate_of=handling.duplicate_of,
    )  # fmt: skip


def record_of(row: StepRecord) -> RecordOut:
    """One step."""
    return RecordOut(
        step=row.step, name=STEP_NAMES[row.step], at=row.at, person=PersonOut(row.person_id, row.person_name),
        post=row.post_title, on_behalf_of=row.on_behalf_of, code=row.code, words=row.words, facts=dict(row.facts),
    )  # fmt: skip


def told(row: StepRecord) -> str:
    """One step in one line of the trail."""
    match row.step:
        case "check":
            return _checked(row.facts["items"])
        case "refuse":
            return f"退文：{row.code}：{row.words}（{_items(row.facts['failed'])}）"
        case "amend":
            return f"更正登记：{_changed(row.facts)}（{row.words}）"
        case "register":
            return f"登记（{row.code}）"
    return STEP_NAMES[row.step]


def _checked(items: list[Mapping[str, Any]]) -> str:
    failed = [f"{CHECKS[one['item']]}：{one['note']}" for one in items if not one["ok"]]
    return f"初审：不符合（{'；'.join(failed)}）" if failed else "初审"


def _items(failed: list[str]) -> str:
    return "；".join(CHECKS[item] for item in failed)


def _changed(facts: Mapping[str, Any]) -> str:
    before, after = facts["before"], facts["after"]
    return "；".join(f"{FIELD_NAMES[name]}“{_text(before[name])}”改为“{_text(after[name])}”" for name in after)


def _text(value: Any) -> str:
    return "、".join(value) if isinstance(value, list) else str(value if value is not None else "")
