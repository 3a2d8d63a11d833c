"""The manifest of office.outbox."""

from datetime import timedelta

from office.kernel import clock
from office.kernel.modules import Job, Module
from office.outbox.actions import forget_done
from office.outbox.keeping import KEEPER
from office.outbox.promises import check_promises
from office.outbox.texts import TEXTS

KEEP = timedelta(days=30)


async def _forget() -> None:
    await forget_done(clock.now() - KEEP)


module = Module(
    name="outbox",
    models=["office.outbox.models"],
    texts=TEXTS,
    keepers=[KEEPER],
    jobs=[
        Job(name="outbox.forget_done", every=timedelta(hours=6), run=_forget),
        Job(name="outbox.check_promises", every=timedelta(hours=24), run=check_promises),
    ],
)
