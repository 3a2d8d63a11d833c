"""Where a reply is due (待答复). Pure: the rule, and the edits by which 答复 stands before 办结 or does not."""

from collections.abc import Sequence
from typing import Final

from documents.incoming import cases
from documents.incoming.limits.due import READING
from documents.incoming.templates import CLERK_VERBS
from office.flow import rules
from office.flow.rules.model import OPEN_STATES

#: Kinds of document that ask for an answer: 请示 wants a 批复 (Regulation of 2012, art. 8), a 函 asks or consults.
ASKING: Final = frozenset({"请示", "函"})


def reply_asked(kind: str, doc_type: str) -> bool:
    """Whether the sender is owed a reply where the clerk says nothing: never of what is for reading."""
    return kind != READING and doc_type in ASKING


def reply_step(case: rules.Case) -> rules.Obligation | None:
    """The reply that is still owed, open or yet to come."""
    return next((leaf for leaf in rules.leaves(case.root) if leaf.act == "reply" and leaf.state in OPEN_STATES), None)


def reply_due(case: rules.Case, by: rules.By, wanted: bool) -> Sequence[rules.AnyCommand]:
    """The commands by which a reply is owed before 办结, or is owed no longer; `by` is the custodian."""
    owed = reply_step(case)
    if wanted == (owed is not None):
        return []
    if owed is not None:
        return [rules.RemoveSigner(by=by, obligation=owed.id, revision=owed.revision, reason="不需答复")]
    last = [leaf for leaf in rules.leaves(case.root) if leaf.act == "conclude" and leaf.state in OPEN_STATES]
    signer = cases.step("reply", case.custodian, "答复", CLERK_VERBS)
    return [
        rules.AddSigner(by=by, obligation=leaf.id, revision=leaf.revision, place="before", signer=signer) for leaf in last[:1]
    ]
