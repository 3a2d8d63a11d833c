"""Seals in OFD: made with keys of the test's own, good or with one thing wrong, so that each verdict is known beforehand."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from office.files.bounds import Bounds
from office.files.rendering.ofd import Ofd
from office.files.seals.shapes import Outcome, Result, Trust, Verdict
from office.files.seals.texts import told
from office.kernel.sm.digests import sm3
from office.kernel.sm.sm2 import PrivateKey
from tests.office.files.ofd_maker import NS, packed, text
from tests.office.files.seal_maker import (
    ITSELF,
    LIST,
    MAKER,
    MAKER_CERT,
    NOW,
    ORGAN,
    ROOT,
    ROOT_CERT,
    SIGNED,
    SIGNER,
    SIGNER_CERT,
    STAMP,
    STRANGER,
    TRUST,
    VALUE,
    Seal,
    Signing,
    certificate,
    contents,
    described,
    listing,
    revocations,
    sealed,
    signed_only,
    with_seal,
)

DAY = timedelta(days=1)
Files = dict[str, bytes]


def judged(files: Files, trust: Trust = TRUST) -> tuple[Verdict, ...]:
    opened = Ofd(packed(files), Bounds(), ())
    try:
        return opened.verify(trust, NOW)
    finally:
        opened.close()


def results(verdict: Verdict) -> dict[str, Result]:
    assert [check.id for check in verdict.checks] == [f"V{n}" for n in range(1, 13)]
    assert all(told(check) for check in verdict.checks)
    return {check.id: check.result for check in verdict.checks}


def reason(verdict: Verdict, id: str) -> str:
    return next(check.reason for check in verdict.checks if check.id == id)


@pytest.mark.parametrize(
    "how",
    [
        Signing(),
        Signing(raw=True),
        with_seal(by_digest=True),
        with_seal(version=1),
        with_seal(version=1, info_only=True),
        Signing(seal=Seal(version=1), version=2),
        Signing(path=ITSELF),
        Signing(method="SM3"),
        with_seal(name=f"{ORGAN}（2）电子印章"),
    ],
    ids=["v4", "raw", "by digest", "v1", "v1 info", "v2", "relative path", "SM3", "numbered seal"],
)
def test_a_good_seal_is_valid_by_all_twelve(how: Signing) -> None:
    (verdict,) = judged(sealed(how))
    assert set(results(verdict).values()) == {Result.GOOD}, verdict.checks
    assert (verdict.outcome, verdict.name, verdict.pages) == (Outcome.VALID, how.seal.name, (0,))
    assert (verdict.signer, verdict.signed_at) == (f"{ORGAN}（测试）", SIGNED)


def _after(change: Callable[[Files], object], how: Signing | None = None) -> Callable[[], Files]:
    """Sealed, and then changed."""

    def make() -> Files:
        files = sealed(how)
        change(files)
        return files

    return make


def _before(how: Signing, **more: str) -> Callable[[], Files]:
    return lambda: sealed(how, contents(**more))


def _altered(data: bytes, at: int = -1) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)


def _extra(files: Files) -> Files:
    return files | {"Doc_0/Attachs/a.txt": b"a"}


def _lost() -> Files:
    files = sealed(files=_extra(contents()))
    del files["Doc_0/Attachs/a.txt"]
    return files


def _seal_altered() -> Files:
    """The seal's picture changed after it was made, then used: the signer signs it, the maker never did."""
    made = Seal().made()
    return sealed(Signing(seal_bytes=made.replace(b"IHDR", b"IHDS")))


def _as_pages(name: str) -> Callable[[Files], object]:
    def change(files: Files) -> None:
        files[name] += b" "

    return change


