"""The flow templates of an incoming document (收文), as data: how it comes, and in which order a proposal asks (拟办).

Both leader orders of the field are here: 由下而上 (the principal last) for what is to be done, 由上而下 (the principal first)
for papers from above and for reading; either one after the other, or all at once with the ranks only in the listing.
"""

from typing import Final, Literal, TypeAlias

from office.flow.rules import Stage, Template

CLERK_VERBS: Final = ("insert", "add_signer")
WORK_VERBS: Final = ("return", "transfer", "insert", "add_signer")

Leaders: TypeAlias = Literal["bottom_up", "top_down", "parallel"]
Reading: TypeAlias = Literal["parallel", "serial"]

ARRIVAL: Final = Template(
    code="documents.incoming",
    version=1,
    name="收文",
    stages=(
        Stage(slot="receive", act="receive", label="签收"),
        Stage(slot="register", act="register", label="登记"),
        Stage(slot="propose", act="propose", label="拟办", verbs=CLERK_VERBS),
        Stage(slot="conclude", act="conclude", label="办结", verbs=CLERK_VERBS),
    ),
)

REVIEW: Final = Stage(slot="reviewer", act="review", label="审核", verbs=WORK_VERBS)
LEADERS: Final = {
    "bottom_up": Stage(slot="leaders", act="instruct", label="批示", verbs=WORK_VERBS, order="bottom_up"),
    "top_down": Stage(slot="leaders", act="instruct", label="批示", verbs=WORK_VERBS, order="top_down"),
    "parallel": Stage(slot="leaders", act="instruct", label="批示", verbs=WORK_VERBS, order="top_down", join="all"),
}
READERS: Final = {
    "parallel": Stage(slot="readers", act="read", label="传阅", verbs=WORK_VERBS, order="top_down", join="all"),
    "serial": Stage(slot="readers", act="read", label="传阅", verbs=WORK_VERBS, order="top_down"),
}


def proposal(leaders: Leaders, reading: Reading) -> Template:
    """The template of a 拟办: the office director reviews, the leaders instruct, then it is read."""
    return Template(
        code=f"documents.propose.{leaders}.{reading}",
        version=1,
        name="拟办",
        stages=(REVIEW, LEADERS[leaders], READERS[reading]),
    )
