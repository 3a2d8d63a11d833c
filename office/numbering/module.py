"""The manifest of office.numbering."""

from typing import Any

from office.kernel.actor import SYSTEM
from office.kernel.events import Delivery, Handler
from office.kernel.modules import Module, Permission
from office.numbering import actions, queries
from office.numbering.acts import ACTS, THINGS
from office.numbering.events import NumberVoided
from office.numbering.keeping import KEEPER
from office.numbering.routes import ENDPOINTS, MANAGE
from office.numbering.texts import TEXTS


async def close_after_succession(event: Any, delivery: Delivery) -> None:
    """The series of a unit that has ended stay closed; its successor numbers under its own code."""
    await actions.close_series(SYSTEM, event.unit, "单位已撤销或合并")


module = Module(
    name="numbering",
    models=["office.numbering.models"],
    texts=TEXTS,
    acts=ACTS,
    things=THINGS,
    permissions=[Permission(name=MANAGE, label="管理本单位编号", roles=frozenset({"clerk"}))],
    endpoints=ENDPOINTS,
    headings={"number-series": "编号序列", "numbers": "编号"},
    events=[NumberVoided],
    handlers=[
        Handler(
            name="numbering.close_after_succession", event="organization.unit_succeeded", run=close_after_succession,
            reads=frozenset({"unit"}),
        )
    ],
    invariants=queries.INVARIANTS,
    keepers=[KEEPER],
)  # fmt: skip
