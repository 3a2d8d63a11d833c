"""Signatures in PDF: signed by pyHanko in the test, then altered, appended to, or extended as a signature allows."""

import pytest
from msgspec.structs import replace
from pyhanko.sign.fields import MDPPerm

from office.files.bounds import Bounds
from office.files.rendering.pdf import Pdf
from office.files.seals.shapes import Outcome, Result, Trust, Verdict
from office.files.seals.texts import told
from office.kernel import clock
from tests.office.files.makers import form_pdf, pdf, text_pdf
from tests.office.files.pdf_signer import TRUST, filled, overdrawn, protected, rotated, signed
from tests.office.files.seal_maker import NOW

SIGNED = signed()


def judged(data: bytes, trust: Trust = TRUST) -> tuple[Verdict, ...]:
    opened = Pdf(data, Bounds())
    try:
        return opened.verify(trust, clock.now())  # pyHanko signs by the machine's clock, long after this file was loaded
    finally:
        opened.close()


def reasons(verdict: Verdict) -> dict[str, str]:
    assert [check.id for check in verdict.checks] == [f"P{n}" for n in range(1, 7)]
    assert all(told(check) for check in verdict.checks)
    return {check.id: check.reason for check in verdict.checks}


def test_a_good_signature_is_valid() -> None:
    (verdict,) = judged(SIGNED)
    assert {check.result for check in verdict.checks} == {Result.GOOD}, verdict.checks
    assert (verdict.outcome, verdict.name, verdict.kind) == (Outcome.VALID, "苏小满（测试）", "PDF")
    assert verdict.signed_at is not None
    assert abs(verdict.signed_at - NOW).total_seconds() < 600


def test_a_file_without_one_has_none() -> None:
    assert judged(text_pdf(["NOTICE"])) == ()


@pytest.mark.parametrize(
    ("trust", "id", "reason"),
    [
        (Trust(), "P5", "issuer_unknown"),
        (replace(TRUST, lists=()), "P5", "revocation_unknown"),
        (replace(TRUST, anchors=TRUST.lists), "P5", "issuer_unknown"),
    ],
)
def test_whom_nobody_trusts_is_not_confirmed(trust: Trust, id: str, reason: str) -> None:
    (verdict,) = judged(SIGNED, trust)
    assert (reasons(verdict)[id], verdict.outcome) == (reason, Outcome.UNSURE)


def test_one_byte_altered_is_found() -> None:
    data = bytearray(SIGNED)
    data[data.index(b"MediaBox") + 10] ^= 1
    (verdict,) = judged(bytes(data))
    assert (reasons(verdict)["P2"], verdict.outcome) == ("pdf_changed", Outcome.INVALID)


@pytest.mark.parametrize("change", [rotated, overdrawn])
def test_what_is_appended_and_changes_a_page_is_found(change: object) -> None:
    (verdict,) = judged(change(SIGNED))  # type: ignore[operator]
    assert reasons(verdict)["P2"] == "pdf_intact", "the digest alone sees nothing"
    assert (reasons(verdict)["P3"], verdict.outcome) == ("pdf_modified", Outcome.INVALID)


def test_a_second_signature_is_an_allowed_update() -> None:
    one, other = judged(signed(SIGNED, "签名2"))
    assert (reasons(one)["P1"], reasons(one)["P3"], one.outcome) == ("pdf_revision", "pdf_forms", Outcome.VALID)
    assert (reasons(other)["P1"], other.outcome) == ("pdf_whole", Outcome.VALID)


def test_a_form_may_be_filled_in_where_the_signer_said_so() -> None:
    (verdict,) = judged(filled(signed(form_pdf(""), certify=MDPPerm.FILL_FORMS), "X"))
    assert (reasons(verdict)["P3"], verdict.outcome) == ("pdf_forms", Outcome.VALID)
    (verdict,) = judged(filled(signed(form_pdf("")), "X"))
    assert (reasons(verdict)["P3"], verdict.outcome) == ("pdf_filled", Outcome.UNSURE)
    (verdict,) = judged(filled(signed(form_pdf(""), certify=MDPPerm.NO_CHANGES), "X"))
    assert (reasons(verdict)["P3"], verdict.outcome) == ("pdf_not_allowed", Outcome.INVALID)


@pytest.mark.parametrize(
    "contents",
    [b"", b"0\x80", b"30" * 2000, b"a0840000ffff" * 200, b"3084ffffffff", b"31" * 3, b"30820100" * 100],
)
def test_a_signature_that_is_nothing_is_not_confirmed(contents: bytes) -> None:
    field = b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (s) /V 5 0 R /Rect [0 0 0 0] /F 132 >>"
    value = b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [0 10 20 30] /Contents <%b> >>"
    form = "/AcroForm << /Fields [4 0 R] /SigFlags 3 >>"
    (verdict,) = judged(pdf(more=(field, value % contents), page_extra="/Annots [4 0 R]", catalog_extra=form))
    assert verdict.outcome is Outcome.UNSURE, verdict.checks


def test_no_byte_of_a_signature_can_be_changed_and_stay_valid() -> None:
    for at in [at for at in protected(SIGNED) if at > SIGNED.index(b"/Contents <30")][::41]:
        data = bytearray(SIGNED)
        data[at] = ord("0") if data[at] != ord("0") else ord("1")
        assert all(verdict.outcome is not Outcome.VALID for verdict in judged(bytes(data))), at
