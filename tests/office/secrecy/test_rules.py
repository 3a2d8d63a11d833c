"""What bears a mark and what only speaks of one: tables of both, and marks in every way of writing them."""

import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from office.secrecy.rules import head_of, hints_of_head, of_barcode, of_facts, of_head, of_name, of_page, of_words, says_nothing
from office.secrecy.shapes import Hint, PageWords, Rule, Run

MARK, TERM, HEAD, COPY_NO, LABEL, TELEGRAM = Rule.MARK, Rule.TERM, Rule.HEAD, Rule.COPY_NO, Rule.LABEL, Rule.TELEGRAM


def page(text: str, first: bool = True) -> set[Rule]:
    """The rules for a page known by its text alone."""
    return of_page(PageWords(text, (), head_of(text.split("\n"))), first)


MARKED = [
    ("机密★1年", {MARK, TERM, HEAD}),
    ("秘密★", {MARK, HEAD}),
    ("绝密☆", {MARK, HEAD}),
    ("机密*", {MARK}),
    ("000123\n机密★10年\n特急\n青岚县人民政府文件", {MARK, TERM, HEAD, COPY_NO}),
    ("000123    机密    特急\n青岚县人民政府文件", {HEAD, COPY_NO}),
    ("000123\n机密\n青岚县人民政府文件", {HEAD, COPY_NO}),
    ("机密\n青岚县人民政府文件", {HEAD}),
    ("【秘密】\n青岚县人民政府办公室", {HEAD}),
    ("机密特急\n青岚县人民政府文件", {HEAD}),
    ("秘密 10年\n青岚县人民政府文件", {HEAD}),
    ("正文见附件\n★长期", {TERM}),
    ("★3个月", {TERM}),
    ("绝密★三十年", {MARK, TERM, HEAD}),
    ("密级：秘密   紧急程度：特急", {LABEL}),
    ("密级:机密", {LABEL}),
    ("密级和保密期限：机密★1年", {MARK, TERM, LABEL}),
    ("密级 ☑机密", {LABEL}),
    ("密码电报\n中共青岚县委办公室", {TELEGRAM}),
    ("中共青岚县委办公室密码电报", {TELEGRAM}),
    ("機密★1年", {MARK, TERM, HEAD}),
]
CLEAN = [
    "关于做好防汛工作的紧急通知\n各乡镇人民政府：",
    "中华人民共和国保守国家秘密法\n国家秘密的密级分为绝密、机密、秘密三级。",
    "保密期限，除另有规定外，绝密级不超过三十年，机密级不超过二十年，秘密级不超过十年。",
    "机密级计算机不得连接互联网。",
    "投标人应当保守商业秘密★",
    "保守商业秘密\n★3年免费质保",
    "★3年免费质保期",
    "★★★ 5年",
    "国家秘密* 定义见附则",
    "本文所称工作秘密，是指",
    "密级：无",
    "密级：",
    "密级：公开",
    "密级：绝密、机密、秘密",
    "密级 绝密□ 机密□ 秘密□",
    "绝密    机密    秘密\n定密审批表",
    "关于加强密码电报管理的通知",
    "密码电报使用管理规定",
    "内部明电\n青岚县人民政府",
    "内部资料  注意保存",
    "不予公开",
    "**机密**",
    "份号 000123\n青岚县人民政府文件",
    "公开的秘密\n一部小说",
    "机密文件管理办法",
]


@pytest.mark.parametrize("text, rules", MARKED)
def test_what_bears_a_mark(text: str, rules: set[Rule]) -> None:
    assert page(text) == rules


@pytest.mark.parametrize("text", CLEAN)
def test_what_only_speaks_of_one(text: str) -> None:
    assert page(text) == set()
    assert of_words(text) == set()


def test_a_degree_alone_counts_in_the_head_of_the_first_page_only() -> None:
    assert page("机密\n下文", first=False) == set()
    assert page("机密★1年\n下文", first=False) == {MARK, TERM}
    assert page("\n".join([*["正文"] * 12, "机密"])) == set()


def test_an_open_telegram_is_told_and_not_stopped() -> None:
    assert hints_of_head(head_of(["内部明电", "青岚县人民政府"])) == {Hint.OPEN_TELEGRAM}
    assert hints_of_head(head_of(["关于规范内部明电的通知"])) == set()


NAMED = ["机密★1年关于防汛.pdf", "【机密】关于防汛.pdf", "关于防汛（秘密）.pdf", "绝密.pdf",
         "秘密-关于防汛.docx", "机密文件.pdf",
         "关于防汛_机密.ofd", "机密 10年 关于防汛.pdf", "密码电报.pdf", "机 密.pdf", "（机密件）名单.pdf"]  # fmt: skip
UNNAMED = ["关于防汛的通知.pdf", "机密文件管理办法.pdf", "商业秘密保护规定.pdf", "保守国家秘密法.pdf",
           "2026秘密花园.pdf", "IMG_0001.JPG",
           "密码电报管理规定.pdf", "定密工作手册.pdf"]  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
def test_names_that_say_it(name: str) -> None:
    assert of_name(name) & {Rule.NAME, MARK}


@pytest.mark.parametrize("name", UNNAMED)
def test_names_that_do_not(name: str) -> None:
    assert of_name(name) == set()


