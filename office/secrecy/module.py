"""The manifest of office.secrecy."""

from datetime import timedelta

from office.kernel.events import Handler
from office.kernel.modules import Job, Module, Permission
from office.organization.events import UnitSucceeded
from office.secrecy.acts import ACTS, THINGS
from office.secrecy.cases import finish
from office.secrecy.policy import FREEZE, RELEASE
from office.secrecy.routes import ENDPOINTS
from office.secrecy.successions import on_unit_succeeded
from office.secrecy.texts import TEXTS

module = Module(
    name="secrecy",
    models=["office.secrecy.models"],
    texts=TEXTS,
    acts=ACTS,
    things=THINGS,
    endpoints=ENDPOINTS,
    headings={"secrecy-cases": "涉密应急处置", "secrecy-stops": "涉密拦截"},
    permissions=[
        Permission(name=RELEASE, label="复核涉密拦截误报", roles=frozenset({"security_admin"})),
        Permission(name=FREEZE, label="涉密应急处置", roles=frozenset({"security_admin"})),
    ],
    handlers=[
        Handler(name="secrecy.give_over", event=UnitSucceeded.name, run=on_unit_succeeded, reads=frozenset({"unit"})),
    ],
    jobs=[Job(name="secrecy.finish_purges", every=timedelta(hours=1), run=finish)],
)
