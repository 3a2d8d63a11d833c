"""Where a client starts, and starts again: its position first, then what every module has to show, at the same moment."""

from typing import Any

from office import audit
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.endpoint import LOGGED_IN, Answer, Endpoint
from office.kernel.modules import registry
from office.kernel.refusal import Forbidden
from office.realtime.actions import follow
from office.realtime.queries import place_of, position
from office.realtime.snapshot import snapshot
from office.realtime.texts import BANNER


async def bootstrap(actor: Actor) -> Answer[dict[str, Any]]:
    """{position: {epoch, seq}, time, banner, and one section per name in the manifests}.

    Events after the position, applied to the sections, give the state now. That it was opened is in the trail, once a day.
    Refuses: realtime.persons_only.
    """
    if actor.kind != "person":
        raise Forbidden("realtime.persons_only")
    if await place_of(actor.own_id) is None:
        await follow(actor.own_id)
    async with snapshot():
        epoch, seq = await position(actor.own_id)
        sections = {name: await show(actor) for module in registry().modules for name, show in module.bootstrap.items()}
    await audit.record_daily(actor, "realtime.open", actor.ref)
    return Answer(data={"position": {"epoch": epoch, "seq": seq}, "time": clock.now(), "banner": BANNER, **sections})


ENDPOINTS = [
    Endpoint("GET", "/bootstrap", LOGGED_IN, bootstrap, "启动数据：位置、时间、提示和各模块的当前状态"),
]
