"""What an opinion does (意见的办理含义): derived from its words by the field's customs, shown, and confirmed by the signer.

The words are stored verbatim; this proposal is kept apart from them. Nothing is guessed: a name that is no known recipient
is left out and told. Source: customary wording of leaders' opinions (阅处、阅办、研提意见、阅知、传阅 …).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True)
class Known:
    """Someone it may go to: a reference and the names people call it by."""

    ref: str
    name: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Sending:
    """One recipient as the words name it; role lead, assist or read."""

    to: str
    name: str
    role: str


@dataclass(frozen=True)
class Derived:
    """The proposed act; `unknown` are names no recipient answers to."""

    kind: str
    label: str
    dispatch: tuple[Sending, ...] = ()
    unknown: tuple[str, ...] = field(default=())


KINDS: Final = {
    "approve": "同意",
    "approve_in_principle": "原则同意",
    "recommend": "拟同意，请上级审定",
    "instruct": "交办",
    "read": "已阅",
    "hold": "暂缓",
    "file": "存查",
    "comment": "提出意见",
}
_DECISIONS: Final = (
    (re.compile(r"(缓办|暂缓|缓议)"), "hold"),
    (re.compile(r"^(存|存查|归档)[。.]?$"), "file"),
    (re.compile(r"拟同意"), "recommend"),
    (re.compile(r"原则(上)?同意"), "approve_in_principle"),
    (re.compile(r"不同意"), "comment"),
    (re.compile(r"(^|[^不未])同意"), "approve"),
    (re.compile(r"^(已阅|阅)([，,。.]|$)"), "read"),
)
_ASSIST: Final = re.compile(r"(配合|协助|协办|参与)")
_LEAD: Final = re.compile(r"(牵头|主办|负责|办理|落实|阅办|阅处|研究|研办|研提意见|处理|承办|抓好)")
_READ: Final = re.compile(r"(阅知|传阅|知悉|知照|阅)")
_CLAUSE: Final = re.compile(r"[，,。；;！!\n]+")
_ASKED: Final = re.compile(r"[请送由转](.{1,60})")


def derive(text: str, known: Sequence[Known]) -> Derived:
    """The act that an opinion proposes. Always an answer: words that decide nothing are a comment."""
    words = text.strip()
    sent, unknown = _recipients(words, known)
    kind = _kind(words, bool(sent))
    return Derived(kind, KINDS[kind], tuple(sent), tuple(unknown))


def _kind(words: str, sends: bool) -> str:
    for pattern, kind in _DECISIONS:
        if pattern.search(words):
            return kind
    return "instruct" if sends else "comment"


def _recipients(words: str, known: Sequence[Known]) -> tuple[list[Sending], list[str]]:
    sent: dict[str, Sending] = {}
    unknown: list[str] = []
    for clause in _CLAUSE.split(words):
        role, named = _role(clause), _named(clause, known)
        if role is None:
            continue
        for one in named:
            sent.setdefault(one.ref, Sending(one.ref, one.name, role))
        if not named and (asked := _ASKED.search(clause)):
            unknown.append(asked.group(1)[:20])
    return _one_lead(list(sent.values())), unknown


def _role(clause: str) -> str | None:
    if _ASSIST.search(clause):
        return "assist"
    if _LEAD.search(clause):
        return "lead"
    return "read" if _READ.search(clause) and _ASKED.search(clause) else None


def _named(clause: str, known: Sequence[Known]) -> list[Known]:
    """Known names in the clause in the order written; a longer name hides the shorter ones inside it."""
    found: list[tuple[int, int, Known]] = []
    names = sorted(((name, one) for one in known for name in one.names if len(name) > 1), key=lambda pair: -len(pair[0]))
    for name, one in names:
        at = clause.find(name)
        if at >= 0 and not any(start < at + len(name) and at < end for start, end, _ in found):
            found.append((at, at + len(name), one))
    ordered = [one for _, _, one in sorted(found, key=lambda item: item[0])]
    return list(dict.fromkeys(ordered))


def _one_lead(sent: list[Sending]) -> list[Sending]:
    """Several named for the work: the first leads, the others assist, unless the words say otherwise."""
    leads = [one for one in sent if one.role == "lead"]
    if len(leads) < 2:
        return sent
    return [Sending(one.to, one.name, "assist") if one in leads[1:] else one for one in sent]


def explain(derived: Derived) -> str:
    """One sentence that tells the signer what will happen."""
    parts = [f"意见记为“{derived.label}”"]
    for role, word in (("lead", "主办"), ("assist", "协办"), ("read", "传阅")):
        names = "、".join(one.name for one in derived.dispatch if one.role == role)
        if names:
            parts.append(f"送{names}{word}")
    if derived.kind == "recommend":
        parts.append("按拟办流程送下一位领导")
    if not derived.dispatch and derived.kind not in ("recommend",):
        parts.append("退回文书办理后续")
    if derived.unknown:
        parts.append(f"“{'”“'.join(derived.unknown)}”不在可送范围，请手工选择")
    return "将会：" + "；".join(parts) + "。"
