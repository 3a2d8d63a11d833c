"""The manifest of office.signing."""

from office.kernel.modules import Module
from office.signing.events import SignatureDue, SignatureWithdrawn
from office.signing.routes import ENDPOINTS
from office.signing.texts import TEXTS

module = Module(
    name="signing",
    models=["office.signing.models"],
    texts=TEXTS,
    endpoints=ENDPOINTS,
    events=[SignatureDue, SignatureWithdrawn],
)
