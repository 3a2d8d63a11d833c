"""The platform put together: its manifests, in the order of the layers, and who a token is."""

from collections.abc import Sequence

from starlette.applications import Starlette

from office.audit.module import module as audit
from office.http.app import create
from office.http.module import module as http
from office.kernel.actor import NOBODY, Actor, Origin
from office.kernel.modules import Module
from office.kernel.settings import Settings
from office.outbox.module import module as outbox


def manifests(modules: Sequence[Module]) -> list[Module]:
    """The platform's manifests and the given ones."""
    return [outbox, audit, http, *modules]


async def admit(token: str, origin: Origin) -> Actor:
    """Who a token is, with the posts held now and their permissions. Refuses: Unauthenticated."""
    return NOBODY


def create_app(settings: Settings, modules: Sequence[Module], *, background: bool = True) -> Starlette:
    """The application of the platform with these modules."""
    return create(settings, manifests(modules), admit, background=background)
