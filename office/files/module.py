"""The manifest of office.files."""

from datetime import timedelta

from office.files.actions import sweep
from office.files.acts import ACTS, THINGS
from office.files.events import FileAccepted
from office.files.keeping import KEEPER
from office.files.pages import warm
from office.files.reading import on_accepted
from office.files.routes import ENDPOINTS
from office.files.texts import TEXTS
from office.files.uploads.actions import sweep as sweep_uploads
from office.files.uploads.routes import ENDPOINTS as UPLOADS
from office.files.workers import rendering
from office.kernel.events import Delivery, Handler
from office.kernel.modules import Job, Module


async def _warm(event: FileAccepted, delivery: Delivery) -> None:
    await warm(event.digest, event.pages)


#: One at a time, and page by page in turn with what is read for search (`workers.behind`).
WARM = Handler(
    name="files.warm", event="files.accepted", run=_warm, reads=frozenset({"digest", "pages"}),
    outside=True, ordered=False, at_once=1,
)  # fmt: skip

#: The same.
READ = Handler(
    name="files.read_words", event="files.accepted", run=on_accepted, reads=frozenset({"digest"}),
    outside=True, ordered=False, at_once=1,
)  # fmt: skip

module = Module(
    name="files",
    models=["office.files.models", "office.files.uploads.models"],
    texts=TEXTS,
    acts=ACTS,
    things=THINGS,
    endpoints=[*ENDPOINTS, *UPLOADS],
    headings={"files": "文件", "uploads": "断点续传"},
    events=[FileAccepted],
    handlers=[WARM, READ],
    jobs=[
        Job(name="files.sweep", every=timedelta(hours=1), run=sweep),
        Job(name="files.sweep_uploads", every=timedelta(minutes=10), run=sweep_uploads),
    ],
    keepers=[KEEPER],
    lifespans=[rendering],
)
