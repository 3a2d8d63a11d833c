"""The outbox: events written in the transaction that made them true, then delivered once to each handler, in order, with retry.

`record(event)` and, for what was held back, `hurry(event, key)` are the whole door for verbs.
"""

from office.outbox.actions import hurry, record

__all__ = ["hurry", "record"]
