"""One line of the doctor."""

from dataclasses import dataclass

GOOD, NOTE, BAD = "好", "注意", "错误"


@dataclass(frozen=True)
class Finding:
    """How something stands: 好, 注意 or 错误; what was looked at, what was found, and what to do."""

    level: str
    what: str
    found: str
    todo: str = ""

    def line(self) -> str:
        """As printed."""
        return f"[{self.level}] {self.what}：{self.found.rstrip('。')}" + (f"。请{self.todo}" if self.todo else "")


def good(what: str, found: str) -> Finding:
    """Nothing to do."""
    return Finding(GOOD, what, found)


def note(what: str, found: str, todo: str) -> Finding:
    """Works, but someone should know."""
    return Finding(NOTE, what, found, todo)


def bad(what: str, found: str, todo: str = "") -> Finding:
    """Does not work; without `todo` where `found` says already what to do."""
    return Finding(BAD, what, found, todo)
