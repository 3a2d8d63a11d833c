"""How far a command is: a bar on a terminal; plain lines where nobody watches (a pipe, a log); nothing of what is quick."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import click
from click.termui import progressbar

#: Seconds after which a log gets a first line, and then between two.
FIRST, EVERY = 1.0, 5.0
Tell = Callable[[int], None]


def unheard(steps: int) -> None:
    """For who does not ask how far it is."""


class Progress:
    """So many steps of one thing, as a context manager. `update(n)` says n more are done; `to(n)` that n are done by now."""

    def __init__(self, label: str, length: int) -> None:
        self._label, self._length, self._done = label, max(1, length), 0
        self._bar: Any = progressbar(length=self._length, label=label, file=sys.stderr) if sys.stderr.isatty() else None
        self._began = self._told = 0.0

    def __enter__(self) -> "Progress":
        self._began = time.monotonic()
        if self._bar is not None:
            self._bar.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        if kind is None:
            self.update(self._length - self._done)
        if self._bar is not None:
            self._bar.__exit__(kind, error, where)
        elif kind is None and self._told:
            click.echo(f"{self._label}：完成，用时 {time.monotonic() - self._began:.0f} 秒", err=True)

    def update(self, steps: int) -> None:
        """So many more are done; what is beyond the end is not told."""
        steps = max(0, min(steps, self._length - self._done))
        self._done += steps
        if self._bar is not None:
            self._bar.update(steps)
        elif self._due():
            self._told = time.monotonic()
            click.echo(f"{self._label}：{self._done * 100 // self._length}%", err=True)

    def to(self, done: int) -> None:
        """So many are done by now."""
        self.update(done - self._done)

    def _due(self) -> bool:
        now = time.monotonic()
        return self._done < self._length and now - (self._told or self._began) >= (EVERY if self._told else FIRST)


def progress(label: str, length: int) -> Progress:
    """Tell on stderr how far `length` steps are."""
    return Progress(label, length)


@contextmanager
def elapsed(label: str) -> Iterator[None]:
    """Tell how long something has taken that cannot say how far it is, once it takes longer than a second."""
    over = threading.Event()
    teller = threading.Thread(target=_tell_elapsed, args=(label, over), daemon=True)
    teller.start()
    try:
        yield
    finally:
        over.set()
        teller.join()


def _tell_elapsed(label: str, over: threading.Event) -> None:
    began, watched = time.monotonic(), sys.stderr.isatty()
    pause = FIRST
    while not over.wait(pause):
        told = f"{label}：已用 {time.monotonic() - began:.0f} 秒"
        click.echo(f"\r{told}" if watched else told, err=True, nl=not watched)
        pause = FIRST if watched else EVERY
    if watched and time.monotonic() - began >= FIRST:
        click.echo(err=True)
