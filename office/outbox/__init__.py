"""The outbox: events written in the transaction that made them true, then delivered once to each handler, in order, with retry.

`record(event)` is the whole door for verbs.
"""

from office.outbox.actions import record

__all__ = ["record"]
