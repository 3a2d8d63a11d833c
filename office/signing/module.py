"""The manifest of office.signing."""

from datetime import timedelta

from office import audit
from office.kernel.modules import Job, Module
from office.signing.events import SignatureDue, SignatureWithdrawn
from office.signing.keeping import KEEPER
from office.signing.keys import server_key
from office.signing.routes import ENDPOINTS
from office.signing.texts import TEXTS


async def _seal_trail() -> None:
    await audit.seal(server_key())


module = Module(
    name="signing",
    models=["office.signing.models"],
    texts=TEXTS,
    keepers=[KEEPER],
    endpoints=ENDPOINTS,
    events=[SignatureDue, SignatureWithdrawn],
    jobs=[Job(name="signing.seal_trail", every=timedelta(minutes=1), run=_seal_trail)],
)
