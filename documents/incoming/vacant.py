"""A post nobody holds (空岗): a step there goes to the clerk, when the post is vacated or when the step opens."""

from uuid import UUID

from documents.incoming import cases
from documents.incoming.access import lock_handling
from documents.incoming.events import HandlingChanged
from documents.incoming.models import Handling
from documents.incoming.states import OVER
from office import audit
from office.flow import actions as flow
from office.flow import rules
from office.kernel.actor import SYSTEM
from office.kernel.database import fetch
from office.kernel.events import Delivery
from office.kernel.rows import uuid_of
from office.kernel.work import verb
from office.organization.events import PostVacated
from office.organization.holdings import holders_many

BATCH = 200


async def on_vacated(event: PostVacated, delivery: Delivery) -> None:
    """Look at every running handling the post has a part in, a page at a time: a busy post has had a part in thousands."""
    after = UUID(int=0)
    while page := await _running_of(event.post, after):
        for handling in await Handling.filter(id__in=page).order_by("id"):
            await skip_vacant(handling)
        after = page[-1]


async def _running_of(post: UUID, after: UUID) -> list[UUID]:
    rows = await fetch(
        "SELECT p.handling_id FROM documents_participant p JOIN documents_handling h ON h.id = p.handling_id"
        " WHERE p.holder = ? AND p.handling_id > ? AND h.closed_at IS NULL ORDER BY p.handling_id LIMIT ?",
        str(post), str(after), BATCH,
    )  # fmt: skip
    return [uuid_of(row["handling_id"]) for row in rows]


async def on_changed(event: HandlingChanged, delivery: Delivery) -> None:
    """A handling moved: a step may have opened at a vacant post."""
    handling = await Handling.get_or_none(id=event.handling)
    if handling is not None and handling.state not in OVER:
        await skip_vacant(handling)


@verb
async def skip_vacant(handling: Handling) -> None:
    """Put the steps at vacant posts before the clerk, whose own steps stay. Nothing if there is none."""
    if not await _vacant(await flow.case_of(handling.case_id)):
        return
    await lock_handling(handling)
    case = await flow.case_of(handling.case_id)
    by = rules.By(person="", post=case.custodian.id, capacity="custodian")
    skipped = [
        rules.SkipVacant(by=by, obligation=leaf.id, revision=leaf.revision, why="vacant") for leaf in await _vacant(case)
    ]
    if skipped:
        case = await flow.move(SYSTEM, handling.case_id, *skipped)
        audit.record(SYSTEM, "documents.skip_vacant", cases.ref(handling.id), steps=len(skipped))
        await cases.reflect(SYSTEM, handling, case)


async def _vacant(case: rules.Case) -> list[rules.Obligation]:
    at_posts = [leaf for leaf in rules.live(case) if leaf.holder.kind == "post" and leaf.holder != case.custodian]
    held = await holders_many([UUID(leaf.holder.id) for leaf in at_posts])
    return [leaf for leaf in at_posts if UUID(leaf.holder.id) not in held]
