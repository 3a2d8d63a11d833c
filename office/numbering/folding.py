"""One form of a document's number, for comparing and finding: people type any bracket, any width, blanks, 第 and zeros."""

import unicodedata

from office.kernel.radicals import unified

ALIKE = str.maketrans(
    {**dict.fromkeys("[(【〈{〖「", "〔"), **dict.fromkeys("])】〉}〗」", "〕"), "○": "〇"},
)


def plain(text: str) -> str:
    """Compatibility forms made ordinary (NFKC: full-width digits, letters, brackets; radicals) and every blank dropped."""
    return "".join(unicodedata.normalize("NFKC", unified(text)).split()).replace("\u200b", "").replace("\ufeff", "")


def settled(raw: str) -> str:
    """Plain, brackets made 〔〕, letters upper case.

    Dropping a blank may bring two characters together that then combine into one, so it is done until nothing changes.
    """
    text = plain(raw).translate(ALIKE).upper()
    again = plain(text).translate(ALIKE).upper()
    return text if again == text else settled(again)
