"""How a token is presented (RFC 6750, RFC 6265): by an app as a bearer, by a browser as our cookie from a page of ours."""

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from office.kernel import settings

COOKIE = "zhiban"


def token_of(connection: HTTPConnection) -> tuple[str, bool]:
    """The token of a request or a socket, "" if there is none, and whether it came by cookie.

    A browser sends its cookie for another site's page too, so what comes by cookie is looked at twice.
    """
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip(), False
    return connection.cookies.get(COOKIE, ""), True


def is_ours(connection: HTTPConnection, origin: str) -> bool:
    """Whether an `Origin` (RFC 6454) is this site: the host that was asked, or that of the public address."""
    own = {connection.headers.get("host", "").lower(), _host(settings.current().public_url)} - {""}
    return _host(origin) in own


def _host(origin: str) -> str:
    try:
        parts = urlsplit(origin.lower())
    except ValueError:  # a bracket that does not close: no browser's, and nobody's
        return ""
    return parts.netloc if parts.scheme in ("http", "https") else ""
