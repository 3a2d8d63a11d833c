"""May a held signature take effect now (能否送出)? Pure: what changed in its thirty seconds, and the reason if it may not."""

from dataclasses import dataclass

from office.kernel.refusal import Conflict

CORRECTED = "documents.corrected_meanwhile"


@dataclass(frozen=True, kw_only=True)
class Since:
    """How things stand with a signature: the version it was given for and today's, its device, its signer's account."""

    signed: int
    version: int
    device_revoked: bool
    account_disabled: bool


def hindrance(since: Since) -> Conflict | None:
    """Why it may not take effect by itself, the gravest reason first; None if it may.

    A device that was removed or an account that was disabled may be a stolen phone's (decision 0222): what was signed with it
    waits for the clerk, who asks the person. What was corrected is no longer what the signer saw (decision 0190).
    """
    if since.account_disabled:
        return Conflict("documents.account_disabled_meanwhile")
    if since.device_revoked:
        return Conflict("documents.device_revoked_meanwhile")
    if since.signed != since.version:
        return Conflict(CORRECTED, signed=since.signed, version=since.version)
    return None