_OTHER = PrivateKey.made()
_ELSEWHERE = '<ofd:CustomDatas><ofd:CustomData Name="发文机关">白露县人民政府</ofd:CustomData></ofd:CustomDatas>'
_BAD: dict[str, tuple[str, str, Callable[[], Files]]] = {
    "a file is gone": ("V1", "file_missing", _lost),
    "a page is changed": ("V2", "changed", _after(_as_pages("Doc_0/Pages/Page_0/Content.xml"))),
    "a resource is changed": ("V2", "changed", _after(_as_pages("Doc_0/PublicRes.xml"))),
    "the entry is changed": ("V2", "changed", _after(_as_pages("OFD.xml"))),
    "something is added": ("V3", "added", _after(lambda files: files.update({"Doc_0/Pages/Page_9/Content.xml": b"<a/>"}))),
    "Signature.xml is changed": ("V5", "other_file", _after(_as_pages(ITSELF))),
    "made for another file": ("V5", "other_file", _before(Signing(digest=sm3(b"another")))),
    "made for another place": ("V5", "other_place", _before(Signing(path="/Doc_0/Signs/Sign_1/Signature.xml"))),
    "value altered": ("V6", "value_wrong", _after(lambda files: files.update({VALUE: _altered(files[VALUE])}))),
    "another's key": ("V6", "value_wrong", _before(Signing(by=STRANGER))),
    "not an issuer's": (
        "V7", "certificate_forged",
        lambda: _with_signer(certificate("假", SIGNER, "测试根", STRANGER, names=ROOT)),
    ),
    "not for signing": (
        "V7", "key_usage",
        lambda: _with_signer(certificate("加密", SIGNER, "测试根", ROOT, usage=b"\x03\x38")),
    ),
    "not of the seal's users": ("V8", "may_not_use", _before(with_seal(listed=(MAKER_CERT,)))),
    "nobody may use it": ("V8", "may_not_use", _before(with_seal(listed=()))),
    "the seal is altered": ("V9", "seal_forged", _seal_altered),
    "made by another": ("V9", "seal_forged", _before(with_seal(by=STRANGER))),
    "made by a forged maker": (
        "V9", "certificate_forged",
        _before(with_seal(by=_OTHER, maker=certificate("假", _OTHER, "测试根", STRANGER, names=ROOT))),
    ),
    "made before its maker": ("V9", "maker_out_of_time", _before(with_seal(created=NOW - 400 * DAY))),
    "signed before the seal": ("V10", "time_outside_seal", _before(Signing(at=NOW - 250 * DAY))),
    "signed after the seal": ("V10", "time_outside_seal", _before(with_seal(end=SIGNED - DAY))),
    "signed in the future": ("V10", "time_ahead", _before(Signing(at=NOW + DAY))),
    "signed before the certificate": (
        "V10", "time_outside_certificate",
        lambda: _with_signer(certificate("晚", SIGNER, "测试根", ROOT, start=NOW - DAY)),
    ),
    "another organ's": (
        "V11", "owner_differs", _before(Signing(), info=_ELSEWHERE),
    ),
}  # fmt: skip


def _with_signer(cert: bytes, by: PrivateKey = SIGNER) -> Files:
    return sealed(Signing(seal=Seal(listed=(cert,)), cert=cert, by=by))


@pytest.mark.parametrize("case", _BAD.values(), ids=_BAD.keys())
def test_one_thing_wrong_fails_its_own_check_alone(case: tuple[str, str, Callable[[], Files]]) -> None:
    id, why, make = case
    (verdict,) = judged(make())
    found = results(verdict)
    assert (found.pop(id), reason(verdict, id)) == (Result.BAD, why), verdict.checks
    assert set(found.values()) == {Result.GOOD}, verdict.checks
    assert verdict.outcome is Outcome.INVALID


