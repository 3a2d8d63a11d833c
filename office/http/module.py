"""The manifest of office.http."""

from datetime import timedelta

from office.http.acts import ACTS
from office.http.idempotency import forget_old
from office.http.keeping import KEEPER
from office.http.texts import TEXTS
from office.kernel.modules import Job, Module

module = Module(
    name="http",
    models=["office.http.models"],
    texts=TEXTS,
    acts=ACTS,
    keepers=[KEEPER],
    jobs=[Job(name="http.forget_old_answers", every=timedelta(hours=6), run=forget_old)],
)
