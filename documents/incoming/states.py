"""States of a handling (办理状态): codes, their names in the field, and how the running case gives them."""

from collections.abc import Mapping
from typing import Final

from office.flow.rules import Case, live

AWAITING_RECEIPT, RECEIVED, REGISTERED, INSTRUCTING = "awaiting_receipt", "received", "registered", "instructing"
HANDLING, CIRCULATING, AWAITING_REPLY, CLOSED = "handling", "circulating", "awaiting_reply", "closed"
RETURNED, RECALLED, SUSPENDED, SETTLING, CHECKING = "returned", "recalled", "suspended", "settling", "checking"
CONCLUDING = "concluding"

# 待下级办理: the clerk's, while units below are at what was sent down (`awaiting`).
AWAIT: Final = "await_units"

OVER: Final = frozenset({CLOSED, RETURNED, RECALLED})

# Sent back or taken back: when the document comes again, it is handled again.
REOPENED: Final = frozenset({RETURNED, RECALLED})

NAMES: Final[Mapping[str, str]] = {
    AWAITING_RECEIPT: "待签收",
    RECEIVED: "已签收",
    CHECKING: "初审",
    REGISTERED: "拟办",
    INSTRUCTING: "批示中",
    HANDLING: "承办中",
    CIRCULATING: "传阅中",
    SETTLING: "待处置",
    AWAITING_REPLY: "待答复",
    CONCLUDING: "待办结",
    CLOSED: "已办结",
    RETURNED: "已退文",
    RECALLED: "已撤回",
    SUSPENDED: "挂起",
}

# The act that is furthest back decides: a document with one instruction open is still 批示中.
_BY_ACT: Final = (
    ("receive", AWAITING_RECEIPT),
    ("register", RECEIVED),
    ("propose", REGISTERED),
    ("review", INSTRUCTING),
    ("instruct", INSTRUCTING),
    ("decide", INSTRUCTING),
    ("settle", SETTLING),
    ("confirm", SETTLING),
    ("revise", SETTLING),
    ("dispatch", SETTLING),
    ("arbitrate", SETTLING),
    ("handle", HANDLING),
    ("advise", HANDLING),
    ("assist", HANDLING),
    (AWAIT, HANDLING),
    ("read", CIRCULATING),
    ("reply", AWAITING_REPLY),
    ("conclude", CONCLUDING),
)

# What a signature may do; every other act has a form of its own.
SIGNED_ACTS: Final = frozenset({"review", "instruct", "decide", "handle", "advise", "assist", "read"})

# A leader's steps: who asks others, and may ask for a time.
LEADER_ACTS: Final = frozenset({"review", "instruct", "decide"})

# What a leader may have entered by the clerk (代录, 纸质补录).
DICTATED_ACTS: Final = frozenset({"review", "instruct", "decide", "read"})

# What only the rules ask the clerk (处置).
SETTLED_ACTS: Final = frozenset({"settle", "confirm", "arbitrate", "revise"})

# Boxes of the processing sheet (文件处理单), top to bottom: 拟办意见 with its 审核, 领导批示, 承办情况, 传阅.
SHEET: Final[Mapping[str, int]] = {
    "receive": 0, "register": 0, "propose": 0, "review": 0, "instruct": 1, "decide": 1, "handle": 2, "advise": 2, "assist": 2,
    AWAIT: 2,
    "read": 3,
}  # fmt: skip

ACT_NAMES: Final[Mapping[str, str]] = {
    "receive": "签收", "register": "登记", "propose": "拟办", "review": "审核", "instruct": "批示", "decide": "批示",
    "handle": "承办", "advise": "研提意见", "assist": "协办", "read": "传阅", "reply": "答复", "conclude": "办结",
    "settle": "处置", "confirm": "确认送办", "revise": "修改", "arbitrate": "裁处", "hold": "暂存", "dispatch": "转办",
    AWAIT: "待下级办理",
}  # fmt: skip


# What the first check (初审) looks at, by 条例 art. 24(3), in its order.
CHECKS: Final[Mapping[str, str]] = {
    "ours": "是否应由本机关办理", "rules": "是否符合行文规则", "form": "文种、格式是否符合要求",
    "consulted": "涉及其他方面的是否已协商、会签", "other": "是否符合公文起草的其他要求",
}  # fmt: skip

# Why a document goes back (退文), each with the item of the first check that it fails.
RETURN_REASONS: Final[Mapping[str, str]] = {
    "不属我单位": "ours", "越级行文": "rules", "多头主送": "rules", "请示报告不分": "rules", "一文多事": "rules",
    "未会签": "consulted", "格式不符": "form", "缺件": "form", "无章": "form", "无签发人": "form", "涉密误投": "other",
    "重复来文": "other", "其他": "other",
}  # fmt: skip

# Steps of which the clerk's record is kept (办理环节记录).
STEP_NAMES: Final[Mapping[str, str]] = {
    "receive": "签收", "register": "登记", "check": "初审", "refuse": "退文", "amend": "更正登记",
}  # fmt: skip

BEFORE_PROPOSAL: Final = frozenset({AWAITING_RECEIPT, RECEIVED, CHECKING, REGISTERED})


def standing(case: Case, passed: bool | None) -> str:
    """The same, with the result of the first check: a registered document that failed it waits in 初审, not for 拟办."""
    state = state_of(case)
    return CHECKING if state == REGISTERED and passed is False else state


# What an asker's own step says once the opinions asked for (研提意见) are there.
ANSWERED: Final = "研提意见已报回，请阅处"


def state_of(case: Case) -> str:
    """The state a running, suspended or ended case gives its handling; "returned" and "recalled" the verbs set themselves."""
    if case.state == "suspended":
        return SUSPENDED
    if case.state in ("ended", "terminated"):
        return CLOSED
    acts = {leaf.act for leaf in live(case)}
    return next((state for act, state in _BY_ACT if act in acts), HANDLING)
