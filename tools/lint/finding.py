"""One place that breaks a rule."""

import ast
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Source:
    """One parsed Python file; `path` is relative to the checkout."""

    path: Path
    text: str

    def tree(self) -> ast.Module:
        """The syntax tree; `SyntaxError` is left to the caller."""
        return ast.parse(self.text, str(self.path))

    def line(self, number: int) -> str:
        """The text of a line counted from 1, empty beyond the ends."""
        lines = self.text.splitlines()
        return lines[number - 1] if 0 < number <= len(lines) else ""


@dataclass(frozen=True, order=True)
class Finding:
    """Where, which rule, and what to do."""

    path: Path
    line: int
    rule: str
    advice: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule} {self.advice}"


def called_name(call: ast.Call) -> str:
    """The last name of what is called: `create_task` of `asyncio.create_task(…)`, empty for anything stranger."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""
