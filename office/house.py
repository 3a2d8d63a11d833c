"""The platform put together: its manifests, in the order of the layers, and who a token is."""

from collections.abc import Sequence

from msgspec.structs import replace
from starlette.applications import Starlette

from office.audit.module import module as audit
from office.files.module import module as files
from office.flow.module import module as flow
from office.http.app import create
from office.http.module import module as http
from office.identity import authenticate
from office.identity.module import module as identity
from office.inbox.module import module as inbox
from office.kernel import clock
from office.kernel.actor import Actor, Holding, Origin
from office.kernel.modules import Module, registry
from office.kernel.settings import Settings
from office.numbering.module import module as numbering
from office.organization.holdings import holdings_of
from office.organization.module import module as organization
from office.outbox.module import module as outbox
from office.papers.module import module as papers
from office.realtime import gateway
from office.realtime.module import module as realtime
from office.search.module import module as search
from office.secrecy.module import module as secrecy
from office.signing.module import module as signing

PLATFORM: Sequence[Module] = (
    outbox, audit, identity, organization, numbering, secrecy, search, inbox, files, signing, papers, flow, http,
)  # fmt: skip


def manifests(modules: Sequence[Module]) -> list[Module]:
    """The platform's manifests and the given ones; realtime follows whatever they publish."""
    known = [*PLATFORM, *modules]
    return [*known, realtime([shown for module in known for shown in module.publications])]


async def admit(token: str, origin: Origin) -> Actor:
    """Who a token is, with the posts held or delegated now and the permissions of their roles. Refuses: Unauthenticated."""
    actor = await authenticate(token, origin)
    if actor.kind != "person":
        return actor
    holdings = await holdings_of(actor.own_id, clock.now())
    return replace(actor, holdings=holdings, permissions=actor.permissions | permissions_of(holdings))


def permissions_of(holdings: Sequence[Holding]) -> frozenset[str]:
    """What these holdings' roles permit; a delegation for some kinds of work, only what those modules declare."""
    return frozenset(name for holding in holdings for name in registry().granted(holding.roles) if holding.covers(name))


def create_app(settings: Settings, modules: Sequence[Module], *, background: bool = True) -> Starlette:
    """The application of the platform with these modules."""
    live = gateway.route(admit)
    return create(settings, manifests(modules), admit, [live], background=background)
