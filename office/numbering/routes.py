"""The routes of numbering, as data, over its verbs and queries."""

from uuid import UUID

from office import audit
from office.kernel.actor import Actor
from office.kernel.endpoint import Endpoint
from office.numbering import actions, queries
from office.numbering.schemas import (
    Confirmation,
    Confirmed,
    MissingConfirmation,
    NumberPage,
    NumberQuery,
    SeriesList,
    SeriesQuery,
    Voiding,
)

MANAGE = "numbering.manage"


async def list_series(actor: Actor, input: SeriesQuery) -> SeriesList:
    return await queries.series_of(actor.units_as("clerk", "numbering"), input.year, input.cursor)


async def list_numbers(actor: Actor, series: UUID, input: NumberQuery) -> NumberPage:
    page = await queries.numbers_of(actor, series, input.cursor)
    await audit.record_daily(actor, "numbering.view_numbers", f"numbering.series:{series}")
    return page


async def confirm(actor: Actor, series: UUID, input: Confirmation) -> None:
    await actions.confirm_last(actor, series, input.last)


async def confirm_missing(actor: Actor, input: MissingConfirmation) -> Confirmed:
    return Confirmed(await actions.confirm_missing(actor, input.unit, input.code, input.year, input.kind, input.last))


async def void(actor: Actor, number: UUID, input: Voiding) -> None:
    await actions.void(actor, number, input.reason)


ENDPOINTS = [
    Endpoint("GET", "/number-series", MANAGE, list_series, "本单位编号序列"),
    Endpoint("GET", "/number-series/{series}/numbers", MANAGE, list_numbers, "编号登记簿"),
    Endpoint("POST", "/number-series/confirmations", MANAGE, confirm_missing, "恢复后确认备份里没有的编号", 201),
    Endpoint("POST", "/number-series/{series}/confirmations", MANAGE, confirm, "恢复后确认最后使用的编号", 204),
    Endpoint("POST", "/numbers/{number}/voids", MANAGE, void, "编号作废", 204),
]
