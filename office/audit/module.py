"""The manifest of office.audit. The sealing is a job of office.signing, which has the server's key."""

from datetime import timedelta

from office.audit.daily import forget_days
from office.kernel import clock
from office.kernel.modules import Job, Module


async def _forget() -> None:
    await forget_days(clock.today() - timedelta(days=1))


module = Module(
    name="audit",
    models=["office.audit.models"],
    jobs=[Job(name="audit.forget_days", every=timedelta(hours=6), run=_forget)],
)
