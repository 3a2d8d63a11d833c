"""The manifest of office.numbering."""

from typing import Any
from uuid import UUID

from office.kernel.actor import SYSTEM, Actor
from office.kernel.endpoint import Endpoint
from office.kernel.events import Delivery, Handler
from office.kernel.modules import Module, Permission
from office.numbering import actions, queries
from office.numbering.schemas import Confirmation, NumberPage, NumberQuery, SeriesList, SeriesQuery, Voiding
from office.numbering.texts import TEXTS

MANAGE = "numbering.manage"


async def list_series(actor: Actor, input: SeriesQuery) -> SeriesList:
    return await queries.series_of(actor.units_as("clerk", "numbering"), input.year)


async def list_numbers(actor: Actor, series: UUID, input: NumberQuery) -> NumberPage:
    return await queries.numbers_of(actor, series, input.cursor)


async def confirm(actor: Actor, series: UUID, input: Confirmation) -> None:
    await actions.confirm_last(actor, series, input.last)


async def void(actor: Actor, number: UUID, input: Voiding) -> None:
    await actions.void(actor, number, input.reason)


async def close_after_succession(event: Any, delivery: Delivery) -> None:
    """The series of a unit that has ended stay closed; its successor numbers under its own code."""
    await actions.close_series(SYSTEM, event.unit, "单位已撤销或合并")


module = Module(
    name="numbering",
    models=["office.numbering.models"],
    texts=TEXTS,
    permissions=[Permission(name=MANAGE, label="管理本单位编号", roles=frozenset({"clerk"}))],
    endpoints=[
        Endpoint(method="GET", path="/number-series", permission=MANAGE, run=list_series, summary="本单位编号序列"),
        Endpoint(
            method="GET", path="/number-series/{series}/numbers", permission=MANAGE, run=list_numbers, summary="编号登记簿"
        ),
        Endpoint(
            method="POST", path="/number-series/{series}/confirmations", permission=MANAGE, run=confirm, status=204,
            summary="恢复后确认最后使用的编号",
        ),
        Endpoint(method="POST", path="/numbers/{number}/voids", permission=MANAGE, run=void, status=204, summary="编号作废"),
    ],
    handlers=[
        Handler(
            name="numbering.close_after_succession", event="organization.unit_succeeded", run=close_after_succession,
            reads=frozenset({"unit"}),
        )
    ],
    invariants=queries.INVARIANTS,
)  # fmt: skip
