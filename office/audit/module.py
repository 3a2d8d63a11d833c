"""The manifest of office.audit. The sealing is a job of office.signing, which has the server's key."""

from datetime import timedelta

from office.audit.acts import ACTS, THINGS
from office.audit.daily import forget_days, remembering
from office.audit.routes import ENDPOINTS, READ
from office.audit.texts import TEXTS
from office.kernel import clock
from office.kernel.modules import Job, Module, Permission


async def _forget() -> None:
    await forget_days(clock.today() - timedelta(days=1))


module = Module(
    name="audit",
    parts=frozenset({"system"}),
    models=["office.audit.models"],
    texts=TEXTS,
    acts=ACTS,
    things=THINGS,
    endpoints=ENDPOINTS,
    headings={"audit-entries": "操作日志", "audit-export": "操作日志导出"},
    permissions=[Permission(name=READ, label="查阅操作日志", roles=frozenset({"audit_admin"}))],
    lifespans=[remembering],
    jobs=[Job(name="audit.forget_days", every=timedelta(hours=6), run=_forget)],
)
