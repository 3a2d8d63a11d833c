"""What msgspec found wrong, said in Chinese: the field and what is expected there."""

import re
from collections.abc import Callable

#: The pattern of a text that says something (office.kernel.text) was not met.
BLANK = "不能只有空格或看不见的字符"
#: The same where the text must stand on one line.
ONE_LINE = f"{BLANK}，也不能换行或含改变文字方向的字符"
#: So much of a value that was sent is repeated.
SHOWN = 40
_TYPES = {
    "str": "文字", "int": "整数", "float": "数字", "bool": "true 或 false", "array": "列表", "object": "对象", "null": "空",
    "uuid": "编号（UUID）", "datetime": "时间", "date": "日期", "time": "时刻", "duration": "时长", "decimal": "数字",
    "bytes": "Base64 文字",
}  # fmt: skip
Wording = Callable[[re.Match[str]], tuple[str, str]]


_PLACE = re.compile(r" - at (?:`key` in )?`\$(.*)`$", re.DOTALL)


def _kinds(text: str) -> str:
    return "或".join(_TYPES.get(kind.strip(" `"), "别的内容") for kind in text.split("|"))


def _length(found: re.Match[str]) -> tuple[str, str]:
    unit = {"array": "项", "object": "项", "bytes": "字节"}.get(found[1], "个字")
    return "", {">=": f"至少 {found[3]} {unit}", "<=": f"至多 {found[3]} {unit}", "==": f"须正好 {found[3]} {unit}"}[found[2]]


def _bound(found: re.Match[str]) -> tuple[str, str]:
    return "", {">=": "不能小于", "<=": "不能大于", ">": "须大于", "<": "须小于"}[found[1]] + f" {found[2]}"


def _cut(text: str) -> str:
    """A value as it came, for a sentence: its beginning."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _type(found: re.Match[str]) -> tuple[str, str]:
    return "", f"应为{_kinds(found[1])}，收到的是{_kinds(found[2])}"


_WORDINGS: tuple[tuple[re.Pattern[str], Wording], ...] = (
    (re.compile(r"Object missing required field `(.+)`"), lambda found: (found[1], "必须填写")),
    (re.compile(r"Object contains unknown field `(.+)`", re.DOTALL), lambda found: (_cut(found[1]), "不是这里的字段")),
    (re.compile(r"Expected `(\w+)` of length (>=|<=|==) (\d+)"), _length),
    (re.compile(r"Expected `\w+` (>=|<=|>|<) (\S+)"), _bound),
    (re.compile(r"Expected `str` matching regex .*u2066-.*", re.DOTALL), lambda _: ("", ONE_LINE)),
    (re.compile(r"Expected `str` matching regex .*u200b.*", re.DOTALL), lambda _: ("", BLANK)),
    (re.compile(r"Expected `str` matching regex .+", re.DOTALL), lambda _: ("", "格式不对")),
    (re.compile(r"Expected `\w+` that's a multiple of (\S+)"), lambda found: ("", f"须是 {found[1]} 的倍数")),
    (re.compile(r"Expected `\w+` with a timezone component"), lambda _: ("", "时间要带时区，如 2026-03-02T09:00:00+08:00")),
    (re.compile(r"Expected `\w+` with no timezone component"), lambda _: ("", "时间不能带时区")),
    (re.compile(r"Expected `(.+?)`, got `(.+?)`(?: of.*)?"), _type),
    (re.compile(r"Expected `array` of (?:at (?:least|most) )?length .+"), lambda _: ("", "项数不对")),
    (re.compile(r"Invalid base64 encoded string"), lambda _: ("", "不是有效的 Base64 文字")),
    (re.compile(r"Invalid (?:enum )?value (.+)", re.DOTALL), lambda found: ("", f"不能是 {_cut(found[1])}")),
    (re.compile(r"Invalid UUID"), lambda _: ("", "不是有效的编号（UUID）")),
    (re.compile(r"Invalid RFC3339 encoded (\w+)|Invalid ISO8601.*"), lambda _: ("", "不是有效的时间或日期（RFC 3339）")),
    (re.compile(r"(?:Integer value|Number|Timestamp|Duration)(?: is)? out of range"), lambda _: ("", "数值超出范围")),
    (re.compile(r"Input data was truncated|JSON is malformed.*|Invalid JSON.*"), lambda _: ("", "不是有效的 JSON")),
)


def said(error: str) -> tuple[str, str]:
    """(field, reason) of a validation error's text; the field as "lines[0].text", "" for the whole."""
    found = _PLACE.search(error)
    what, place = (error[: found.start()], found[1]) if found else (error, "")
    above = place.lstrip(".").replace("[...]", "[]")
    for pattern, wording in _WORDINGS:
        if matched := pattern.fullmatch(what):
            name, reason = wording(matched)
            return ".".join(part for part in (above, name) if part), reason
    return above, "内容不符合要求"
