"""发文字号: finding one that stands alone, and one form for comparing (条例 art. 9(5), GB/T 9704-2012 7.2.5).

Strict for what we issue, tolerant for what we receive: any bracket, full-width digits, blanks, 虚位 and 第 are seen.
"""

import re

from office.numbering.folding import ALIKE, plain, settled

_OPEN, _CLOSE = "[〔\\[(【〈{〖「]", "[〕\\])】〉}〗」]"
_CODE = "[\\u4e00-\\u9fffA-Za-z·、]{1,24}"

_YEARLY = re.compile(f"^({_CODE}){_OPEN}((?:19|20)\\d\\d){_CLOSE}第?(\\d{{1,5}})号$")
_NO_CODE = re.compile(f"^{_OPEN}((?:19|20)\\d\\d){_CLOSE}第?(\\d{{1,5}})号$")
_ORDER = re.compile(
    f"^({_CODE}?令|{_CODE}公告|{_CODE}字)?(?:(?:19|20)\\d\\d年)?第(\\d{{1,18}}|[一二三四五六七八九十百〇零]{{1,8}})号$"
)
_LABEL = re.compile("^(?:发文字号|发文文号|来文字号|来文文号|公文文号|文号|字号)[::]")


def normalise_doc_no(raw: str) -> str:
    """The form in which two writings of one number are equal; the raw text is kept beside it for people.

    Blanks gone, brackets made 〔〕, digits half-width, letters upper case, leading zeros and 第 before a yearly serial dropped.
    What is no number at all is returned in plain form. Idempotent.
    """
    text = settled(raw)
    yearly = re.fullmatch(r"(.*)〔(\d{4})〕第?0*(\d+)号?", text)
    return f"{yearly[1]}〔{yearly[2]}〕{yearly[3]}号" if yearly else text


def names_its_issuer(key: str) -> bool:
    """Whether a normalised number carries a code of its issuer (机关代字); 第3号 and 〔2026〕3号 are said by many."""
    return bool(re.match("[\\u4e00-\\u9fffA-Z]", key)) and not key.startswith("第")


def standing_number(text: str) -> str | None:
    """The number when the text is nothing but a number (a label before it allowed), tidied; else None."""
    bare = _LABEL.sub("", plain(text))
    if _YEARLY.match(bare):
        return bare.translate(ALIKE)
    return None


def order_number(text: str) -> str | None:
    """令号: 第N号 standing alone, with or without its code or year; only papers of such kinds may be asked."""
    bare = _LABEL.sub("", plain(text))
    return bare if _ORDER.match(bare) else None


def series_number(text: str) -> str | None:
    """〔2026〕3号 without a code, as 纪要 and 简报 carry under their masthead."""
    bare = plain(text)
    return bare.translate(ALIKE) if _NO_CODE.match(bare) else None
