"""Facts of the exchange."""

from uuid import UUID

from office.kernel.events import Event


class StateTold(Event, frozen=True):
    """A state entered a client's log and is due at one of its webhooks."""

    name = "documents.state_told"
    webhook: UUID
    entry: UUID

    def key(self) -> str:
        return f"webhook:{self.webhook}"
