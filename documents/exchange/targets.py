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

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")
#: The IPv6 of the open network (RFC 4291 2.4): not site-local, not local-use NAT64 (RFC 8215), not IPv4-compatible.
OPEN = ipaddress.ip_network("2000::/3")


@dataclass(frozen=True)
class Target:
    """A checked target: the URL by address, the host's name for TLS, and what to tell as `Host`."""

    url: str
    name: str
    host: str


def parsed(url: str) -> SplitResult:
    """A webhook's URL in its parts. Refuses: Invalid exchange.bad_url, http_not_allowed."""
    try:
        parts = urlsplit(url)
        named = parts.scheme in ("https", "http") and bool(parts.hostname) and "@" not in parts.netloc
        good = named and not parts.fragment and parts.port != 0 and url.isprintable() and url.isascii() and " " not in url
    except ValueError as error:
        raise Invalid("exchange.bad_url") from error
    if not good:
        raise Invalid("exchange.bad_url")
    if parts.scheme == "http" and not settings.current().webhook_private_targets:
        raise Invalid("exchange.http_not_allowed")
    return parts


async def resolve(url: str) -> Target:
    """Look a target up and check every address.

    Refuses: Invalid exchange.bad_url, http_not_allowed, unknown_host, private_target.
    """
    parts = parsed(url)
    name, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    addresses = await _addresses(name, port)
    if not settings.current().webhook_private_targets and any(map(is_private, addresses)):
        raise Invalid("exchange.private_target")
    by_address = parts._replace(netloc=f"{_bracketed(addresses[0])}:{port}").geturl()
    return Target(by_address, name, _bracketed(name) + (f":{parts.port}" if parts.port else ""))


async def _addresses(name: str, port: int) -> list[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Invalid("exchange.unknown_host", host=name[:80]) from error
    return [str(entry[4][0]) for entry in found]


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def is_private(address: str) -> bool:
    """Whether an address is not on the open network: private, loopback, link-local, reserved, multicast, or carrying one."""
    return any(not _is_open(one) for one in _meant(ipaddress.ip_address(address.split("%", 1)[0])))


def _is_open(one: Address) -> bool:
    given = one.version == 4 or one in OPEN or one in NAT64
    return given and one.is_global and not one.is_multicast


def _meant(one: Address) -> list[Address]:
    """The address, and the IPv4 one it carries: mapped, 6to4, Teredo (RFC 4291, 3056, 4380) or NAT64 (RFC 6052)."""
    if isinstance(one, ipaddress.IPv4Address):
        return [one]
    if one.ipv4_mapped is not None:
        return [one.ipv4_mapped]
    inner = [one.sixtofour, *(one.teredo or ())]
    if one in NAT64:
        inner.append(ipaddress.IPv4Address(int(one) & 0xFFFFFFFF))
    return [one, *(address for address in inner if address is not None)]
