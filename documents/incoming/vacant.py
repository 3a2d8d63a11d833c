"""Nobody is there (空岗、离岗): a step at a post that nobody holds, or of a person who has left, goes to the clerk; those
of the clerk go to another clerk of the unit. Looked at when somebody goes and when a step opens."""

from collections.abc import AsyncIterator, Container, Mapping
from typing import Final, Literal
from uuid import UUID

from documents.incoming import cases, finding
from documents.incoming.access import lock_handling
from documents.incoming.actions.sign import being_signed
from documents.incoming.below import sendings
from documents.incoming.events import HandlingChanged
from documents.incoming.models import Handling
from documents.incoming.pressing.jobs import source_of as pressing_source
from documents.incoming.states import OVER
from office import audit
from office.flow import actions as flow
from office.flow import rules
from office.inbox import actions as inbox
from office.inbox.models import Todo
from office.kernel.actor import SYSTEM
from office.kernel.database import fetch
from office.kernel.events import Delivery
from office.kernel.rows import uuid_of
from office.kernel.work import verb
from office.organization.events import AppointmentChanged, PostVacated
from office.organization.holdings import holders_many
from office.organization.queries import departed, posts_in
from office.signing import models as signed
from office.signing.models import Signature

BATCH = 200
WHY: Final[Mapping[str, Literal["left", "vacant"]]] = {"person": "left", "post": "vacant"}


async def on_vacated(event: PostVacated, delivery: Delivery) -> None:
    """Look at every running handling the post has a part in; where it was the clerk's, another clerk takes over, also of those
    that are over and of which the clerk was told something."""
    clerk = await _another_clerk(event.unit)
    async for handling in _running_of(event.post):
        if clerk is not None and handling.clerk_post == event.post:
            await change_clerk(handling, handling.unit_id, clerk)
        await skip_vacant(handling)
    for handling in await _told_at(event.post):
        await _find_clerk(handling)


async def on_appointment_changed(event: AppointmentChanged, delivery: Delivery) -> None:
    """Somebody left a post: what is theirs in person in that unit is looked at."""
    if event.state == "ended":
        async for handling in _running_of(event.person):
            if handling.unit_id == event.unit:
                await skip_vacant(handling)


async def _told_at(post: UUID) -> list[Handling]:
    """The handlings that are over and of which a clerk's post was told something it has not noted yet. Two queries."""
    told = Todo.filter(holder=post, state="open", lane="handle").exclude(source__startswith=flow.SOURCE)
    routes = [row.route for row in await told.order_by("id").limit(BATCH).only("id", "route")]
    ids = [UUID(route.rpartition("/")[2]) for route in routes if route.startswith("/handlings/")]
    return await Handling.filter(id__in=ids, clerk_post=post, state__in=sorted(OVER)).order_by("id") if ids else []


async def _find_clerk(handling: Handling) -> None:
    """One that is over whose clerk's post nobody holds: another clerk of the unit is told what there is. Nothing if none is."""
    if await holders_many([handling.clerk_post]):
        return
    clerk = await _another_clerk(handling.unit_id)
    if clerk is not None:
        await change_clerk(handling, handling.unit_id, clerk)


async def _another_clerk(unit: UUID) -> UUID | None:
    posts = [post for post in await posts_in([unit]) if post.takes_in]
    held = await holders_many([post.id for post in posts])
    known = [post for post in posts if post.id in held]
    return max(known, key=lambda post: post.receiving).id if known else None


async def _running_of(holder: UUID) -> AsyncIterator[Handling]:
    """The running handlings a post or a person has a part in, a page at a time: a busy one has had a part in thousands."""
    after = UUID(int=0)
    while page := await _page_of(holder, after):
        for handling in await Handling.filter(id__in=page).order_by("id"):
            yield handling
        after = page[-1]


async def _page_of(holder: UUID, after: UUID) -> list[UUID]:
    rows = await fetch(
        "SELECT p.handling_id FROM documents_participant p JOIN documents_handling h ON h.id = p.handling_id"
        " WHERE p.holder = ? AND p.handling_id > ? AND h.closed_at IS NULL ORDER BY p.handling_id LIMIT ?",
        str(holder), str(after), BATCH,
    )  # fmt: skip
    return [uuid_of(row["handling_id"]) for row in rows]


