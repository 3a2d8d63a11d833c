"""Where a request comes from: the real client address behind a named proxy, a request id, and whether a browser may act."""

import ipaddress
import re
from functools import lru_cache

from starlette.requests import HTTPConnection

from office.identity.presented import is_ours
from office.kernel import settings
from office.kernel.actor import Origin
from office.kernel.ids import new_id
from office.kernel.refusal import Forbidden

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_HOP = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::[0-9]{1,5})?|([0-9.]+):[0-9]{1,5}")
_ID = re.compile(r"[A-Za-z0-9._-]{1,60}")


def origin_of(connection: HTTPConnection, trusted_proxy: str) -> Origin:
    """The origin of a connection. `X-Forwarded-For` counts only from the trusted proxy (address or CIDR list, by commas)."""
    peer = connection.client.host if connection.client else ""
    headers = connection.headers
    address, request = peer, ""
    if _trusted(peer, trusted_proxy):
        # A proxy may add a line of its own below the one the client invented: all lines count, as one list.
        address = _last_untrusted(",".join(headers.getlist("x-forwarded-for")), trusted_proxy) or peer
        request = headers.get("x-request-id", "")
    if not _ID.fullmatch(request):
        request = str(new_id())
    return Origin(address=address[:45], agent=headers.get("user-agent", "")[:200], request=request)


@lru_cache(maxsize=8)
def networks(trusted_proxy: str) -> tuple[Network, ...]:
    """The trusted proxies as networks. Raises ValueError for what is no address or network."""
    return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in trusted_proxy.split(",") if part.strip())


def parsed_address(text: str) -> Address | None:
    """An address, or None; an IPv4 one that came over an IPv6 socket (::ffff:…, RFC 4291 2.5.5.2) as IPv4."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _trusted(address: str, trusted: str) -> bool:
    parsed = parsed_address(address)
    return parsed is not None and any(parsed in network for network in networks(trusted))


def _last_untrusted(forwarded: str, trusted: str) -> str:
    for hop in reversed([part.strip() for part in forwarded.split(",")]):
        address = _hop(hop)
        if address is None:
            return ""
        if not _trusted(str(address), trusted):
            return str(address)
    return ""


def _hop(text: str) -> Address | None:
    """One entry of `X-Forwarded-For`: an address, also with a port (`192.0.2.1:4711`) or in brackets (`[2001:db8::1]`)."""
    found = _HOP.fullmatch(text)
    return parsed_address(found[1] or found[2]) if found else parsed_address(text)


def is_secure(connection: HTTPConnection) -> bool:
    """Whether the client speaks TLS: to us, or to the proxy before us as that or the public address says."""
    return speaks_tls(connection) or settings.current().public_url.startswith("https://")


def speaks_tls(connection: HTTPConnection) -> bool:
    """Whether this request came over TLS: to us, or to the trusted proxy, as its `X-Forwarded-Proto` (the last) or else the
    public address says."""
    if connection.url.scheme in ("https", "wss"):
        return True
    now = settings.current()
    if not _trusted(connection.client.host if connection.client else "", now.trusted_proxy):
        return False
    told = ",".join(connection.headers.getlist("x-forwarded-proto")).rpartition(",")[2].strip().lower()
    return told == "https" if told else now.public_url.startswith("https://")


def is_local(connection: HTTPConnection) -> bool:
    """Whether a program on this machine asks, not someone behind a proxy on it."""
    address = parsed_address(connection.client.host if connection.client else "")
    return address is not None and address.is_loopback and "x-forwarded-for" not in connection.headers


def ensure_same_site(connection: HTTPConnection) -> None:
    """Refuse a state change that another site's page makes with our cookie: http.cross_origin.

    `Sec-Fetch-Site` decides where the browser sends it, else `Origin`; what sends neither is no browser.
    """
    site = connection.headers.get("sec-fetch-site")
    origin = connection.headers.get("origin")
    if site is not None and site not in ("same-origin", "none"):
        raise Forbidden("http.cross_origin")
    if origin is not None and not is_ours(connection, origin):
        raise Forbidden("http.cross_origin")
