"""The nouns: who holds, what is owed, in which order, and the case it all belongs to. Values only; nothing here decides."""

from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from typing import Final, Literal, TypeAlias, Union
from uuid import UUID, uuid5

import msgspec

State: TypeAlias = Literal[
    "waiting", "live", "done", "returned", "withdrawn", "transferred", "skipped", "removed", "overtaken", "unneeded", "void"
]
CaseState: TypeAlias = Literal["running", "suspended", "ended", "terminated"]
Join: TypeAlias = Literal["sequence", "all", "any", "ratio"]
Capacity: TypeAlias = Literal["holder", "custodian", "initiator", "supervisor"]
Manner: TypeAlias = Literal["own", "delegated", "dictated", "paper"]

# Acts the rules themselves create; every dead end becomes one of them, held by the custodian (revise: by the initiator).
SETTLE: Final = "settle"  # 处置: a return to the clerk, a vacant holder, nobody left
ARBITRATE: Final = "arbitrate"  # 裁处: a vote that can no longer be met
CONFIRM: Final = "confirm"  # 确认: a leader's suggestion, before it runs
REVISE: Final = "revise"  # 修改: back with the initiator
HOLD: Final = "hold"  # 暂存: the clerk keeps a suspended case

OPEN_STATES: Final = frozenset({"waiting", "live"})
ACTED: Final = frozenset({"done", "returned", "overtaken"})
OVER: Final = frozenset({"ended", "terminated"})


class Value(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, kw_only=True):
    """An immutable value that round-trips through msgspec JSON; an unknown field is refused, never dropped."""


class Holder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who owes (责任主体): a person, or a post and so whoever holds it today. Roles are resolved to posts before."""

    kind: Literal["person", "post"]
    id: str

    @property
    def ref(self) -> str:
        """As a reference, "post:<id>"."""
        return f"{self.kind}:{self.id}"


class By(Value, frozen=True):
    """Who is acting (办理人), in the post of the obligation and never of the session, and for whom.

    `capacity` says on what ground; the caller has checked that the person really has it.
    """

    person: str
    post: str = ""
    on_behalf_of: str = ""
    capacity: Capacity = "holder"

    @property
    def manner(self) -> Manner:
        """How an act of theirs is done: their own, or delegated (受委托)."""
        return "delegated" if self.on_behalf_of else "own"


class Obligation(Value, frozen=True, tag="obligation"):
    """One person's duty (责任项). It lives once: waiting ⇄ live, then one closing state, and a closed one never opens again.

    `revision` counts how often it was opened: a signature given for an earlier opening is not accepted for a later one.
    `due` is a fixed time and `due_why` the sentence of the rule that gave it (依据).
    `of` is the obligation it stands in for, `round` counts how often it is asked, `once`: a later round does not repeat it.
    `sent_by` is the obligation whose act sent it on: taking that act back takes it away. One added by itself (加签) has none.
    """

    id: str
    act: str
    holder: Holder
    verbs: tuple[str, ...] = ()
    due: datetime | None = None
    due_why: str = ""
    label: str = ""
    state: State = "waiting"
    revision: int = 0
    round: int = 1
    of: str = ""
    once: bool = False
    added_by: str = ""
    sent_by: str = ""
    done_by: str = ""
    done_post: str = ""
    on_behalf_of: str = ""
    manner: Manner = "own"
    done_at: datetime | None = None
    outcome: str = ""
    assent: bool = True
    reason: str = ""


class Group(Value, frozen=True, tag="group"):
    """An inner node (节点): `sequence`, `all`, `any`, or `ratio` of `need` assents. `decided` is set once, for a vote only."""

    join: Join
    children: tuple[Union["Obligation", "Group"], ...]
    need: int = 0
    label: str = ""
    decided: Literal["", "met", "failed"] = ""


Node: TypeAlias = Obligation | Group


class Case(Value, frozen=True):
    """A running matter (流程实例). `revision` is the number of commands accepted, so also its place in the trail.

    `root` is always a sequence. `custodian` is the clerk, the hub every dead end goes to. `hub`: a holder's suggested next
    step waits for the custodian's confirmation. `hold` is the custodian's obligation while the case is suspended.
    """

    id: str
    root: Group
    custodian: Holder
    initiator: Holder
    revision: int = 0
    state: CaseState = "running"
    reason: str = ""
    template: str = ""
    template_version: int = 0
    hub: bool = False
    hold: Obligation | None = None
    format: int = 1


class Verdict(Enum):
    """What a node says to the node above: still open, answered (with or without assent), or as good as not there."""

    OPEN = "open"
    ASSENT = "assent"
    DISSENT = "dissent"
    ABSENT = "absent"


class Turn(Value, frozen=True):
    """One application of one command: its number in the trail, its time, and the ids that follow from it."""

    case_id: str
    revision: int
    at: datetime
    custodian: Holder

    def mint(self, purpose: str, origin: str) -> str:
        """A name-based id (RFC 9562 UUIDv5), so that replaying the trail gives the same ids."""
        return str(uuid5(UUID(self.case_id), f"{self.revision}/{purpose}/{origin}"))


def sequence(*children: Node, label: str = "") -> Group:
    """One after another (依次)."""
    return Group(join="sequence", children=children, label=label)


def all_of(*children: Node, label: str = "") -> Group:
    """Side by side, every one answers (并行会签); their order is the listing order on the sheet."""
    return Group(join="all", children=children, label=label)


def any_of(*children: Node, label: str = "") -> Group:
    """Side by side, the first assent is enough (或签)."""
    return Group(join="any", children=children, need=1, label=label)


def ratio(need: int, *children: Node, label: str = "") -> Group:
    """Side by side, `need` assents are enough (比例签)."""
    return Group(join="ratio", children=children, need=need, label=label)


def leaves(node: Node) -> Iterator[Obligation]:
    """Every obligation in listing order, closed ones included: the record."""
    if isinstance(node, Obligation):
        yield node
    else:
        for child in node.children:
            yield from leaves(child)


def live(case: Case) -> tuple[Obligation, ...]:
    """The obligations open now, in listing order: exactly the to-dos that must stand open."""
    held = (case.hold,) if case.hold else ()
    return (*held, *(leaf for leaf in leaves(case.root) if leaf.state == "live"))
