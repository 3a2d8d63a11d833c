"""What stops a file, as pure functions over words: no file, no database, no clock.

The patterns are those of the field (GB/T 9704-2012, 7.2: 密级★保密期限 at the upper left of page 1, under the 份号). Where they
would stop every paper *about* secrets they ask for the mark's own form: a word in a sentence is no mark.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from office.secrecy.folding import folded, lines_of, tight
from office.secrecy.shapes import Hint, PageWords, Rule, Run

DEGREE = "(?:绝密|机密|秘密)"
#: 秘密 and 机密 of these are none of the state's, or the name of the thing itself: 商业秘密, 国家秘密.
_OF = "".join(f"(?<!{owner})" for owner in ("国家", "工作", "商业", "个人", "企业", "技术", "军事", "公司", "客户", "他人"))
_YEARS = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})(?:年|个月)"
_PERIOD = rf"(?:{_YEARS}|长期|永久)"
_MARK = re.compile(rf"{_OF}{DEGREE}[级件]?(?:★|\*(?!\*))")
_WHOLE_MARK = re.compile(rf"{_OF}{DEGREE}[级件]?★{_PERIOD}")
#: Not where a sentence goes on, as a clause marked with a star does in a tender: ★3年免费质保.
_TERM = re.compile(rf"(?<!★)★{_PERIOD}(?:前|内)?(?![\u4e00-\u9fff])")
_TERM_BEFORE_URGENCY = re.compile(rf"★{_PERIOD}(?:特急|加急|特提|平急|急件)")
_URGENCY = "(?:特急|加急|特提|平急|急件)"
_NEXT_FIELD = rf"(?:紧急|缓急|份号|份数|保密期限|期限|文号|发文|编号|签发|页数|{_URGENCY})"
_LABEL = re.compile(rf"密级(?:和保密期限|程度|等级)?[:：]?(?<=[:：级限度]){DEGREE}[级件]?(?=$|[★*\d(（)）\]】|]|{_NEXT_FIELD})")
_TICKED = re.compile(rf"密级.{{0,12}}[☑√✓✔■☒]{DEGREE}")
_ALONE = re.compile(rf"[\[【(〔《]?({DEGREE})[级件]?(?:★.{{0,12}}|{_PERIOD}|{_URGENCY})?[\]】)〕》]?")
_COPY_NO = re.compile(r"(?:份号:?|No\.?|№)?\d{5,7}")
_COPY_AND_DEGREE = re.compile(rf"\d{{5,7}}({DEGREE})[级件]?(?=$|[★*\d]|{_URGENCY})")
_TELEGRAM = re.compile(r"[\u4e00-\u9fff()]{0,20}密码电报(?:第?[\d〔〕()]{1,12}号?)?")
_ABOUT = re.compile("关于|管理|规定|办法|制度|培训|知识|学习|使用|通知")
_SEPARATORS = re.compile(r"[\s\-_—–·.,，、+()（）\[\]【】〔〕《》<>「」『』:：|/\\]+")
_SPACED = re.compile(r"(?<=[绝机秘])\s+(?=密)")
_ALONE_IN_NAME = re.compile(rf"{DEGREE}[级件]?(?:{_PERIOD}|文件|资料|材料|公文)?|{DEGREE}[级件]?[★*].*|密码电报")
_NOTHING = frozenset({
    "", "无", "无密级", "没有", "非密", "非涉密", "不涉密", "未定密", "公开", "主动公开", "依申请公开", "不予公开", "内部",
    "内部公开", "普通", "一般", "工作秘密", "商业秘密", "-", "—", "/", "0", "none", "null", "no", "false", "unclassified",
    "public", "internal",
})  # fmt: skip
_FIELD = re.compile(
    r"(?:(?:文件|公文|国家)?(?:密级|秘级|涉密等级)(?:和保密期限|程度|等级|标识|标志)?|secur(?:ity|itylevel|itygrade|itygrading|ityclass"
    r"|ityclassification)|secre(?:t|cy)(?:level|grade|class)?|class(?:ification|ified)|mj|miji)"
)
_PERIOD_FIELD = re.compile(r"保密期限|secur(?:ity)?period|secrecyperiod|secretperiod")
BARCODE = "GB0626"
_BARCODE_DEGREE = 7
_WIDE = re.compile(r"\t+|[ \u3000]{3,}")
#: A run of words this short may be a piece of a mark that was broken over lines, or stands upright.
_PIECE = 8
#: Short lines, as the figures of a table, may go on for pages.
_PIECES = 12


def of_page(words: PageWords, first: bool) -> set[Rule]:
    """The rules that a page's words break; `first`: the file's first page, whose head is looked at too."""
    lines = [*itertools.chain.from_iterable(lines_of(line) for line in words.lines), *lines_of(words.text)]
    found = set(_of_lines([*lines, *_joined(lines)]))
    if _WHOLE_MARK.search("".join(lines_of(words.text))):
        found.add(Rule.MARK)
    return found | of_head(words.head) if first else found


def _of_lines(lines: Iterable[str]) -> Iterator[Rule]:
    for line in lines:
        if "★" not in line and "密" not in line and "*" not in line:
            continue
        if _MARK.search(line):
            yield Rule.MARK
        if _TERM.search(line) or _TERM_BEFORE_URGENCY.search(line):
            yield Rule.TERM
        if _LABEL.search(line) or _TICKED.search(line):
            yield Rule.LABEL


def _joined(lines: Sequence[str]) -> Iterator[str]:
    """Runs of short lines as one: a mark broken over lines, or written from top to bottom."""
    for short, run in itertools.groupby(lines, lambda line: len(line) <= _PIECE):
        pieces = list(run) if short else []
        for start in range(0, max(1, len(pieces) - 1)):
            if len(pieces) > 1:
                yield "".join(pieces[start : start + _PIECES])


def of_head(head: Sequence[Run]) -> set[Rule]:
    """The rules of the head of page 1. Where several degrees stand alone, they are the choices of a form, not a mark."""
    words = [tight(one) for one in _pieces(head)]
    alone = {found[1] for word in words if (found := _ALONE.fullmatch(word))}
    beside = {found[1] for word in words if (found := _COPY_AND_DEGREE.match(word))}
    rules = set[Rule]()
    if len(alone) == 1:
        rules.add(Rule.HEAD)
    if beside or (len(alone) == 1 and any(_COPY_NO.fullmatch(word) for word in words)):
        rules.add(Rule.COPY_NO)
    if any(_TELEGRAM.fullmatch(word) and not _ABOUT.search(word) for word in words):
        rules.add(Rule.TELEGRAM)
    return rules


def hints_of_head(head: Sequence[Run]) -> set[Hint]:
    """内部明电 is not classified; whoever handles it is told what it is."""
    words = [tight(one) for one in _pieces(head)]
    return {Hint.OPEN_TELEGRAM} if any("内部明电" in word and not _ABOUT.search(word) for word in words) else set()


def _pieces(head: Sequence[Run]) -> Iterator[str]:
    """Each run; letter-spaced ones joined along their line; single characters below one another joined downwards."""
    yield from (run.text for run in head)
    rows = sorted(head, key=lambda run: (round(run.top, 2), run.left))
    columns = sorted(head, key=lambda run: (round(run.left, 2), run.top))
    for ordered, beside in ((rows, lambda run: round(run.top, 2)), (columns, lambda run: round(run.left, 2))):
        for _, line in itertools.groupby(ordered, beside):
            for single, group in itertools.groupby(line, lambda run: len(tight(run.text)) <= 2):
                joined = "".join(run.text for run in group)
                if single and len(joined) > 1:
                    yield joined


def head_of(lines: Sequence[str], most: int = 12) -> tuple[Run, ...]:
    """The head of a text that has no places: its first lines, cut at wide gaps."""
    first = [line for line in lines if line.strip()][:most]
    pieces = ((row, enumerate(_WIDE.split(line.strip()))) for row, line in enumerate(first))
    return tuple(Run(piece, place / 10, row / 100) for row, line in pieces for place, piece in line)


def of_name(name: str) -> set[Rule]:
    """The rules that a file's name breaks, or a title: a degree that stands alone in it, or a mark."""
    line = tight(name)
    found = set(_of_lines([line]))
    parts = [part for part in _SEPARATORS.split(_SPACED.sub("", folded(name))) if part]
    if any(_ALONE_IN_NAME.fullmatch(part) for part in parts):
        found.add(Rule.NAME)
    return found


