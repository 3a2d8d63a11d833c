"""Identifiers: UUIDv7 (RFC 9562), so that ids sort by creation and indexes grow at one end."""

from uuid import UUID

import uuid_utils


def new_id() -> UUID:
    """A fresh UUIDv7."""
    return UUID(int=uuid_utils.uuid7().int)
