"""The manifest of office.secrecy."""

from office.kernel.modules import Module, Permission
from office.secrecy.policy import RELEASE
from office.secrecy.routes import ENDPOINTS
from office.secrecy.texts import TEXTS

module = Module(
    name="secrecy",
    models=["office.secrecy.models"],
    texts=TEXTS,
    endpoints=ENDPOINTS,
    permissions=[Permission(name=RELEASE, label="复核涉密拦截误报", roles=frozenset({"security_admin"}))],
)
