"""Time stamps of seals (GB/T 20520): one that is trusted is preferred, one that proves nothing makes nothing valid."""

import dataclasses
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from office.files.seals.shapes import Outcome
from office.kernel.sm.digests import sm3
from tests.office.files.seal_maker import (
    CLOCK,
    CLOCK_CERT,
    NOW,
    ROOT,
    SIGNED,
    SIGNER,
    SIGNER_CERT,
    STRANGER,
    TRUST,
    Seal,
    Signing,
    certificate,
    revocations,
    sealed,
    stamped,
)  # fmt: skip
from tests.office.files.test_seals import DAY, judged, reason


def _at(when: datetime, **other: Any) -> Signing:
    """Signed with a certificate that ended a day ago, stamped then."""
    told = {"cert": CLOCK_CERT, "by": CLOCK, **other}
    return Signing(at=SIGNED, stamp=lambda signature: stamped(signature, when, **told))


def test_a_trusted_time_stamp_is_preferred() -> None:
    when = SIGNED + timedelta(hours=1)
    (verdict,) = judged(sealed(_at(when)))
    assert (reason(verdict, "V10"), verdict.outcome, verdict.signed_at) == ("time_stamped", Outcome.VALID, when)
    ended = certificate("旧", SIGNER, "测试根", ROOT, serial=2, end=NOW - DAY)
    how = dataclasses.replace(_at(when), cert=ended, seal=Seal(listed=(ended,)))
    lists = (revocations("测试根", ROOT, {2: NOW - 2 * DAY}),)
    (verdict,) = judged(sealed(how), replace(TRUST, lists=lists))
    assert verdict.outcome is Outcome.VALID, "what became of the certificate later does not matter: the stamp shows when"
    (verdict,) = judged(sealed(dataclasses.replace(_at(NOW - timedelta(minutes=5)), cert=ended, seal=Seal(listed=(ended,)))))
    assert (reason(verdict, "V10"), verdict.outcome) == ("time_outside_certificate", Outcome.INVALID)


def test_a_time_stamp_that_proves_nothing() -> None:
    unknown = certificate("甲", CLOCK, "乙", STRANGER, serial=4, purpose="1.3.6.1.5.5.7.3.8")
    for how, why in (
        (_at(SIGNED, digest=sm3(b"other")), "stamp_wrong"),
        (_at(SIGNED, by=STRANGER), "stamp_wrong"),
        (Signing(stamp=lambda _: stamped(b"another signature", SIGNED, CLOCK_CERT, CLOCK)), "stamp_wrong"),
        (_at(SIGNED, cert=SIGNER_CERT, by=SIGNER, serial=2), "stamp_unverified"),
        (_at(SIGNED, serial=99), "stamp_unverified"),
        (_at(SIGNED, cert=unknown, issuer="乙"), "stamp_unverified"),
    ):
        (verdict,) = judged(sealed(how))
        assert reason(verdict, "V10") == why
        assert verdict.outcome is not Outcome.VALID
