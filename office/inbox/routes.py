"""The routes of the inbox, as data, over its verbs and queries."""

from uuid import UUID

from office import audit
from office.inbox import actions, queries
from office.inbox.schemas import InboxPage, InboxQuery
from office.kernel.actor import Actor
from office.kernel.endpoint import LOGGED_IN, Endpoint


async def list_todos(actor: Actor, input: InboxQuery) -> InboxPage:
    """What the inbox shows; that it was looked at is in the trail, once a day."""
    page = await queries.page(actor, input)
    await audit.record_daily(actor, "inbox.view_list", actor.ref)
    return page


async def create_view(actor: Actor, todo: UUID) -> None:
    await actions.mark_seen(actor, todo)


ENDPOINTS = [
    Endpoint("GET", "/inbox", LOGGED_IN, list_todos, "待办、待阅、已办、关注"),
    Endpoint("POST", "/inbox/{todo}/views", LOGGED_IN, create_view, "已看", 204),
]
