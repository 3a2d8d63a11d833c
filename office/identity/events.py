"""What identity tells the others."""

from typing import ClassVar
from uuid import UUID

from office.kernel.events import Event


class _OfPerson(Event, frozen=True, kw_only=True):
    person: UUID
    account: UUID

    def key(self) -> str:
        return f"person:{self.person}"


class SessionEnded(_OfPerson, frozen=True, kw_only=True):
    """A session is over; its live socket must be cut. `reason` is one of those in `sessions`."""

    name: ClassVar[str] = "identity.session_ended"
    session: UUID
    reason: str


class DeviceRegistered(_OfPerson, frozen=True, kw_only=True):
    """A person has a new device with a signing key; their other devices show it."""

    name: ClassVar[str] = "identity.device_registered"
    device: UUID
    device_name: str


class DeviceRevoked(_OfPerson, frozen=True, kw_only=True):
    """A device's key no longer signs or logs in."""

    name: ClassVar[str] = "identity.device_revoked"
    device: UUID


class DevicesChanged(_OfPerson, frozen=True, kw_only=True):
    """The list of a person's devices or passkeys is another now; published to that person's clients."""

    name: ClassVar[str] = "identity.devices_changed"
