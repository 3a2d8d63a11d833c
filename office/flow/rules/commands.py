"""The verbs as values. A trail is the list of them with their times; replaying it gives the case."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypeAlias

from office.flow.rules.model import By, Group, Holder, Manner, Obligation, Value

Place: TypeAlias = Literal["before", "after", "parallel"]


class Command(Value, frozen=True):
    """Something someone does to a case."""

    by: By


class OnObligation(Command, frozen=True):
    """A command on one obligation as the actor saw it: `revision` is the obligation's, so parallel signers never collide."""

    obligation: str
    revision: int


class Start(Command, frozen=True, tag="start"):
    """Open a case (发起). `root` is the plan, `template`/`template_version` what it was made from and keeps."""

    case: str
    root: Group
    custodian: Holder
    initiator: Holder
    template: str = ""
    template_version: int = 0
    hub: bool = False


class Act(OnObligation, frozen=True, tag="act"):
    """Do what is owed (办理). `outcome` is the domain's word; `assent` whether it counts in a vote.

    `manner` keeps apart what the field keeps apart: 本人, 受委托 (delegated), 代录 (dictated), 纸质补录 (paper).
    """

    outcome: str = ""
    assent: bool = True
    manner: Manner = "own"


class Return(OnObligation, frozen=True, tag="return"):
    """Send back (退回) to an earlier `target` obligation, to the initiator, or to the custodian, with a reason."""

    to: Literal["obligation", "initiator", "custodian"]
    reason: str
    target: str = ""


class Withdraw(OnObligation, frozen=True, tag="withdraw"):
    """Take one's own act back (撤回), while nobody after it has acted."""

    reason: str = ""


class Transfer(OnObligation, frozen=True, tag="transfer"):
    """Hand the obligation to another holder (转办); `label` says anew what is asked of whom, the old one stays without."""

    to: Holder
    reason: str = ""
    label: str = ""


class AddSigner(OnObligation, frozen=True, tag="add_signer"):
    """Ask one more (加签) before, after or parallel to an obligation."""

    place: Place
    signer: Obligation


class Insert(OnObligation, frozen=True, tag="insert"):
    """Add a whole subtree (增加环节). A leader who dispatches inserts after the own obligation, then acts. "end": last."""

    place: Literal["before", "after", "parallel", "end"]
    node: Obligation | Group


class RemoveSigner(OnObligation, frozen=True, tag="remove_signer"):
    """No longer ask this one (减签): by the custodian, or by whoever added it."""

    reason: str = ""


class SkipVacant(OnObligation, frozen=True, tag="skip_vacant"):
    """The holder cannot be the one (空岗跳过): vacant post, left, away, or is also the initiator. It goes to the custodian."""

    why: Literal["vacant", "left", "away", "initiator"]


class AskAgain(OnObligation, frozen=True, tag="ask_again"):
    """Ask a skipped one after all (恢复原环节): what its holder did before they went has come. The settlement falls away."""


class Urge(OnObligation, frozen=True, tag="urge"):
    """Press the holder (催办); changes nothing else."""

    note: str = ""


class Reschedule(OnObligation, frozen=True, tag="reschedule"):
    """Give another deadline (调整时限) by the rule it names, or none."""

    due: datetime | None
    due_why: str = ""
    reason: str = ""


class Suspend(Command, frozen=True, tag="suspend"):
    """Put the case aside (暂缓); the custodian holds it, until a time or openly."""

    reason: str
    until: datetime | None = None


class Resume(Command, frozen=True, tag="resume"):
    """Take it up again (恢复)."""


class Terminate(Command, frozen=True, tag="terminate"):
    """End it undone (终止): the custodian, or the initiator while nobody has acted."""

    reason: str


class Reopen(Command, frozen=True, tag="reopen"):
    """Take an ended case up again (重新办理) with what is to be done now; what was done stays as it was done."""

    reason: str
    node: Obligation | Group


class Entrust(Command, frozen=True, tag="entrust"):
    """Give the case to another custodian (移交): a unit merged, a clerk's role moved."""

    to: Holder


Stepwise: TypeAlias = (
    Act | Return | Withdraw | Transfer | AddSigner | Insert | RemoveSigner | SkipVacant | AskAgain | Urge | Reschedule
)
AnyCommand: TypeAlias = Stepwise | Suspend | Resume | Terminate | Reopen | Entrust


class Entry(Value, frozen=True):
    """One line of a trail: a command and when it was accepted (UTC)."""

    at: datetime
    command: Start | AnyCommand


Trail: TypeAlias = Sequence[Entry]
