"""The trail: what happened, to what, by whom, in which post, on whose behalf, from which device. Copied facts, append-only."""

from office.audit.actions import record, record_refusal
from office.audit.daily import record_daily
from office.audit.sealing import seal

__all__ = ["record", "record_daily", "record_refusal", "seal"]
