"""What leaves a row in the trail, as data: each module names its own acts, the words people read, and the kind of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

#: The kinds of acts, in the order of the auditor's list. What was refused is a kind whatever was asked for.
KINDS: Mapping[str, str] = {
    "sign_in": "登录退出", "view": "查看", "download": "下载", "print": "打印", "export": "导出", "handle": "办理",
    "sign": "签批", "return": "退回撤回", "delegate": "授权代办", "role": "任职权限", "configure": "设置", "delete": "删除",
    "guard": "保密处置", "refused": "拒绝访问",
}  # fmt: skip


@dataclass(frozen=True)
class Act:
    """An act's name ("files.download"), the Chinese words for it, and its kind, one of `KINDS`."""

    name: str
    label: str
    kind: str


def acts(module: str, kind: str, labels: Mapping[str, str]) -> Iterator[Act]:
    """The acts of a module that are of one kind: words by verb."""
    return (Act(f"{module}.{verb}", label, kind) for verb, label in labels.items())


def all_of(*several: Iterator[Act]) -> Sequence[Act]:
    """Several kinds together."""
    return [act for some in several for act in some]
