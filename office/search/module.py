"""The manifest of office.search."""

from office.kernel.modules import Module
from office.search.acts import ACTS
from office.search.keeping import KEEPER
from office.search.routes import ENDPOINTS
from office.search.texts import TEXTS

module = Module(
    name="search",
    models=["office.search.models"],
    texts=TEXTS,
    acts=ACTS,
    endpoints=ENDPOINTS,
    headings={"search": "搜索"},
    keepers=[KEEPER],
)
