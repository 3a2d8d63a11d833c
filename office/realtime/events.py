"""Events of the logs themselves."""

from typing import ClassVar
from uuid import UUID

from office.kernel.events import Event


class AccessLost(Event, frozen=True, kw_only=True):
    """These persons may no longer see `source` ("kind:id"); None: nobody may, the content itself is destroyed.

    Recorded by the verb that ends the access, in its own unit of work.
    """

    name: ClassVar[str] = "realtime.access_lost"
    source: str
    persons: tuple[UUID, ...] | None = None

    def key(self) -> str:
        return self.source
