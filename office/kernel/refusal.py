"""Refusals: the one way the house says no.

A refusal rolls the unit of work back, so it changes nothing. `code` is stable and English, "<package>.<reason>"; the Chinese
sentence that tells the person what to do stands in the package's `texts.py` under the same code, and `{facts}` are filled in.
"""

from collections.abc import Mapping
from typing import ClassVar


class Refusal(Exception):
    """A request that is not carried out. Subclasses say which HTTP status (RFC 9110) it answers with."""

    status: ClassVar[int] = 400

    def __init__(self, code: str, /, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    @property
    def headers(self) -> Mapping[str, str]:
        """What a protocol wants told in headers of the answer too."""
        return {}

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code}({told})"


class Invalid(Refusal):
    """What was sent is malformed or breaks a rule; `fields` may name the places as {field: text code}."""

    status = 422


class Unauthenticated(Refusal):
    """Nobody, or no longer anybody, is logged in."""

    status = 401


class Forbidden(Refusal):
    """The caller is known and may not."""

    status = 403


class NotFound(Refusal):
    """No such thing, or none the caller may know of; the two look the same from outside."""

    status = 404


class Conflict(Refusal):
    """Someone else was first, or the state has moved on; facts tell the present state."""

    status = 409


class Gone(Refusal):
    """It existed and its time is over: an expired ticket, an ended undo."""

    status = 410


class TooLarge(Refusal):
    """Over a stated bound."""

    status = 413


class Unsupported(Refusal):
    """A type of content that is not taken."""

    status = 415


class TooMany(Refusal):
    """Too many tries; `retry_after` in seconds is told."""

    status = 429


class Unavailable(Refusal):
    """Cannot be served now though the request is right; `retry_after` in seconds where known."""

    status = 503
