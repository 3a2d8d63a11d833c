"""Half-open validity: `valid_from` in, `valid_to` out, NULL until further notice."""

from datetime import datetime

from tortoise.expressions import Q


def valid(alias: str) -> str:
    """SQL for "in force at": takes the instant twice."""
    return f"{alias}.valid_from <= ? AND ({alias}.valid_to IS NULL OR {alias}.valid_to > ?)"


def not_ended(at: datetime) -> Q:
    """For a query set: what has not ended by then. What begins only later counts too: it would be left hanging."""
    return Q(valid_to=None) | Q(valid_to__gt=at)