@pytest.mark.parametrize(
    "name, value, stops",
    [
        ("密级", "机密", True), ("密级和保密期限", "秘密★10年", True), ("gw:密级", "绝密", True), ("SecurityLevel", "2", True),
        ("secrecy_grade", "秘密", True), ("保密期限", "10年", True),
        ("Title", "机密★1年 通知", True), ("Keywords", "防汛 机密", True),
        ("密级", "无", False), ("密级", "", False), ("密级", " 公开 ", False), ("密级", "内部", False),
        ("密级", "非涉密", False),
        ("保密期限", "", False), ("保密期限", "无", False), ("Title", "保守国家秘密法宣传", False), ("Security", "none", False),
        ("Producer", "密级管理系统", False),
    ],
)  # fmt: skip
def test_what_a_file_says_of_itself(name: str, value: str, stops: bool) -> None:
    assert of_facts([(name, value)]) == ({Rule.METADATA} if stops else set())


def code(degree: str, more: str = "^^|") -> str:
    about = "GB0626-2005^0001^青岚县政府办^通知^青政办发〔2026〕47号^各乡镇^关于防汛的通知"
    return f"{about}^{degree}^特急^20260706^县团级^青岚^20260706{more}"


@pytest.mark.parametrize(
    "payload, stops",
    [
        (code("机密"), True), (code("秘密★1年"), True), (code("机密", "^|"), True), (code("1"), True),
        (code(""), False), (code("无"), False), (code("无", "^|"), False), (code(" 公开 "), False),
        ("GB0626-2005^0001^青岚县政府办^机密", True), ("https://example.invalid/1", False), ("机密★1年", True), ("", False),
        ("^^^^^^^^", False),
    ],
)  # fmt: skip
def test_the_printed_code(payload: str, stops: bool) -> None:
    assert of_barcode(payload) == ({Rule.BARCODE} if stops else set())


def test_the_field_of_a_push_says_nothing_in_these_words() -> None:
    assert all(says_nothing(word) for word in ("", " ", "无", "　无　", "公开", "非密", "NONE"))
    assert not any(says_nothing(word) for word in ("秘密", "机密★1年", "A", "有"))


BLANKS = st.text(alphabet=" \t\u3000\u00a0\u200b\u2002\ufeff", max_size=3)
DEGREES, STARS, PERIODS = ["绝密", "机密", "秘密"], "★☆✩⭐", ["1年", "10年", "长期", "6个月", "二十年"]
WIDE = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}


@st.composite
def written(draw: st.DrawFn) -> str:
    """A mark, its characters set apart by blanks or on lines of their own, half or full width."""
    mark = draw(st.sampled_from(DEGREES)) + draw(st.sampled_from(STARS)) + draw(st.sampled_from(PERIODS))
    mark = "".join(WIDE.get(char, char) for char in mark) if draw(st.booleans()) else mark
    way = draw(st.sampled_from(["spaced", "upright", "split"]))
    if way == "upright":
        return "\n".join(mark)
    if way == "split":
        at = draw(st.integers(1, len(mark) - 1))
        return mark[:at] + draw(st.sampled_from(["\n", "\r\n", "\u2028", " \n "])) + mark[at:]
    return "".join(char + draw(BLANKS) for char in mark)


@given(written(), st.sampled_from(["", "000123\n", "份号：000123\n"]), st.sampled_from(["", "\n特急", "\n青岚县人民政府文件"]))
@settings(max_examples=60)
def test_a_mark_is_found_however_it_is_written(mark: str, before: str, after: str) -> None:
    assert MARK in page(before + mark + after)
    assert MARK in page(before + mark + after, first=False)


def _over(one: Run, other: Run) -> bool:
    """Whether a character would be printed upon another line's words; nobody does."""
    within = other.left - 0.05 <= one.left <= other.left + 0.05 * len(other.text)
    return within and abs(one.top - other.top) < 0.03


@given(st.sampled_from(DEGREES), BLANKS, st.floats(0, 0.4), st.floats(0, 0.9), st.booleans())
@settings(max_examples=40)
def test_a_degree_alone_is_found_set_wide_or_upright(degree: str, gap: str, top: float, left: float, upright: bool) -> None:
    whole = [Run(gap.join(degree), left, top)]
    apart = [
        Run(char, left if upright else left + 0.05 * n, top + 0.02 * n if upright else top) for n, char in enumerate(degree)
    ]
    others = [Run("青岚县人民政府文件", 0.2, 0.3), Run("青政发〔2026〕1号", 0.4, 0.35)]
    assume(not any(_over(one, other) for one in apart for other in others))
    assert of_head([*whole, *others]) == of_head([*others, *whole]) == {HEAD}
    assert of_head([*apart, *others]) == {HEAD}


@given(st.text(alphabet="关于做好防汛工作的通知各乡镇人民政府国家秘密商业秘密保守机关密切★0123456789年，。\n", max_size=200))
@settings(max_examples=60)
def test_rules_never_fail_and_a_sentence_is_no_mark(text: str) -> None:
    found = page(text, first=False)
    assert found <= {MARK, TERM, LABEL}
    if "★" not in text:
        assert found == set()


@pytest.mark.proof
def test_thousands_of_ways_of_writing() -> None:
    chance = random.Random(20261130)
    for _ in range(20_000):
        mark = chance.choice(DEGREES) + chance.choice(STARS) + chance.choice(PERIODS)
        blanks = ["", "", " ", "\u3000", "\n", "\t", "\u200b"]
        assert MARK in page("".join(char + chance.choice(blanks) for char in mark) + "\n青岚县人民政府文件"), mark
