"""What an opinion does (意见的办理含义): derived from its words by the field's customs, shown, and confirmed by the signer.

The words are stored verbatim; this proposal is kept apart from them. Nothing is guessed: a name that is no known recipient, or
that several answer to, is left out and told. Source: customary wording of leaders' opinions. The phone's own reading without a
line (web/src/phone/derive.ts) says the same or nothing: both are tested on tests/documents/opinions.json.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from documents.incoming.opinions.masking import Known
from documents.incoming.opinions.naming import Sending, heard


@dataclass(frozen=True)
class Derived:
    """The proposed act. `unknown` are names no recipient answers to, `several` those that more than one does; `left_out` are
    whom the words exclude, by reference; `later` whom they would send to once a superior has decided; `gone` who is no longer
    there; `choices` whom each of the names that were not understood may mean."""

    kind: str
    label: str
    dispatch: tuple[Sending, ...] = ()
    unknown: tuple[str, ...] = ()
    several: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    later: tuple[Sending, ...] = ()
    gone: tuple[str, ...] = ()
    choices: Mapping[str, tuple[Sending, ...]] = field(default_factory=dict)


KINDS: Final = {
    "approve": "同意",
    "approve_in_principle": "原则同意",
    "recommend": "拟同意，请上级审定",
    "submit": "呈请审定",
    "instruct": "交办",
    "read": "已阅",
    "hold": "暂缓",
    "file": "存查",
    "comment": "提出意见",
}
_DECISIONS: Final = (
    (re.compile(r"(缓办|暂缓|缓议)"), "hold"),
    (re.compile(r"^(存|存查|存档|归档)[。.]?$"), "file"),
    (re.compile(r"拟同意|拟请"), "recommend"),
    (re.compile(r"不同意|未同意"), "comment"),
    (re.compile(r"原则(上)?同意"), "approve_in_principle"),
    (re.compile(r"同意|^(批准|可行)"), "approve"),
    (re.compile(r"^(已阅|圈阅|阅|阅知|知悉|已知悉)([，,。.；;]|$)"), "read"),
)
_WORDS_FOR: Final = {"lead": "主办", "advise": "研提意见", "assist": "协办", "sign": "批示", "read": "阅知"}


def derive(text: str, known: Sequence[Known]) -> Derived:
    """The act that an opinion proposes. Always an answer: words that decide nothing are a comment."""
    words = text.strip()
    found = heard(words, known)
    sent = list(found.sent.values())
    kind = _kind(words, sent)
    now = [one for one in sent if one.role == "sign"] if kind == "recommend" else sent
    return Derived(
        kind, KINDS[kind], tuple(now), tuple(dict.fromkeys(found.unknown)), found.several, found.left_out,
        tuple(one for one in sent if one not in now), choices=found.choices,
    )  # fmt: skip


def _kind(words: str, sent: Sequence[Sending]) -> str:
    for pattern, kind in _DECISIONS:
        if pattern.search(words) and not (kind == "read" and sent):
            return kind
    if sent and all(one.role in ("sign", "read") for one in sent) and any(one.role == "sign" for one in sent):
        return "submit"
    return "instruct" if sent else "comment"


def explain(derived: Derived, then: str = "") -> str:
    """One sentence that tells the signer what will happen; `then` is what the flow does next."""
    parts = [f"意见记为“{derived.label}”"]
    for role, word in _WORDS_FOR.items():
        if names := _listed(one.name for one in derived.dispatch if one.role == role):
            parts.append(f"送{names}{word}")
    if derived.later:
        parts.append(f"审定后再送{_listed(one.name for one in derived.later)}")
    if then:
        parts.append(f"之后{then}" if derived.dispatch else then)
    return "将会：" + "；".join([*parts, *_left_out(derived)]) + "。"


def not_understood(derived: Derived) -> Iterator[tuple[str, str]]:
    """Each name that was not understood, with what is told of it. It is sent to nobody until somebody is chosen."""
    for said in derived.unknown:
        yield said, f"没有认出“{said}”"
    for said in derived.several:
        yield said, f"“{said}”不止一个，请选"


def _left_out(derived: Derived) -> Iterator[str]:
    """Who is left out on purpose, or is gone."""
    sent = {one.to for one in derived.dispatch}
    if names := _listed(name for ref, name in derived.left_out.items() if ref not in sent):
        yield f"不送{names}"
    if derived.gone:
        yield f"{_listed(derived.gone)}已撤销或离任，不送"


def _listed(names: Iterable[str]) -> str:
    return "、".join(names)
