"""The whole of a closed handling as one PDF: 文件处理单 and 意见及签批凭据, then the document, 答复函, scans of paper opinions.

The sheet lies first, as DA/T 22-2015 asks of an incoming document's 件 (decision 0239).
"""

from collections.abc import Sequence
from uuid import UUID

from documents.incoming.models import Handling
from documents.incoming.page.queries import Sheet, read_sheet
from documents.incoming.papers.printing import strokes_of
from documents.incoming.papers.proofs import NOTE, proof_lines
from documents.incoming.papers.sheet import Printing, day, sheet_form
from office.files import pages, store
from office.files.queries import describe_many
from office.files.schemas import FileOut
from office.files.sniff import FileType
from office.kernel import clock
from office.kernel.refusal import TooLarge
from office.organization.calendar import local
from office.papers.sealing import Appearance, seal
from office.papers.seals import Signer
from office.papers.typesetting import MIB, bind, form_of
from office.papers.wire import Made, Part, Typeset
from office.signing.models import Signature

FORM, STAMP = "closed-handling", "seal"
MOST_BYTES = 256 * MIB
AS_THEY_ARE = frozenset({FileType.PDF, FileType.JPEG, FileType.PNG})
#: Where the seal stands: above the sheet's title at the right edge of the page, in mm.
LEFT, BOTTOM, WIDTH, HEIGHT = 148, 277, 56, 17


async def sealed_whole(handling: Handling, signer: Signer) -> Made:
    """The sealed PDF and its pages. Refuses what papers refuse and what rendering an OFD refuses."""
    sheet = await read_sheet(handling, None)
    parts = [await _part(file) for file in await _files(sheet)]
    bound = await bind([await _front(sheet), *parts], form_of(STAMP, _stamp(sheet, signer)))
    appearance = Appearance(bound.beside, LEFT, BOTTOM, WIDTH, HEIGHT)
    pdf = await seal(bound.pdf, signer, appearance, f"{handling.register_no or ''}办结归档")
    return Made(pdf, bound.pages, absent=bound.absent)


async def _front(sheet: Sheet) -> Typeset:
    signatures = {row.id: row for row in await Signature.filter(id__in=list(sheet.signatures))}
    form = sheet_form(sheet, Printing("办结归档", clock.now(), await strokes_of(sheet)))
    return form_of(FORM, {**form, "proofs": proof_lines(sheet, signatures), "note": NOTE})


async def _files(sheet: Sheet) -> Sequence[FileOut]:
    """The document's files as this handling has them, the letter that answered, and scans of opinions that stand."""
    beside = [sheet.handling.reply_file, *(row.scan_id for row in sheet.opinions if row.withdrawn_at is None)]
    wanted: list[tuple[UUID, str]] = [(id, "beside") for id in dict.fromkeys(beside) if id is not None]
    files = [*sheet.files, *await describe_many(wanted)]
    if (size := sum(file.size for file in files)) > MOST_BYTES:
        raise TooLarge("papers.too_large", size_mib=-(-size // MIB), limit_mib=MOST_BYTES // MIB)
    return files


async def _part(file: FileOut) -> Part:
    """PDF and pictures as they are; an OFD by its vector PDF, an Office file as it is shown."""
    if file.media_type in AS_THEY_ARE:
        return Part(file.media_type, file.name, str(store.blob_path(file.digest).absolute()))
    return Part(FileType.PDF.value, file.name, str((await pages.whole_pdf(file.digest)).absolute()))


def _stamp(sheet: Sheet, signer: Signer) -> dict[str, object]:
    handling, now = sheet.handling, local(clock.now())
    lines = [
        "归档封签（测试，无法律效力）" if signer.test else "归档封签",
        f"{sheet.units[handling.addressed_to].name}　{handling.register_no or ''}",
        f"{day(handling.closed_at)}办结　{now:%Y-%m-%d %H:%M}封签",
    ]
    made = {"year": now.year, "month": now.month, "day": now.day, "hour": now.hour, "minute": now.minute}
    return {"title": lines[0], "lines": lines, "made": made}
