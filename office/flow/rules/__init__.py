"""The flow core (流程内核): a tree of obligations, and pure rules over it. No I/O, no database, no clock of its own.

`start` and `apply` are the only doors; they give the new case and the facts the caller turns into rows.
"""

from office.flow.rules.bounds import MAX_DEPTH, MAX_NODES
from office.flow.rules.codec import FORMAT, decode, decode_trail, encode, encode_trail
from office.flow.rules.commands import (
    Act,
    AddSigner,
    AnyCommand,
    AskAgain,
    Entrust,
    Entry,
    Insert,
    RemoveSigner,
    Reopen,
    Reschedule,
    Resume,
    Return,
    SkipVacant,
    Start,
    Suspend,
    Terminate,
    Transfer,
    Urge,
    Withdraw,
)
from office.flow.rules.door import apply, replay, start
from office.flow.rules.facts import CaseMoved, Closed, Entrusted, Fact, Marked, Opened, Rescheduled, Urged
from office.flow.rules.model import (
    ARBITRATE,
    CONFIRM,
    HOLD,
    REVISE,
    SETTLE,
    By,
    Case,
    Group,
    Holder,
    Node,
    Obligation,
    all_of,
    any_of,
    leaves,
    live,
    ratio,
    sequence,
)
from office.flow.rules.moves import stand_in
from office.flow.rules.rounds import sent
from office.flow.rules.templates import Seat, Stage, Template, opening, plant
from office.flow.rules.verbs import case_verbs, verbs_of

__all__ = [
    "ARBITRATE", "CONFIRM", "FORMAT", "HOLD", "MAX_DEPTH", "MAX_NODES", "REVISE", "SETTLE", "Act", "AddSigner", "AnyCommand",
    "AskAgain", "By", "Case", "CaseMoved", "Closed", "Entrust", "Entrusted", "Entry", "Fact", "Group", "Holder", "Insert",
    "Marked", "Node", "Obligation", "Opened", "RemoveSigner", "Reopen", "Reschedule", "Rescheduled", "Resume", "Return",
    "Seat", "SkipVacant", "Stage", "Start", "Suspend", "Template", "Terminate", "Transfer", "Urge", "Urged", "Withdraw",
    "all_of", "any_of", "apply", "case_verbs", "decode", "decode_trail", "encode", "encode_trail", "leaves", "live", "opening",
    "plant", "ratio", "replay", "sent", "sequence", "stand_in", "start", "verbs_of",
]  # fmt: skip
