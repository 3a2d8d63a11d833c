"""Whom the words of an opinion name, and for what (意见点到谁): read clause by clause, and never guessed. Pure.

Known names are replaced by single signs first, so that 研究室 is not read as a verb. A clause is then cut at its verbs; what
stands before a verb is to whom it applies, if one is asked (请, 送, 由, 转 …) or named. Source: customary wording of leaders'
opinions (阅处、阅办、研提意见、阅知、传阅、审定 …).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from documents.incoming.opinions.masking import Known, Names, is_sign, place_in
from documents.incoming.opinions.nearest import nearest


@dataclass(frozen=True)
class Sending:
    """One recipient as the words name it; role lead, advise, assist, sign or read."""

    to: str
    name: str
    role: str


@dataclass
class Heard:
    """What was made of the words: whom they send to; names nobody answers to, or several do; whom they leave out.

    `parts`: for what each of those names was asked; `choices`: whom each may mean, for a person to choose from.
    """

    sent: dict[str, Sending] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    several: dict[str, tuple[str, ...]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    choices: dict[str, tuple[Sending, ...]] = field(default_factory=dict)


_CLAUSE: Final = re.compile(r"[，,。；;！!？?：:\n]+|而(?=由|请|交|转|送)")
_VERB: Final = re.compile(
    r"(?P<sign>阅示|阅批|阅定|批示|审示|审定|审批|审核|审阅|审签|核定|签批|签发|定夺|酌定|示复)"
    r"|(?P<advise>研提|提出?(?=[^、，。；]{0,6}(?:意见|建议)))"
    r"|(?P<assist>配合|协助|协办|参与|参加)"
    r"|(?P<lead>牵头|主办|负责|办理|落实|阅处|阅办|阅研|研究|研办|研处|处理|承办|抓好|酌处|督办|跟踪|核实|调查|整改|答复"
    r"|报(?=结果|告|送|情况)|反馈)"
    r"|(?P<read>阅知|传阅|阅悉|知悉|知照|知晓|周知|阅)"
)
# 请某办研究，提出意见 is one thing asked.
_STUDY: Final = re.compile(r"研究后?[，,、]?(?:并|后)?(?:及时|尽快|认真)?提出?[^，,。；;请]{0,6}(?:意见|建议)")
_ASK: Final = re.compile(
    r"(?<![申邀])请(?!示|求|假)|送(?!审|达)|(?<![事理缘])由(?!于)|(?<![好扭运流])转(?!发|办|交|变)|交(?!通|流|办|由|转)"
    r"|(?<![汇通情日周月])报(?!告|道|名)|呈"
)
_NOT: Final = re.compile(
    r"不同意|不[需用必要再宜得由请送交转是]要?|[无毋][需须]|未[请送交]|暂不|勿|(?<![避难以未])免(?![疫费税除])|不$"
)
_AND: Final = re.compile(r"[、/]|(?<=[\ue000-\uf8ff])(?:同志)?(?:以及|会同|和|与|及|并|跟|同(?!志))|(?<=同志)(?:和|与|及|并)")
# What says how and when, around a name: it names nobody.
_AROUND: Final = (
    r"抓紧|尽快|尽早|立即|马上|即刻|迅速|及时|从速|认真|切实|妥善|密切|积极|严格|全力|共同|一并|分别|具体|统一|先行|同时|继续|组织"
    r"|依法|依规|按规定|按程序|按职责|务必|酌情|再|先|后|并|要|也|均|即|都|可|做好"
    r"|[于在]?[\d一二三四五六七八九十两今明本当下周月年日天时点早午晚底末班个工作]+(?:之?[前内]|底|起)"
)
_TRIM: Final = re.compile(rf"^(?:{_AROUND})+|(?:{_AROUND})+$")
_OUR: Final = re.compile(r"^(?:[我本][镇乡县市区局办村单位]+|分管的?|原|现|再|并|另|同时|可|应|拟|还|也|均|各|后)*$")
_AFTER: Final = re.compile(r"^(?:同志|等|有关|单位|部门|科室|负责同志|主要负责同志|主要负责人|负责人|的)+")
_ABOUT: Final = re.compile(r"^(?:按|根据|依|参照|对|结合|就|将|把|在|于|为|以|做|围绕|针对|会议|确保|加强|开展|完善|安排|制定)")
# After a request these name somebody without another one: 请甲牵头，乙配合.
_ALONE: Final = frozenset(("配合", "协助", "协办", "参与", "牵头", "主办", "承办"))
_HINT: Final = 20
_COMPARED: Final = 8
_NO_NAME: Final = 4


def heard(words: str, known: Sequence[Known]) -> Heard:
    """Whom the words send to and for what; the first that is to lead leads, the other leads assist."""
    found, names, waiting, asked = Heard(), Names(known), "", False
    for clause in _CLAUSE.split(_STUDY.sub("研提意见", words)):
        masked = names.mask(clause)
        if waiting and _ASK.search(masked) and place_in(masked) is not None:
            waiting = _unplaced(found, names, waiting)
        asked = asked or _ASK.search(masked) is not None
        if _VERB.search(masked):
            _hear(found, names, waiting + masked, asked)
            waiting = ""
        else:
            waiting += _waiting(found, names, masked)
    _unplaced(found, names, waiting)
    found.sent = _one_lead(found.sent)
    found.choices = _choices(found, names, known)
    return found


def _choices(found: Heard, names: Names, known: Sequence[Known]) -> dict[str, tuple[Sending, ...]]:
    """All who are called so, or else those whose names come near it: this is asked for the first strangers only, for each is
    held against every name there is, while the house waits."""
    called = {said: list(names.meant.get(said, {}).values()) for said in dict.fromkeys((*found.unknown, *found.several))}
    strangers = [said for said, those in called.items() if not those]
    called |= {said: nearest(said, known) for said in strangers[:_COMPARED]}
    return {said: _meant(found.parts.get(said, "lead"), those) for said, those in called.items()}


def _meant(role: str, those: Sequence[Known]) -> tuple[Sending, ...]:
    return tuple(Sending(one.ref, one.name, _fitting(role, one.ref)) for one in those)


def _unplaced(found: Heard, names: Names, waiting: str) -> str:
    """Names that no verb came for are told."""
    found.unknown += [names.said(sign) for sign in waiting if is_sign(sign)]
    return ""


def names_anybody(words: str) -> bool:
    """Whether the words ask for anything of anybody, so that names are worth looking up."""
    return _VERB.search(words) is not None or _ASK.search(words) is not None


def _waiting(found: Heard, names: Names, masked: str) -> str:
    """Names that wait for their verb in the next clause: 农业农村办：请抓紧办理; 请甲、乙，丙办理; 请甲不得推诿，抓紧办理."""
    items = [_trimmed(item) for item in _AND.split(_ASK.split(masked)[-1])]
    named = [item for item in items if is_sign(item[:1])]
    if _is_negated(masked):
        return _leave_out(found, names, named)
    asked, pure = _ASK.search(masked) is not None, all(not _AFTER.sub("", item[1:]) for item in named)
    return "".join(f"{item[0]}、" for item in named) if asked or (pure and len(named) == len(items)) else ""


def _leave_out(found: Heard, names: Names, items: Sequence[str]) -> str:
    for item in items:
        _name(found, names, names.of(item[0]), "", negated=True)
    return ""


def _trimmed(item: str) -> str:
    return _TRIM.sub("", item.strip())


def _hear(found: Heard, names: Names, masked: str, asked: bool) -> None:
    start = 0
    for verb in _VERB.finditer(masked):
        before, start = masked[start : verb.start()], verb.end()
        *earlier, told = _ASK.split(before)
        certain = bool(earlier) or (asked and _is_alone(masked, verb)) or place_in(told) is not None
        vocative = [item for said in earlier for item in _AND.split(said) if item and is_sign(item[0])]
        for item in (*vocative, *_AND.split(told)):
            _take(found, names, item, str(verb.lastgroup), negated=_is_negated(before), certain=certain)


def _is_alone(masked: str, verb: re.Match[str]) -> bool:
    return verb.group() in _ALONE and verb.end() == len(masked) and verb.start() <= _HINT


def _is_negated(before: str) -> bool:
    """不需农业农村办办理, 农业农村办无需办理; but not 农业农村办不得推诿，抓紧办理."""
    said, named = _NOT.search(before), place_in(before)
    return said is not None and (named is None or said.start() < named or said.end() == len(before))


def _take(found: Heard, names: Names, item: str, role: str, *, negated: bool, certain: bool) -> None:
    """One of those named before a verb: sent to if a known name is all of it, told if it is not."""
    item = _trimmed(_NOT.sub("", item) if negated else item)
    place = place_in(item)
    if place is not None and _OUR.match(item[:place]) and not _is_longer(_AFTER.sub("", item[place + 1 :])):
        _name(found, names, names.of(item[place]), role, negated=negated)
    elif certain and not negated and len(item) > 1 and not _ABOUT.match(item):
        said = names.said(item)[:_HINT]
        found.unknown.append(said)
        found.parts.setdefault(said, role)


def _is_longer(rest: str) -> bool:
    """Whether a name goes on after the known part of it (张三丰): short, and no circumstance."""
    return 0 < len(rest) <= _NO_NAME and not _ABOUT.match(rest)


def _name(found: Heard, names: Names, name: str, role: str, *, negated: bool) -> None:
    meant = names.meant[name]
    if negated:
        found.left_out |= {ref: one.name for ref, one in meant.items()}
    elif len(meant) > 1:
        found.several[name] = tuple(one.name for one in meant.values())
        found.parts.setdefault(name, role)
    else:
        [one] = meant.values()
        found.sent.setdefault(one.ref, Sending(one.ref, one.name, _fitting(role, one.ref)))


def _fitting(role: str, ref: str) -> str:
    """Only people and posts decide; a section that is to 审核 works on it. Another unit answers by its formal reply (答复)."""
    inside = ("unit:", "group:") if role == "advise" else ("section:", "unit:")
    return "lead" if role in ("sign", "advise") and ref.startswith(inside) else role


def _one_lead(sent: dict[str, Sending]) -> dict[str, Sending]:
    """Several named for the work: the first leads, the others assist, unless the words say otherwise."""
    leads = [ref for ref, one in sent.items() if one.role == "lead"]
    return sent | {ref: Sending(ref, sent[ref].name, "assist") for ref in leads[1:]}
