"""Flow templates as versioned data, and the three of an incoming document (收文). A running case keeps its version.

A stage names a slot; the cast says who fills it today, in rank order (never by pinyin or time). An unfilled slot that is
not optional goes to the custodian, so a vacant post never stops a document before it has begun.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from office.flow.rules.commands import Start
from office.flow.rules.model import SETTLE, By, Group, Holder, Join, Node, Obligation, Value, sequence
from office.flow.rules.verbs import HOLDER_VERBS
from office.kernel.refusal import Invalid

LEADER: Final = ("return", "transfer", "add_signer", "insert")
READER: Final = ("return",)


class Stage(Value, frozen=True):
    """One step of a template: the act its slot owes, how several in it are joined, and the working days it has."""

    slot: str
    act: str
    label: str
    join: Join = "sequence"
    need: int = 0
    verbs: tuple[str, ...] = LEADER
    days: int = 0
    optional: bool = False


class Template(Value, frozen=True):
    """A flow template (流程模板). `hub`: a leader's suggested next reader waits for the clerk's confirmation (以文书为中心)."""

    code: str
    version: int
    name: str
    stages: tuple[Stage, ...]
    hub: bool = True


PROPOSE: Final = Stage(slot="clerk", act="propose", label="拟办", days=1)
DISPATCH: Final = Stage(slot="clerk", act="dispatch", label="转办", days=1)
CONCLUDE: Final = Stage(slot="clerk", act="conclude", label="办结归档", verbs=("return", "insert"))

BOTTOM_UP: Final = Template(
    code="incoming.instruct.bottom_up",
    version=1,
    name="批办（由下而上）",
    stages=(
        PROPOSE,
        Stage(slot="office_director", act="review", label="审核", days=1, optional=True),
        Stage(slot="leader_in_charge", act="instruct", label="分管领导批示", days=3),
        Stage(slot="related_leaders", act="instruct", label="相关领导批示", days=3, optional=True),
        Stage(slot="principal", act="decide", label="主要领导批示", days=3),
        DISPATCH,
        CONCLUDE,
    ),
)
PRINCIPAL_FIRST: Final = Template(
    code="incoming.instruct.principal_first",
    version=1,
    name="批办（主要领导先批）",
    stages=(
        PROPOSE,
        Stage(slot="principal", act="instruct", label="主要领导批示", days=3),
        Stage(slot="leaders", act="instruct", label="领导批示", days=3, optional=True),
        DISPATCH,
        CONCLUDE,
    ),
)
READ: Final = Template(
    code="incoming.read.top_down",
    version=1,
    name="阅知（由上而下，并行）",
    stages=(
        Stage(slot="readers", act="read", label="传阅", join="all", verbs=("return", "insert"), days=2),
        Stage(slot="sections", act="read", label="科室阅知", join="all", verbs=READER, days=2, optional=True),
        CONCLUDE,
    ),
)
INCOMING: Final[Mapping[str, Template]] = {template.code: template for template in (BOTTOM_UP, PRINCIPAL_FIRST, READ)}

Cast = Mapping[str, Sequence[Holder]]


def plant(template: Template, cast: Cast, custodian: Holder, mint: Callable[[], str]) -> Group:
    """The plan of a template for these people; `mint` gives a new UUID text at each call.

    One who fills two slots of the same act is asked once, at the first. Refuses Invalid("flow.unknown_slot") for a cast
    with a slot the template does not have (a misspelt slot would silently leave people out).
    """
    if unknown := set(cast) - {stage.slot for stage in template.stages}:
        raise Invalid("flow.unknown_slot", slot=min(unknown))
    asked: set[tuple[str, Holder]] = set()
    stages = (_stage(stage, cast, custodian, asked, mint) for stage in template.stages)
    return sequence(*(node for node in stages if node is not None), label=template.name)


def opening(
    template: Template, cast: Cast, case: str, by: By, custodian: Holder, initiator: Holder, mint: Callable[[], str]
) -> Start:
    """The Start command of a case made from a template."""
    return Start(
        by=by, case=case, root=plant(template, cast, custodian, mint), custodian=custodian, initiator=initiator,
        template=template.code, template_version=template.version, hub=template.hub,
    )  # fmt: skip


def _stage(stage: Stage, cast: Cast, custodian: Holder, asked: set[tuple[str, Holder]], mint: Callable[[], str]) -> Node | None:
    filled = tuple(cast.get(stage.slot, ()))
    if not filled:
        return None if stage.optional else _unfilled(stage, custodian, mint)
    holders = [holder for holder in dict.fromkeys(filled) if (stage.act, holder) not in asked]
    asked.update((stage.act, holder) for holder in holders)
    leaves = tuple(
        Obligation(id=mint(), act=stage.act, holder=holder, verbs=stage.verbs, days=stage.days, label=stage.label)
        for holder in holders
    )
    if len(leaves) < 2:
        return leaves[0] if leaves else None
    return Group(join=stage.join, need=min(stage.need, len(leaves)), children=leaves, label=stage.label)


def _unfilled(stage: Stage, custodian: Holder, mint: Callable[[], str]) -> Obligation:
    return Obligation(
        id=mint(), act=SETTLE, holder=custodian, verbs=tuple(sorted(HOLDER_VERBS)), days=stage.days, label=stage.label
    )
