"""Encrypted files of records: what was written is read, at any place; what was altered is refused; nothing lies in clear."""

import io
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from office.kernel.refusal import Unavailable
from office.kernel.sealed import CHUNK, Sealed, Writer, fresh_key

LONG = [b"x" * CHUNK, b"y" * (CHUNK + 1), b"z" * (3 * CHUNK - 1)]
FEW = settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])


def written(folder: Path, pieces: list[bytes], label: bytes = b"") -> Sealed:
    path, key = folder / str(uuid4()), fresh_key()
    writer = Writer.begin(path, key, label)
    for piece in pieces:
        writer.write(piece)
        writer.flush()
    writer.close()
    return Sealed(path, key, sum(map(len, pieces)))


def whole(sealed: Sealed) -> bytes:
    with sealed.open() as file:
        return sealed.label() + file.read()


@FEW
@given(
    pieces=st.lists(st.binary(max_size=40) | st.sampled_from(LONG), max_size=6),
    places=st.lists(st.tuples(st.integers(0, 300_000), st.integers(0, 200_000)), max_size=5),
)
def test_what_was_written_is_read_at_any_place(tmp_path: Path, pieces: list[bytes], places: list[tuple[int, int]]) -> None:
    sealed, clear = written(tmp_path, pieces), b"".join(pieces)
    with sealed.open() as file:
        assert file.read() == clear
        assert file.seek(0, io.SEEK_END) == len(clear)
        for place, size in places:
            file.seek(place)
            assert file.read(size) == clear[place : place + size]


@FEW
@given(at=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_single_bit_altered_is_refused(tmp_path: Path, at: float, bit: int) -> None:
    sealed = written(tmp_path, [b"first" * 9, b"second" * 9], b"name")
    data = bytearray(sealed.path.read_bytes())
    data[int(at * len(data))] ^= 1 << bit
    sealed.path.write_bytes(data)
    with pytest.raises(Unavailable):
        whole(sealed)


@pytest.mark.parametrize("change", ["swapped", "doubled", "dropped", "cut", "other key", "gone"])
def test_records_stand_in_their_place(tmp_path: Path, change: str) -> None:
    sealed = written(tmp_path, [b"a" * 50, b"b" * 50, b"c" * 50])
    data, size = sealed.path.read_bytes(), 50 + 16 + 16
    head, a, b, c = data[: -3 * size], data[-3 * size : -2 * size], data[-2 * size : -size], data[-size:]
    changed = {"swapped": head + b + a + c, "doubled": head + a + a + c, "dropped": head + a + c, "cut": data[:-1]}
    sealed.path.write_bytes(changed.get(change, data))
    if change == "other key":
        sealed = sealed._replace(key=fresh_key())
    if change == "gone":
        sealed.path.unlink()
    with pytest.raises(Unavailable):
        whole(sealed)


def test_what_was_not_promised_is_written_over(tmp_path: Path) -> None:
    """After a death the writer goes on where it had promised; what was torn behind it does no harm."""
    path, key = tmp_path / "one", fresh_key()
    writer = Writer.begin(path, key, "名.pdf".encode())
    writer.write(b"kept")
    writer.sync()
    offset, stored = writer.offset, writer.stored
    writer.write(b"not promised" * 10_000)
    writer.flush()
    writer.close()
    again = Writer(path, key, offset, stored)
    again.write(b", and more")
    again.flush()
    again.close()
    assert whole(Sealed(path, key, again.offset)) == "名.pdf".encode() + b"kept, and more"


def test_nothing_lies_in_clear_and_nothing_repeats(tmp_path: Path) -> None:
    sealed = written(tmp_path, [b"same text, same text" * 10_000] * 2, b"a name")
    data = sealed.path.read_bytes()
    assert b"same" not in data
    assert b"name" not in data
    records = [data[at : at + 28] for at in range(0, len(data) - 28, 7919)]
    assert len(set(records)) == len(records)
    assert sealed.path.stat().st_mode & 0o077 == 0
