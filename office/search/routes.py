"""The route of search, as data."""

from office import audit
from office.kernel.actor import Actor
from office.kernel.endpoint import LOGGED_IN, Endpoint
from office.search import queries
from office.search.schemas import SearchPage, SearchQuery


async def search(actor: Actor, input: SearchQuery) -> SearchPage:
    """A page of hits; that somebody searched is in the trail, once a day, and never for what."""
    page = await queries.search(actor, input)
    await audit.record_daily(actor, "search.search", actor.ref)
    return page


ENDPOINTS = [Endpoint("GET", "/search", LOGGED_IN, search, "搜索本人可以查看的内容")]
