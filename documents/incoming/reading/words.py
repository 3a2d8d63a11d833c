"""Words of the field: what an organ's name ends in, the 15 kinds of document, and marks of a value nobody has filled in."""

import re

KINDS = (
    "决议",
    "决定",
    "命令",
    "公报",
    "公告",
    "通告",
    "意见",
    "通知",
    "通报",
    "报告",
    "请示",
    "批复",
    "议案",
    "函",
    "纪要",
    "令",
)
"""文种 (条例 art. 8); 命令 and 令 are one kind."""

_ORGAN_END = re.compile(
    "(?:委员会|人民政府|政府|办公厅|办公室|办事处|委|局|厅|部|会|院|处|室|办|中心|公司|大学|学院|学校|中学|小学|"
    "队|站|社|署|行|所|团|馆|校|庭|集团|领导小组|小组|专班|联|协|党组|支部|工会|妇联|县|市|区|镇|乡|街道)$"
)
_GENERIC = {
    "办公室",
    "办公厅",
    "委员会",
    "领导小组",
    "领导小组办公室",
    "指挥部",
    "指挥部办公室",
    "工作领导小组",
    "委员会办公室",
    "专班",
}
_BLANK = re.compile(r"[×✕□■＊*…_]|[XxＸ]{2,}|某某|此处|请输入|单击|\[[^\]]*\]|\{[^}]*\}|0000")
_SENTENCE = re.compile("[。；;！!？?，,：:]")
_TAIL = re.compile(r"[(（][^()（）]{1,20}[)）]$")
_QUOTED = re.compile("《[^《》]*》")


def is_organ(text: str) -> bool:
    """Whether a plain text can be the name of one organ: short, no sentence, an organ's ending."""
    return 3 <= len(text) <= 40 and not _SENTENCE.search(text) and bool(_ORGAN_END.search(text)) and not is_unfilled(text)


def is_generic(text: str) -> bool:
    """办公室 and the like alone: the second half of a name broken over two lines."""
    return text in _GENERIC


def is_unfilled(text: str) -> bool:
    """Placeholders of templates: ×××, □□, XX, [此处输入…]."""
    return bool(_BLANK.search(text))


def kind_of(title: str) -> str | None:
    """文种 by the end of a title; 试行, 征求意见稿 and such in brackets after it do not count."""
    bare = _TAIL.sub("", title)
    if bare.endswith("》") or not bare:
        return None
    found = next((kind for kind in KINDS if _QUOTED.sub("", bare).endswith(kind)), None)
    return "命令" if found == "令" else found