_UNSURE: dict[str, tuple[str, str, Callable[[], Files], Trust]] = {
    "nobody is trusted": ("V7", "issuer_unknown", sealed, replace(TRUST, anchors=())),
    "an authority of that name with another key": (
        "V7", "issuer_other", lambda: _with_signer(certificate("新", SIGNER, "测试根", STRANGER, names=STRANGER)), TRUST,
    ),
    "no list": ("V7", "revocation_unknown", sealed, replace(TRUST, lists=())),
    "an old list": ("V7", "revocation_stale", sealed, replace(TRUST, lists=(revocations("测试根", ROOT, end=NOW - DAY),))),
    "another's list": ("V7", "revocation_unknown", sealed, replace(TRUST, lists=(revocations("测试根", STRANGER),))),
    "revoked since": (
        "V7", "revoked_since", sealed, replace(TRUST, lists=(revocations("测试根", ROOT, {2: NOW - DAY}),)),
    ),
    "an unknown restriction": (
        "V7", "critical_extension",
        lambda: _with_signer(certificate("限", SIGNER, "测试根", ROOT, critical=b"\x05\0")), TRUST,
    ),
    "expired since": (
        "V7", "expired_since", lambda: _with_signer(certificate("旧", SIGNER, "测试根", ROOT, end=NOW - DAY)), TRUST,
    ),
    "nobody keeps cancelled seals": ("V9", "cancelled_unknown", sealed, replace(TRUST, cancelled=None)),
    "no time": ("V10", "no_time", _before(Signing(at=None)), TRUST),
    "a time stamp": ("V10", "stamp_unverified", _before(Signing(stamp=lambda _: b"0")), TRUST),
    "nobody's name": ("V11", "owner_not_found", _before(with_seal(name="白露县教育局")), TRUST),
    "nameless": ("V11", "seal_nameless", _before(with_seal(name="")), TRUST),
    "another digest": ("V2", "digest_unsupported", _before(Signing(method="MD5")), TRUST),
}  # fmt: skip


@pytest.mark.parametrize("case", _UNSURE.values(), ids=_UNSURE.keys())
def test_what_cannot_be_known_is_neither_valid_nor_invalid(case: tuple[str, str, Callable[[], Files], Trust]) -> None:
    id, why, make, trust = case
    (verdict,) = judged(make(), trust)
    assert reason(verdict, id) == why, verdict.checks
    assert results(verdict)[id] is Result.UNSURE
    assert Result.BAD not in results(verdict).values()
    assert verdict.outcome is Outcome.UNSURE


def test_revoked_before_and_cancelled_are_invalid() -> None:
    lists = (revocations("测试根", ROOT, {2: SIGNED - DAY}),)
    (verdict,) = judged(sealed(), replace(TRUST, lists=lists))
    assert (reason(verdict, "V7"), verdict.outcome) == ("revoked", Outcome.INVALID)
    (verdict,) = judged(sealed(), replace(TRUST, cancelled=("1", Seal().id)))
    assert (reason(verdict, "V9"), verdict.outcome) == ("seal_cancelled", Outcome.INVALID)


@pytest.mark.parametrize(
    ("stamps", "why"),
    [
        ("", "no_stamp"),
        ('<ofd:StampAnnot ID="1" PageRef="999" Boundary="10 10 40 40"/>', "stamp_without_page"),
        ('<ofd:StampAnnot ID="1" PageRef="100" Boundary="190 10 40 40"/>', "stamp_outside"),
    ],
)
def test_where_a_seal_stands_is_a_warning_only(stamps: str, why: str) -> None:
    meta = '<ofd:CustomDatas><ofd:CustomData Name="发文机关">青禾县人民政府</ofd:CustomData></ofd:CustomDatas>'
    (verdict,) = judged(sealed(files=contents(info=meta), stamps=stamps))
    assert (results(verdict)["V12"], reason(verdict, "V12"), verdict.outcome) == (Result.NOTE, why, Outcome.VALID)


