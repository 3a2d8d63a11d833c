"""The units below as the sender sees them (下发情况): one line each. Pure."""

from collections.abc import Sequence
from uuid import UUID

from msgspec.structs import replace

from documents.incoming.below.sendings import answered
from documents.incoming.models import Handling, Sending
from documents.incoming.page.queries import Sheet
from documents.incoming.page.schemas import SentDown, UnitOut
from documents.incoming.states import NAMES, OVER, RECALLED


def sent_down_of(sheet: Sheet) -> list[SentDown]:
    """Each unit once, in the order it was first sent to."""
    below: dict[UUID, list[Sending]] = {}
    for row in sheet.sent:
        below.setdefault(row.child_id, []).append(row)
    return [_line(sheet, sheet.children[child], rows) for child, rows in below.items()]


def _line(sheet: Sheet, child: Handling, rows: Sequence[Sending]) -> SentDown:
    """As what it was sent last, and how it stands there.

    All taken back: what the unit does with it otherwise is not the sender's to see.
    """
    standing = [row for row in rows if row.withdrawn_at is None]
    last, unit = (standing or rows)[-1], UnitOut(child.addressed_to, sheet.units[child.addressed_to].label)
    if not standing:
        return SentDown(
            handling=child.id, unit=unit, state=NAMES[RECALLED], role=last.role, received_at=last.at,
            closed_at=last.withdrawn_at, reply="",
        )  # fmt: skip
    line = SentDown(
        handling=child.id, unit=unit, state=NAMES[child.state], role=last.role, received_at=child.received_at,
        closed_at=child.closed_at, reply="",
    )  # fmt: skip
    asked = standing[0].at  # what was answered or ended before it was asked from here was another's
    if answered(child, asked):
        letter = sheet.replies.get(child.reply_file)
        line = replace(line, reply=child.reply, reply_no=child.reply_no, reply_file=letter, replied_at=child.replied_at)
    if child.state in OVER and child.closed_at and child.closed_at >= asked:
        line = replace(line, result=child.result)
    return line
