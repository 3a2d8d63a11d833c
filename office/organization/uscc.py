"""Unified social credit code (统一社会信用代码), GB 32100-2015, and the organisation code inside it, GB 11714-1997.

Some codes really issued fail their own check digit, so a failure is a warning with a note, never a refusal.
"""

import re
import unicodedata
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
REGISTRARS = {"1": "机构编制", "5": "民政", "9": "市场监管", "N": "农业农村", "Y": "其他"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a code's check says. `expected` is the check character it should end in; `note` is Chinese, for the form."""

    code: str
    valid: bool
    expected: str | None
    note: str


def normal(code: str) -> str:
    """Upper case, half width, without blanks and hyphens; at most 40 characters are looked at."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", code[:40])).upper()


def check_character(body: str) -> str:
    """The 18th character for the first 17 (GB 32100-2015, clause 6)."""
    total = sum(ALPHABET.index(letter) * weight for letter, weight in zip(body, WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def organization_character(body: str) -> str:
    """The 9th character of an organisation code for its first 8 (GB 11714-1997): 10 is written X, 11 is written 0."""
    total = sum(int(letter, 36) * weight for letter, weight in zip(body, ORGANIZATION_WEIGHTS, strict=True))
    rest = 11 - total % 11
    return "X" if rest == 10 else "0" if rest == 11 else str(rest)


def check(code: str) -> Verdict:
    """Judge an 18-character code; warns, never refuses. Lower case, full width, blanks and hyphens are tolerated."""
    given = normal(code)
    if len(given) != 18:
        return Verdict(given, False, None, f"代码应为18位，现为{len(given)}位，请核对证书；确实如此可注明后保存")
    strange = sorted(set(given) - set(ALPHABET))
    if strange:
        expected = None if set(strange) & set(given[:17]) else check_character(given[:17])
        return Verdict(given, False, expected, f"含有代码中不使用的字符{'、'.join(strange)}（I、O、Z、S、V不用），请核对证书")
    expected = check_character(given[:17])
    if given[17] != expected:
        return Verdict(given, False, expected, f"校验位应为{expected}，现为{given[17]}，请核对证书；证书确如此可注明原因后保存")
    return Verdict(given, True, expected, _inner_note(given))


def _inner_note(given: str) -> str:
    """A remark on what a valid code contains; empty when all is usual."""
    if given[0] not in REGISTRARS:
        return "登记管理部门代码少见，请核对"
    if organization_character(given[8:16]) != given[16]:
        return "内含的组织机构代码校验位不符，可以保存，请核对证书"
    return ""
