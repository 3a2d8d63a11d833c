"""The manifest of office.signing."""

from datetime import timedelta

from office import audit
from office.audit.checking import go_on
from office.kernel.modules import Job, Module
from office.signing.acts import ACTS, THINGS
from office.signing.events import SignatureDue, SignatureWithdrawn
from office.signing.keeping import KEEPER
from office.signing.keys import proves, server_key
from office.signing.routes import ENDPOINTS
from office.signing.texts import TEXTS


async def _seal_trail() -> None:
    await audit.seal(server_key())


async def _check_trail() -> None:
    await go_on(proves)


module = Module(
    name="signing",
    models=["office.signing.models"],
    texts=TEXTS,
    acts=ACTS,
    things=THINGS,
    keepers=[KEEPER],
    endpoints=ENDPOINTS,
    headings={"audit-head": "操作日志封存", "server-keys": "服务器公钥", "signatures": "签批"},
    events=[SignatureDue, SignatureWithdrawn],
    jobs=[
        Job(name="signing.seal_trail", every=timedelta(minutes=1), run=_seal_trail),
        Job(name="signing.check_trail", every=timedelta(minutes=10), run=_check_trail),
    ],
)