@pytest.mark.parametrize(
    ("value", "result", "why"),
    [
        (b"", Result.UNSURE, "not_reached"),
        (b"0\x80\0\0", Result.BAD, "format"),
        (b"0\x03\x02\x01\x04", Result.BAD, "format"),
        (sealed()[VALUE] + b"\0", Result.BAD, "format"),
        (b"0\x84\xff\xff\xff\xff", Result.BAD, "format"),
        (b"0\x82\x10\x00" * 1000, Result.BAD, "format"),
    ],
)
def test_a_value_that_cannot_be_read_is_told(value: bytes, result: Result, why: str) -> None:
    (verdict,) = judged(sealed() | {VALUE: value})
    assert (results(verdict)["V4"], reason(verdict, "V4")) == (result, why)
    assert verdict.outcome is not Outcome.VALID


def test_an_unknown_version_is_not_called_wrong() -> None:
    (verdict,) = judged(sealed(Signing(version=9)))
    assert (results(verdict)["V4"], verdict.outcome) == (Result.UNSURE, Outcome.UNSURE)


def test_a_signature_listed_and_not_there_is_told() -> None:
    for files in (sealed() | {ITSELF: b"<a>"}, sealed() | {LIST: listing("Doc_0/Signs/none.xml")}, sealed() | {LIST: b"<a"}):
        (verdict,) = judged(files)
        assert (results(verdict)["V1"], verdict.outcome) == (Result.BAD, Outcome.INVALID)


SECOND, SECOND_VALUE = "Doc_0/Signs/Sign_1/Signature.xml", "Doc_0/Signs/Sign_1/SignedValue.dat"


def _twice(first: Files, covered: list[str]) -> Files:
    """A second seal beside the first, over these files and the list as it is then."""
    made = first | {LIST: listing(ITSELF, SECOND)}
    xml = described(made, covered, "sm3", STAMP.replace("120 200", "20 200"), SECOND_VALUE)
    return made | {SECOND: xml, SECOND_VALUE: Signing(path=f"/{SECOND}").value(xml)}


def test_a_second_seal_leaves_the_first_valid() -> None:
    first = sealed()
    for more in ([], [LIST, ITSELF, VALUE]):
        one, other = judged(_twice(first, sorted({*contents(), *more})))
        assert (one.outcome, other.outcome) == (Outcome.VALID, Outcome.VALID), (one.checks, other.checks)


def test_the_list_a_first_seal_covers_may_grow_only_by_a_seal_that_covers_it() -> None:
    files = contents() | {LIST: listing(ITSELF)}
    xml = described(files, sorted(files), "sm3", STAMP)
    first = files | {ITSELF: xml, VALUE: Signing().value(xml)}
    assert judged(first)[0].outcome is Outcome.VALID
    one, _ = judged(_twice(first, sorted({*contents(), LIST})))
    assert one.outcome is Outcome.VALID
    one, _ = judged(_twice(first, sorted(contents())))
    assert (reason(one, "V2"), one.outcome) == ("list_grown", Outcome.UNSURE)
    (one,) = judged(first | {LIST: listing(ITSELF) + b" "})
    assert (reason(one, "V2"), one.outcome) == ("changed", Outcome.INVALID)


def test_what_was_added_between_two_seals_is_the_seconds() -> None:
    first = sealed()
    added = first | {"Doc_0/Annots/a.xml": b"<a/>"}
    one, other = judged(_twice(added, sorted({*contents(), "Doc_0/Annots/a.xml"})))
    assert (reason(one, "V3"), one.outcome) == ("covered_by_another", Outcome.UNSURE)
    assert other.outcome is Outcome.VALID


def test_nothing_hides_as_a_file_of_another_signature() -> None:
    page = f'<ofd:Page {NS}><ofd:Content><ofd:Layer ID="2">{text("假")}</ofd:Layer></ofd:Content></ofd:Page>'.encode()
    lookalike = f"<ofd:Signature {NS}><ofd:SignedInfo/><ofd:Content/></ofd:Signature>".encode()
    for hidden in (page, lookalike):
        files = sealed() | {LIST: listing(ITSELF, SECOND), SECOND: hidden}
        assert (reason(judged(files)[0], "V3"), judged(files)[0].outcome) == ("added", Outcome.INVALID)
    files = sealed() | {LIST: listing(ITSELF, SECOND), SECOND: sealed()[ITSELF], VALUE.replace("_0/S", "_1/S"): page}
    assert judged(files)[0].outcome is Outcome.INVALID


