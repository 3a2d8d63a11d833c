"""Limits that a process sets itself before it opens what others sent."""

import resource
from collections.abc import Mapping


def limit(most: Mapping[int, int]) -> None:
    """Set these resource limits (setrlimit(2)), each as far as the hard one lets; they cannot be raised again."""
    for what, value in most.items():
        hard = resource.getrlimit(what)[1]
        own = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (own, own))
