"""Where a webhook may go (SSRF): only what its name resolves to now, never this machine or its network unless allowed.

The address that was checked is the one connected to; the name is only told in `Host` and TLS, so a name that resolves to
something else a moment later gains nothing.
"""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from office.kernel import settings
from office.kernel.refusal import Invalid


@dataclass(frozen=True)
class Target:
    """A checked target: the URL by address, the host's name, and what to tell as `Host`."""

    url: str
    name: str
    host: str


def parsed(url: str) -> SplitResult:
    """A webhook's URL in its parts. Refuses: Invalid exchange.bad_url."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("https", "http") and parts.hostname and not parts.username and not parts.fragment
        port = parts.port
    except ValueError as error:
        raise Invalid("exchange.bad_url") from error
    if not good or port == 0 or (parts.scheme == "http" and not settings.current().webhook_private_targets):
        raise Invalid("exchange.bad_url")
    return parts


async def resolve(url: str) -> Target:
    """Look a target up and check every address. Refuses: Invalid exchange.bad_url, exchange.private_target."""
    parts = parsed(url)
    name, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Invalid("exchange.unknown_host", host=name) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not settings.current().webhook_private_targets and any(map(is_private, addresses)):
        raise Invalid("exchange.private_target")
    shown = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
    by_address = parts._replace(netloc=f"{shown}:{port}").geturl()
    return Target(by_address, name, parts.netloc)


def is_private(address: str) -> bool:
    """Whether an address is not on the open network: private, loopback, link-local, reserved, multicast, or such within IPv6."""
    one = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(one, ipaddress.IPv6Address) and one.ipv4_mapped is not None:
        one = one.ipv4_mapped
    return not one.is_global or one.is_multicast