def of_words(text: str) -> set[Rule]:
    """The rules that free text breaks: a title, a remark, an opinion."""
    lines = lines_of(text)
    return set(_of_lines([*lines, *_joined(lines)]))


def of_facts(facts: Iterable[tuple[str, str]]) -> set[Rule]:
    """The rules that a file's own metadata breaks: names and values."""
    return {Rule.METADATA} if any(_fact_stops(_key(name), value) for name, value in facts) else set()


def _fact_stops(field: str, value: str) -> bool:
    if _FIELD.fullmatch(field) and not says_nothing(value):
        return True
    return bool((_PERIOD_FIELD.fullmatch(field) and re.fullmatch(_PERIOD, tight(value))) or of_name(value))


def says_nothing(value: str) -> bool:
    """Whether a field of 密级 says that there is none."""
    return tight(value).casefold() in _NOTHING


def _key(name: str) -> str:
    return re.sub(r"[^\w]|_", "", tight(name).rpartition(":")[2]).casefold()


def of_barcode(payload: str) -> set[Rule]:
    """The rules that a printed code (机关公文二维条码, PDF417) breaks: fields between carets, the eighth the 密级.

    Layout: GB0626-2005^条码编号^发文机关^文种^发文字号^主送^标题^密级^紧急程度^…^|. Other codes are read as words.
    """
    fields = folded(payload).strip().removesuffix("|").split("^")
    if fields[0].strip().upper().startswith(BARCODE) and len(fields) > _BARCODE_DEGREE:
        return set() if says_nothing(fields[_BARCODE_DEGREE]) else {Rule.BARCODE}
    alone = any(re.fullmatch(rf"{DEGREE}[级件]?(?:★.*|{_PERIOD})?", tight(field)) for field in fields)
    return {Rule.BARCODE} if alone or of_words(payload) else set()
