"""Half-open validity in raw SQL: `valid_from` in, `valid_to` out, NULL until further notice."""


def valid(alias: str) -> str:
    """SQL for "in force at": takes the instant twice."""
    return f"{alias}.valid_from <= ? AND ({alias}.valid_to IS NULL OR {alias}.valid_to > ?)"
