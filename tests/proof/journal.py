"""The client's own journal: what it meant to do, on the disk before it was sent, and what the server acknowledged."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One act: its key, what kind, what about, and the server's answer if it ever acknowledged."""

    key: str
    kind: str
    about: dict[str, Any]
    answer: dict[str, Any] | None


class Journal:
    """A file of lines, each on the disk when its writer goes on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def intend(self, key: str, kind: str, **about: Any) -> None:
        """Before sending."""
        self._write({"intent": key, "kind": kind, "about": about})

    def acknowledged(self, key: str, answer: dict[str, Any]) -> None:
        """After the answer came."""
        self._write({"ack": key, "answer": answer})

    def _write(self, line: dict[str, Any]) -> None:
        os.write(self._file, json.dumps(line, ensure_ascii=False).encode() + b"\n")
        os.fsync(self._file)

    def close(self) -> None:
        """No more."""
        os.close(self._file)

    def entries(self) -> list[Entry]:
        """What the file says, read afresh: it is the witness, not this process's memory."""
        intents: dict[str, dict[str, Any]] = {}
        answers: dict[str, dict[str, Any]] = {}
        for line in self._lines():
            if "ack" in line:
                assert line["ack"] not in answers, f"acknowledged twice: {line['ack']}"
                answers[line["ack"]] = line["answer"]
            else:
                intents.setdefault(line["intent"], line)
        return [Entry(key, said["kind"], said["about"], answers.get(key)) for key, said in intents.items()]

    def _lines(self) -> Iterator[dict[str, Any]]:
        with self._path.open(encoding="utf-8") as file:
            yield from (json.loads(line) for line in file)
