"""Facts about signatures."""

from uuid import UUID

from office.kernel.events import Event


class SignatureDue(Event, frozen=True):
    """A held signature takes effect now; delivered when its thirty seconds are over, or when its holder releases it."""

    name = "signing.due"
    signature: UUID
    subject: str

    def key(self) -> str:
        return f"signature:{self.signature}"


class SignatureWithdrawn(Event, frozen=True):
    """A held signature was taken back within its thirty seconds."""

    name = "signing.withdrawn"
    signature: UUID
    subject: str

    def key(self) -> str:
        return f"signature:{self.signature}"