def test_a_seal_beside_the_signature_must_be_the_signed_one() -> None:
    other = Seal(name="白露县教育局").made()
    for lying, outcome in ((Seal().made(), Outcome.VALID), (other, Outcome.INVALID)):
        how, files = Signing(seal_bytes=Seal().made() if lying is not other else None), contents()
        place = "Doc_0/Signs/Sign_0/Seal.esl"
        xml = described(files, sorted(files), "sm3", f"{STAMP}<ofd:Seal><ofd:BaseLoc>/{place}</ofd:BaseLoc></ofd:Seal>")
        how = Signing(seal_bytes=lying if outcome is Outcome.VALID else Seal().made())
        (verdict,) = judged(files | {LIST: listing(ITSELF), ITSELF: xml, VALUE: how.value(xml), place: lying})
        assert verdict.outcome is outcome, verdict.checks


def test_an_authority_is_one_only_if_its_certificate_says_so() -> None:
    for cert in (
        certificate("测试根", ROOT, "测试根", ROOT, authority=False),
        certificate("测试根", ROOT, "测试根", ROOT, authority=True, usage=b"\x06\xc0"),
        SIGNER_CERT,
    ):
        (verdict,) = judged(sealed(), replace(TRUST, anchors=(cert,)))
        assert (reason(verdict, "V7"), verdict.outcome) == ("issuer_unknown", Outcome.UNSURE)


def test_what_is_in_the_folder_and_is_nothing_changes_nothing() -> None:
    rubbish = (b"", b"0", b"0\x80", ROOT_CERT[:-1], ROOT_CERT + b"\0", b"0" * 5000)
    trust = replace(TRUST, anchors=(*rubbish, *TRUST.anchors), lists=(*rubbish, *TRUST.lists))
    assert judged(sealed(), trust)[0].outcome is Outcome.VALID
    assert judged(sealed(), replace(TRUST, anchors=rubbish))[0].outcome is Outcome.UNSURE


def test_no_byte_of_a_value_can_be_changed_and_stay_valid() -> None:
    files = sealed()
    for at in range(0, len(files[VALUE]), 61):
        (verdict,) = judged(files | {VALUE: _altered(files[VALUE], at)})
        assert verdict.outcome is not Outcome.VALID, at


def test_without_sm2_nothing_is_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("office.files.seals.ofd.selftest.fault", lambda: "SM2")
    (verdict,) = judged(sealed())
    assert (reason(verdict, "V6"), verdict.outcome) == ("sm2_faulty", Outcome.UNSURE)


def test_a_maker_and_a_signer_may_be_one() -> None:
    how = Signing(seal=Seal(maker=SIGNER_CERT, by=SIGNER))
    assert judged(sealed(how))[0].outcome is Outcome.VALID
    assert MAKER is not SIGNER


def test_a_signature_without_a_seal_needs_none() -> None:
    (verdict,) = judged(signed_only())
    assert verdict.outcome is Outcome.VALID
    assert {id for id, result in results(verdict).items() if result is Result.NONE} == {"V8", "V9", "V11", "V12"}


@pytest.mark.parametrize("by", [MAKER, STRANGER])
def test_a_seal_shown_with_a_signature_that_has_none_is_not_vouched_for(by: PrivateKey) -> None:
    """Whoever may sign could else show any seal under a verdict of 有效."""
    (verdict,) = judged(signed_only(Seal(name="白露县人民政府", by=by)))
    assert verdict.outcome is Outcome.UNSURE
    unsure = {check.id for check in verdict.checks if check.reason == "seal_unproven"}
    assert unsure == {"V8", "V9", "V11"}
