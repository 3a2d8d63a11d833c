"""Facts about files."""

from uuid import UUID

from office.kernel.events import Event


class FileAccepted(Event, frozen=True):
    """A file was taken in; its first pages are made ready for phones."""

    name = "files.accepted"
    file: UUID
    digest: str
    pages: int

    def key(self) -> str:
        return f"file:{self.file}"
