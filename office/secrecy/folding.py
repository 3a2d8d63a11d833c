"""Text as the rules read it: one width, one star, no invisible characters, so that a mark is a mark however it is written."""

import re
import unicodedata

#: Stars as fonts and typists make them; the mark's own is U+2605 (GB/T 9704-2012, 7.2.2).
STARS = "☆✩✪✫✬✭✮✯✰⭐🌟⚝⍟✡⋆٭⭑⭒⯨⛤🟉\uf0ab\uf0b6"
ASTERISKS = "∗⁎✱✲✳﹡"
_SAME = str.maketrans({
    **dict.fromkeys(STARS, "★"), **dict.fromkeys(ASTERISKS, "*"),
    "機": "机", "祕": "秘", "絕": "绝", "級": "级", "無": "无", "長": "长", "碼": "码", "電": "电", "報": "报", "內": "内",
})  # fmt: skip
_LINES = re.compile(r"[\r\n\v\f\x85\u2028\u2029]+")
_BLANK = re.compile(r"\s+")
_MATTERS = re.compile(f"[密★{STARS}]")


def may_matter(text: str) -> bool:
    """Whether any rule could fire on this text as it stands, unfolded: without 密 and without a star none does."""
    return _MATTERS.search(text) is not None


def folded(text: str) -> str:
    """NFKC, one kind of star, simplified characters in the words of marks, nothing invisible; lines end with a line feed."""
    same = unicodedata.normalize("NFKC", _LINES.sub("\n", text)).translate(_SAME)
    return "".join(char for char in same if char in "\n\t" or unicodedata.category(char) not in ("Cf", "Cc", "Mn", "Me"))


def tight(text: str) -> str:
    """Folded and without any blank."""
    return _BLANK.sub("", folded(text))


def lines_of(text: str) -> list[str]:
    """The lines of a folded text, each without blanks, empty ones left out."""
    return [line for line in (_BLANK.sub("", part) for part in folded(text).split("\n")) if line]
