"""The logs clients follow, one per person; the live socket, and resume after any break.

`module.module(publications)` is the manifest, `route()` the socket, `AccessLost` the event that takes content back.
"""

from office.realtime.events import AccessLost
from office.realtime.gateway import route
from office.realtime.hub import Hub, live_hub

__all__ = ["AccessLost", "Hub", "live_hub", "route"]
