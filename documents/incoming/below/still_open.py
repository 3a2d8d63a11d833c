"""The units below that have not signed for a document or not ended it: their lines in the two lists (未阅、未办名单)."""

from dataclasses import dataclass
from uuid import UUID

from documents.incoming.actions.route import ROLE_LABELS
from documents.incoming.below.sendings import READ, standing_from
from documents.incoming.models import Handling, Sending
from documents.incoming.page.schemas import Waiting
from documents.incoming.states import AWAITING_RECEIPT, NAMES, OVER
from office.organization.queries import UnitCard, units


@dataclass(frozen=True)
class StillOpen:
    """A handling below that is not over, as what it was sent: to be handled, if any sending says so."""

    handling: Handling
    sending: Sending
    unit: UnitCard

    @property
    def unread(self) -> bool:
        """Not signed for; one that is only to be read is unread until it has ended it."""
        return self.handling.state == AWAITING_RECEIPT or self.sending.role == READ

    @property
    def unhandled(self) -> bool:
        """To be handled, and not ended."""
        return self.sending.role != READ

    @property
    def shown(self) -> Waiting:
        """As it goes out."""
        row, child = self.sending, self.handling
        return Waiting(
            obligation="", name=self.unit.label, post="", act=ROLE_LABELS[row.role], label=f"请{ROLE_LABELS[row.role]}",
            since=row.at, due_at=child.due_at, due_why=child.due_why, seen=child.signed_for_at is not None, below=child.id,
            state=NAMES[child.state],
        )  # fmt: skip


async def open_below(handling: UUID) -> list[StillOpen]:
    """The handlings below that are not over, in the order they were first sent to. At most three queries."""
    asked: dict[UUID, Sending] = {}
    for row in await standing_from(handling):
        if row.child_id not in asked or asked[row.child_id].role == READ:
            asked[row.child_id] = row
    rows = await Handling.filter(id__in=list(asked), state__not_in=list(OVER)) if asked else []
    found, named = {row.id: row for row in rows}, await units([row.addressed_to for row in rows]) if rows else {}
    return [StillOpen(found[id], row, named[found[id].addressed_to]) for id, row in asked.items() if id in found]
