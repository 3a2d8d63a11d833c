"""One TLS context for the tests' HTTP clients: making one reads all the certificates there are, 25 ms each time."""

import httpx

TLS = httpx.create_ssl_context()
