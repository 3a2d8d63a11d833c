"""Where a request comes from: the real client address behind a named proxy, a request id, and whether a browser may act."""

import ipaddress
import re
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from office.kernel.actor import Origin
from office.kernel.ids import new_id
from office.kernel.refusal import Forbidden

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_ID = re.compile(r"[A-Za-z0-9._-]{1,60}")


def origin_of(connection: HTTPConnection, trusted_proxy: str) -> Origin:
    """The origin of a connection. `X-Forwarded-For` counts only from the trusted proxy (address or CIDR list, by commas)."""
    peer = connection.client.host if connection.client else ""
    headers = connection.headers
    address, request = peer, ""
    if _trusted(peer, trusted_proxy):
        address = _last_untrusted(headers.get("x-forwarded-for", ""), trusted_proxy) or peer
        request = headers.get("x-request-id", "")
    if not _ID.fullmatch(request):
        request = str(new_id())
    return Origin(address=address[:45], agent=headers.get("user-agent", "")[:200], request=request)


def _trusted(address: str, trusted: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in ipaddress.ip_network(part.strip(), strict=False) for part in trusted.split(",") if part.strip())


def _last_untrusted(forwarded: str, trusted: str) -> str:
    for hop in reversed([part.strip() for part in forwarded.split(",")]):
        try:
            address = str(ipaddress.ip_address(hop))
        except ValueError:
            return ""
        if not _trusted(address, trusted):
            return address
    return ""


def ensure_same_site(connection: HTTPConnection) -> None:
    """Refuse a state change or a socket that another site's page makes with our cookie: http.cross_origin.

    `Sec-Fetch-Site` decides where the browser sends it, else `Origin` against `Host`; what sends neither is no browser.
    """
    site = connection.headers.get("sec-fetch-site")
    origin = connection.headers.get("origin")
    if site is not None and site not in ("same-origin", "none"):
        raise Forbidden("http.cross_origin")
    if origin is not None and urlsplit(origin).netloc != connection.headers.get("host", ""):
        raise Forbidden("http.cross_origin")
