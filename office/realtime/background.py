"""Tasks that last as long as the process or a connection, ended by their owner; `detach` is for work a shutdown waits for."""

import asyncio
import contextvars
from collections.abc import Coroutine, Iterable


def begin(work: Coroutine[object, object, None], name: str) -> asyncio.Task[None]:
    """Start it outside any unit of work: in an empty context, so that it sees the pool only. The caller keeps and ends it."""
    return asyncio.create_task(work, name=name, context=contextvars.Context())  # lint: allow-task as detach, but not waited for


async def stop(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel them and wait until they have ended."""
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
