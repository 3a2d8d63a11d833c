"""How a token is presented (RFC 6750, RFC 6265): by an app as a bearer, by a browser as our cookie."""

from starlette.requests import HTTPConnection

COOKIE = "zhiban"


def token_of(connection: HTTPConnection) -> tuple[str, bool]:
    """The token of a request or a socket, "" if there is none, and whether it came by cookie.

    A browser sends its cookie for another site's page too, so what comes by cookie is looked at twice.
    """
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip(), False
    return connection.cookies.get(COOKIE, ""), True
