"""Printing 文件处理单: for whoever sees the handling; that it was printed is in the trail."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import access_handling
from documents.incoming.models import Handling
from documents.incoming.page.queries import Sheet, read_sheet
from documents.incoming.papers.sheet import Printing, sheet_form
from office import audit
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.endpoint import Content
from office.kernel.refusal import Conflict
from office.kernel.work import verb
from office.papers.glyphs import numbers
from office.papers.typesetting import typeset
from office.signing.models import Signature

FORM = "handling-sheet"


async def print_sheet(actor: Actor, id: UUID) -> Content:
    """The sheet as it stands now, as PDF/A-2b.

    Refuses: NotFound documents.no_such_handling, Conflict documents.not_printed where it was recalled or sent back as
    classified, and what papers refuse.
    """
    handling = await access_handling(actor, id)
    if handling.withheld:
        raise Conflict("documents.not_printed")
    sheet = await read_sheet(handling, actor.own_id)
    printing = Printing(f"{actor.name}打印", clock.now(), await strokes_of(sheet))
    made = await typeset(FORM, sheet_form(sheet, printing))
    await _note(actor, handling, made.absent)
    return Content(media_type="application/pdf", body=made.pdf, filename=f"文件处理单-{handling.register_no or id}.pdf")


async def strokes_of(sheet: Sheet) -> Mapping[UUID, bytes]:
    """The handwriting of a handling's signatures, by their ids."""
    rows = await Signature.filter(id__in=list(sheet.drawn)).values_list("id", "strokes") if sheet.drawn else []
    return {id: bytes(drawn) for id, drawn in rows}


@verb
async def _note(actor: Actor, handling: Handling, absent: str) -> None:
    more: dict[str, Any] = {"absent": numbers(absent)} if absent else {}
    audit.record(actor, "documents.print", cases.ref(handling.id), form=FORM, rev=handling.rev, **more)
