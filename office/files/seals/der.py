"""DER (X.690) read without recursion and within bounds: only what is asked for is looked at, never a whole tree."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import wraps
from typing import NamedTuple, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

SEQUENCE, SET, OCTETS, BITS, INTEGER, OID, BOOLEAN = 0x30, 0x31, 0x04, 0x03, 0x02, 0x06, 0x01
UTC_TIME, GENERAL_TIME = 0x17, 0x18
MAX_INSIDE = 4096
"""Values directly inside one value; a real certificate has some twenty."""

MAX_DEPTH, MAX_VALUES = 40, 50_000
"""Of a whole structure that is given to a library: a CMS with its certificates nests about fifteen deep."""

_CONSTRUCTED, _LONG_TAG = 0x20, 0x1F
_MAX_ARCS, _MAX_OID = 40, 200
_CHINA = timezone(timedelta(hours=8))


class BadDer(ValueError):
    """Not DER, not what was expected there, or beyond the bounds."""


def reading(function: Callable[P, R]) -> Callable[P, R]:
    """What a reader stumbles over (too few parts, a part of another kind) is BadDer, and nothing else comes out of it."""

    @wraps(function)
    def read_or_bad(*args: P.args, **named: P.kwargs) -> R:
        try:
            return function(*args, **named)
        except (ValueError, IndexError, OverflowError) as error:
            raise BadDer(str(error)) from error

    return read_or_bad


class Der(NamedTuple):
    """One value: its tag, its content, and all of its bytes as they were signed."""

    tag: int
    content: bytes
    raw: bytes

    def children(self, most: int = MAX_INSIDE) -> list["Der"]:
        """The values inside. Raises BadDer."""
        if not self.tag & _CONSTRUCTED:
            raise BadDer("nothing inside")
        found, at = list[Der](), 0
        while at < len(self.content):
            value, at = read(self.content, at)
            found.append(value)
            if len(found) > most:
                raise BadDer("too many values")
        return found

    def child(self, *path: int) -> "Der":
        """A value by its place, step by step. Raises BadDer."""
        value = self
        for step in path:
            inside = value.children()
            if step >= len(inside):
                raise BadDer("ends too early")
            value = inside[step]
        return value

    def must(self, *tags: int) -> "Der":
        """Itself, if it has one of these tags. Raises BadDer."""
        if self.tag not in tags:
            raise BadDer(f"tag {self.tag:#x}")
        return self

    @property
    def bits(self) -> bytes:
        """The bytes of a BIT STRING of whole bytes. Raises BadDer."""
        if self.tag != BITS or not self.content or self.content[0]:
            raise BadDer("not whole bytes")
        return self.content[1:]

    @property
    def number(self) -> int:
        """The value of an INTEGER. Raises BadDer."""
        if self.tag != INTEGER or not 1 <= len(self.content) <= 64:
            raise BadDer("not a number")
        return int.from_bytes(self.content, "big", signed=True)

    @property
    def oid(self) -> str:
        """An OBJECT IDENTIFIER with dots. Raises BadDer."""
        if self.tag != OID or not 1 <= len(self.content) <= _MAX_OID or self.content[-1] & 0x80:
            raise BadDer("not an OID")
        arcs, value = list[int](), 0
        for byte in self.content:
            value = value << 7 | byte & 0x7F
            if not byte & 0x80:
                arcs.append(value)
                value = 0
        if len(arcs) > _MAX_ARCS:
            raise BadDer("OID too long")
        first = min(arcs[0] // 40, 2)
        return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))

    @property
    def text(self) -> str:
        """The words of any string type; Chinese CAs put UTF-8 or GBK into T61String and PrintableString too."""
        if self.tag == 0x1E:
            return self.content.decode("utf-16-be", "replace")
        try:
            return self.content.decode("utf-8")
        except UnicodeDecodeError:
            return self.content.decode("gb18030", "replace")

    @property
    def moment(self) -> datetime:
        """The moment of a UTCTime or GeneralizedTime. Raises BadDer."""
        text = self.must(UTC_TIME, GENERAL_TIME).content.decode("ascii", "replace")
        if self.tag == UTC_TIME:
            text = ("19" if text[:1] >= "5" else "20") + text
        found = moment_of(text)
        if found is None:
            raise BadDer("not a time")
        return found


def read(data: bytes, at: int = 0) -> tuple[Der, int]:
    """The value at a place and where it ends. Raises BadDer, also for lengths without an end."""
    start = at
    if at + 2 > len(data) or data[at] & _LONG_TAG == _LONG_TAG:
        raise BadDer("no value")
    tag, length, at = data[at], data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or at + count > len(data):
            raise BadDer("no length")
        length, at = int.from_bytes(data[at : at + count], "big"), at + count
    if at + length > len(data):
        raise BadDer("longer than the data")
    return Der(tag, data[at : at + length], data[start : at + length]), at + length


def whole(data: bytes, limit: int) -> Der:
    """The one SEQUENCE that these bytes are, to the last. Raises BadDer."""
    if len(data) > limit:
        raise BadDer("too long")
    value, end = read(data)
    if end != len(data):
        raise BadDer("something behind the end")
    return value.must(SEQUENCE)


def must_be_bounded(data: bytes, limit: int) -> None:
    """Raises BadDer where a whole structure is longer, deeper or richer than anything real; nothing is kept of it."""
    ends, at, count = [len(data)], 0, 0
    if len(data) > limit:
        raise BadDer("too long")
    while ends:
        if at >= ends[-1]:
            at = ends.pop()
            continue
        value, end = read(data, at)
        count += 1
        if end > ends[-1] or count > MAX_VALUES or len(ends) > MAX_DEPTH:
            raise BadDer("out of bounds")
        if value.tag & _CONSTRUCTED:
            ends.append(end)
            at = end - len(value.content)
        else:
            at = end


def moment_of(text: str) -> datetime | None:
    """A time as producers write it: digits with or without separators, Z or nothing (then Chinese time)."""
    digits = "".join(char for char in text.split(".")[0] if char.isdigit() and char.isascii())
    if len(digits) != 14:
        return None
    try:
        zone = UTC if text.rstrip().upper().endswith("Z") else _CHINA
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
