"""The route of search, as data."""

from office.kernel.endpoint import LOGGED_IN, Endpoint
from office.search.queries import search

ENDPOINTS = [Endpoint("GET", "/search", LOGGED_IN, search, "搜索本人可以查看的内容")]
