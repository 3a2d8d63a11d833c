"""Keeping what the clerk's steps were (办理环节记录), in the running unit of work."""

from typing import Any

from documents.incoming.models import Handling, StepRecord
from documents.incoming.policy import WORK
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.ids import new_id


async def keep(actor: Actor, handling: Handling, step: str, *, code: str = "", words: str = "", **facts: Any) -> None:
    """One row for one step, with the person, the post and for whom it was done as they are now."""
    held = actor.holding(handling.clerk_post, WORK)
    await StepRecord.create(
        id=new_id(), handling_id=handling.id, case_id=handling.case_id, step=step, code=code, words=words, facts=facts,
        person_id=actor.own_id, person_name=actor.name, post_title=held.title if held else "",
        on_behalf_of=held.on_behalf_of_name if held else "", at=clock.now(),
    )  # fmt: skip


async def failed_items(handling: Handling) -> list[str]:
    """Items that failed the last first check of this round."""
    last = await StepRecord.filter(handling_id=handling.id, case_id=handling.case_id, step="check").order_by("-at").first()
    return [one["item"] for one in last.facts["items"] if not one["ok"]] if last else []
