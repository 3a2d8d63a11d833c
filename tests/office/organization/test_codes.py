"""Codes: 统一社会信用代码, 组织机构代码, 行政区划代码."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from office.kernel.refusal import Invalid
from office.organization import regions, uscc

BODIES = st.text(uscc.ALPHABET, min_size=17, max_size=17)


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91512081MA62K0260E", "11100000000013127D", "12100000400000624D"])
def test_real_codes_pass(code: str) -> None:
    assert uscc.check(code).valid


def test_a_wrong_check_character_is_told_and_not_refused() -> None:
    verdict = uscc.check("91350100M000100Y4Y")
    assert (verdict.valid, verdict.expected) == (False, "3")
    assert "校验位应为3，现为Y" in verdict.note
    assert "注明" in verdict.note


def test_letters_outside_the_alphabet_are_named() -> None:
    strange = uscc.check("91350100M000100Y4Z")
    assert ("Z" in strange.note, strange.expected) == (True, "3")
    assert uscc.check("9135010ZM000100Y43").expected is None


@pytest.mark.parametrize("typed", ["91350100m000100y43", " 9135 0100 M000 100Y 43 ", "９１３５０１００Ｍ０００１００Ｙ４３"])
def test_typing_habits_are_tolerated(typed: str) -> None:
    assert uscc.check(typed) == uscc.check("91350100M000100Y43")


@pytest.mark.parametrize("typed", ["", "1", "9" * 500, "乡镇" * 9])
def test_nonsense_gets_a_note(typed: str) -> None:
    verdict = uscc.check(typed)
    assert not verdict.valid
    assert verdict.note


@given(BODIES, st.integers(0, 16), st.sampled_from(uscc.ALPHABET))
@settings(max_examples=200)
def test_any_one_wrong_character_is_found(body: str, place: int, other: str) -> None:
    code = body + uscc.check_character(body)
    assert uscc.check(code).valid
    if code[place] != other:
        assert not uscc.check(code[:place] + other + code[place + 1 :]).valid


def test_a_valid_code_with_a_wrong_organisation_code_inside_passes_with_a_note() -> None:
    body = "11430581" + "M000100Y5"
    verdict = uscc.check(body + uscc.check_character(body))
    assert verdict.valid
    assert "组织机构代码" in verdict.note
    right = "11430581" + "M000100Y4"
    assert uscc.check(right + uscc.check_character(right)).note == ""


@pytest.mark.parametrize(
    "code, level, parent",
    [
        ("43", regions.Level.PROVINCE, None),
        ("4305", regions.Level.CITY, "430000000000"),
        ("430581", regions.Level.COUNTY, "430500000000"),
        ("430581101", regions.Level.TOWN, "430581000000"),
        ("430581101201", regions.Level.VILLAGE, "430581101000"),
        ("441900003000", regions.Level.TOWN, "441900000000"),
        ("460400100000", regions.Level.TOWN, "460400000000"),
        ("429004", regions.Level.COUNTY, "420000000000"),
        ("110101", regions.Level.COUNTY, "110000000000"),
    ],
)
def test_levels_and_parents(code: str, level: regions.Level, parent: str | None) -> None:
    assert regions.level(code) == level
    assert regions.parent(code) == parent


@pytest.mark.parametrize(
    "code", ["", "4", "43058", "abcdef", "438000", "430519", "430581600", "430581000201", "430001", "４３", "00"]
)
def test_malformed_regions_are_refused(code: str) -> None:
    with pytest.raises(Invalid, match=r"organization\.region_malformed"):
        regions.normal(code)


@given(st.sampled_from(["430581101201", "441900003001", "110101001001", "429004101200"]))
def test_every_ancestor_contains_and_stands_higher(code: str) -> None:
    above = regions.ancestors(code)
    assert above[-1] == regions.normal(code[:2])
    assert all(regions.contains(one, code) and not regions.contains(code, one) for one in above)
    heights = [regions.level(one) for one in [code, *above]]
    assert heights == sorted(set(heights), reverse=True)
