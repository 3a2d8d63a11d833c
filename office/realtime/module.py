"""The manifest of the logs, made of what the other manifests publish."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from office.identity.events import SessionEnded
from office.kernel.modules import Invariant, Job, Module, Publication
from office.kernel.settings import Settings
from office.realtime.actions import trim
from office.realtime.acts import ACTS, THINGS
from office.realtime.bootstrap import ENDPOINTS
from office.realtime.carrier import carrying
from office.realtime.events import AccessLost
from office.realtime.fan_out import TAKE_BACK, cut, fan_out
from office.realtime.hub import Hub, live_hub
from office.realtime.keeping import KEEPER
from office.realtime.queries import broken_logs
from office.realtime.texts import TEXTS


def module(publications: Sequence[Publication], into: Hub = live_hub) -> Module:
    """The manifest: one handler for each publication of all the other manifests."""

    @asynccontextmanager
    async def serving(config: Settings) -> AsyncIterator[None]:
        async with into.running():
            yield

    return Module(
        name="realtime",
        models=["office.realtime.models"],
        texts=TEXTS,
        acts=ACTS,
        things=THINGS,
        endpoints=ENDPOINTS,
        headings={"bootstrap": "启动数据"},
        events=[AccessLost],
        handlers=[*map(fan_out, publications), TAKE_BACK, cut(SessionEnded.name, lambda event: [event.session])],
        jobs=[Job(name="realtime.trim", every=timedelta(hours=1), run=_trim)],
        keepers=[KEEPER],
        invariants=[Invariant(name="realtime.logs_have_no_gaps", check=broken_logs)],
        lifespans=[carrying, serving],
    )


async def _trim() -> None:
    await trim()