async def on_changed(event: HandlingChanged, delivery: Delivery) -> None:
    """A handling moved: a step may have opened at a vacant post, or the clerk of one that is over been told something."""
    handling = await Handling.get_or_none(id=event.handling)
    if handling is not None:
        await (_find_clerk if handling.state in OVER else skip_vacant)(handling)


@verb
async def skip_vacant(handling: Handling) -> None:
    """Put the steps of those who are not there before the clerk, whose own steps stay. Nothing if there is none."""
    if not await _deserted(handling):
        return
    await lock_handling(handling)
    case = await flow.case_of(handling.case_id)
    by = rules.By(person="", post=case.custodian.id, capacity="custodian")
    skipped = [
        rules.SkipVacant(by=by, obligation=leaf.id, revision=leaf.revision, why=WHY[leaf.holder.kind])
        for leaf in await _deserted(handling)
    ]
    if skipped:
        case = await flow.move(SYSTEM, handling.case_id, *skipped)
        audit.record(SYSTEM, "documents.skip_vacant", cases.ref(handling.id), steps=len(skipped))
        await cases.reflect(SYSTEM, handling, case)


@verb
async def change_clerk(handling: Handling, unit: UUID, clerk: UUID) -> None:
    """Make a unit's post the clerk's of a handling; what is open at the clerk's post before goes along."""
    await lock_handling(handling)
    audit.record(
        SYSTEM, "documents.change_clerk", cases.ref(handling.id), unit=str(unit), clerk=str(clerk),
        before=str(handling.clerk_post),
    )  # fmt: skip
    await _hand_over(handling, clerk)
    handling.unit_id, handling.clerk_post = unit, clerk
    await handling.save(update_fields=["unit_id", "clerk_post"])
    case = await flow.case_of(handling.case_id)
    if case.state in ("running", "suspended") and case.custodian != cases.at_post(clerk):
        by = rules.By(person="", post=case.custodian.id, capacity="custodian")
        case = await flow.move(SYSTEM, handling.case_id, rules.Entrust(by=by, to=cases.at_post(clerk)))
        return await cases.reflect(SYSTEM, handling, case, state=handling.state)
    await finding.look_again(handling.id)


async def _hand_over(handling: Handling, clerk: UUID) -> None:
    """What the clerk's post was told beside its steps (上级加办, 更正, 签批待确认, 待催办) goes along; steps the flow moves."""
    before, after = (inbox.Holder(kind="post", id=post) for post in (handling.clerk_post, clerk))
    for row in await Todo.filter(source__in=await _told(handling), holder=before.id, state="open").order_by("id"):
        await inbox.transfer(row.kind, row.source, holder=before, to=after, by=SYSTEM, reason="改由另一文书办理")


async def _told(handling: Handling) -> list[str]:
    """The sources of what a clerk is told of a handling beside its steps. Two queries."""
    subject, around = cases.ref(handling.id), await sendings.around(handling.id)
    waiting = await Signature.filter(subject=subject, state=signed.PENDING_CLERK).values_list("id", flat=True)
    sent = [sendings.source_of(row.id) for row in around]
    return [subject, pressing_source(handling.id), *(f"signing:{one}" for one in waiting), *sent]


async def _deserted(handling: Handling) -> list[rules.Obligation]:
    case = await flow.case_of(handling.case_id)
    others = [leaf for leaf in rules.live(case) if leaf.holder != case.custodian]
    held = await holders_many([UUID(leaf.holder.id) for leaf in others if leaf.holder.kind == "post"])
    left = await departed(handling.unit_id, [UUID(leaf.holder.id) for leaf in others if leaf.holder.kind == "person"])
    gone = [leaf for leaf in others if _is_gone(leaf.holder, held, left)]
    signing = await being_signed(case, gone)  # signed while they were there: looked at again when it has taken effect or not
    return [leaf for leaf in gone if leaf.id not in signing]


def _is_gone(holder: rules.Holder, held: Container[UUID], left: Container[UUID]) -> bool:
    return UUID(holder.id) not in held if holder.kind == "post" else UUID(holder.id) in left
