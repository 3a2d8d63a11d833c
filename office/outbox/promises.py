"""The promises that manifests make (invariants), checked: by a job every night, by `zhiban doctor --promises`, by tests."""

import logging
from collections.abc import Sequence

from prometheus_client import Gauge

from office.kernel.modules import registry

#: So many violations of a promise are written out; their number is told.
SHOWN = 20
log = logging.getLogger(__name__)
broken_promises = Gauge("zhiban_broken_promises", "Violations found at the last check", ("promise",))


async def broken() -> dict[str, Sequence[str]]:
    """The promises that do not hold, by name, with a line for each violation."""
    checks = [promise for module in registry().modules for promise in module.invariants]
    found = {promise.name: await promise.check() for promise in checks}
    for name, lines in found.items():
        broken_promises.labels(name).set(len(lines))
    return {name: lines for name, lines in found.items() if lines}


async def check_promises() -> None:
    """Raise an alarm for each broken promise: a line in the log, a figure in the metrics."""
    for name, lines in (await broken()).items():
        log.error("broken promise", extra={"promise": name, "violations": len(lines), "first": list(lines[:SHOWN])})
