"""Facts numbering tells."""

from typing import ClassVar

from office.kernel.events import Event


class NumberVoided(Event, frozen=True, kw_only=True):
    """A number that stood on something was made void (废号). `number` as written, `subject` what it stood on."""

    name: ClassVar[str] = "numbering.voided"
    number: str
    subject: str
    reason: str

    def key(self) -> str:
        """One line per thing numbered."""
        return self.subject
