"""A unit's own rules for its documents, as they go over the wire."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec

from documents.incoming.limits.deadlines import Grade, Stage

LimitUnit = Literal["working_days", "hours", "minutes", "same_day", "half_day"]


class LimitIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A unit's own figure for a stage; `amount` is 0 for same_day and half_day."""

    grade: Grade
    stage: Stage
    amount: Annotated[int, msgspec.Meta(ge=0, le=1440)]
    unit: LimitUnit


class LimitOut(msgspec.Struct, frozen=True):
    """The same, with the sentence it puts beside a limit."""

    grade: Grade
    stage: Stage
    amount: int
    unit: LimitUnit
    why: str


class UnitRulesIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a unit handles its documents; `limits` and `reviewer` left out stay as they are.

    `reviewer`: who reviews before the leaders are asked (办公室负责人审核), a post of the unit; empty: nobody.
    """

    clerk_hub: bool
    limits: Annotated[list[LimitIn], msgspec.Meta(max_length=60)] | None = None
    reviewer: Annotated[str, msgspec.Meta(max_length=80)] | None = None


class UnitRulesOut(msgspec.Struct, frozen=True):
    """The same, with the unit."""

    unit: UUID
    clerk_hub: bool
    limits: list[LimitOut]
    reviewer: str
