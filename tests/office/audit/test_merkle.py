"""The tree hashes are RFC 6962's: its known values, the definition written out, and every inclusion path."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.audit.merkle import EMPTY, Frontier, consistent, leaf_hash, node_hash, root_from_path, split
from tools.verify_head_proof import proves

# The inputs and roots of the reference implementation (google/certificate-transparency, merkle_tree_test).
LEAVES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def root(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962, section 2.1."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    middle = split(len(leaves))
    return node_hash(root(leaves[:middle]), root(leaves[middle:]))


def path(leaves: list[bytes], position: int) -> list[bytes]:
    """The definition of RFC 6962, section 2.1.1."""
    if len(leaves) < 2:
        return []
    middle = split(len(leaves))
    if position < middle:
        return [*path(leaves[:middle], position), root(leaves[middle:])]
    return [*path(leaves[middle:], position - middle), root(leaves[:middle])]


def test_the_known_roots() -> None:
    frontier = Frontier()
    assert frontier.root == EMPTY
    for data, told in zip(LEAVES, ROOTS, strict=True):
        frontier.add(leaf_hash(bytes.fromhex(data)))
        assert frontier.root.hex() == told


@given(st.integers(1, 600), st.data())
def test_paths_lead_to_the_root_and_from_nowhere_else(size: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(size)]
    position = data.draw(st.integers(0, size - 1))
    way, top = path(leaves, position), root(leaves)
    assert root_from_path(leaves[position], position, size, way) == top
    assert root_from_path(leaf_hash(b"other"), position, size, way) != top
    other = data.draw(st.integers(-1, size))
    if other != position:
        assert root_from_path(leaves[position], other, size, way) != top
    assert root_from_path(leaves[position], position, size, [*way, top]) is None
    if way:
        assert root_from_path(leaves[position], position, size, way[:-1]) is None


@given(st.integers(0, 600))
def test_a_frontier_tells_each_whole_subtree_it_completes(size: int) -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(size)]
    frontier = Frontier()
    for number, leaf in enumerate(leaves, 1):
        for height, whole in enumerate(frontier.add(leaf)):
            assert number % (1 << height) == 0
            assert whole == root(leaves[number - (1 << height) : number])
    assert frontier.root == root(leaves)


def proof(leaves: list[bytes], first: int, whole: bool = True) -> list[bytes]:
    """The definition of RFC 6962, section 2.1.2."""
    if first == len(leaves):
        return [] if whole else [root(leaves)]
    middle = split(len(leaves))
    if first <= middle:
        return [*proof(leaves[:middle], first, whole), root(leaves[middle:])]
    return [*proof(leaves[middle:], first - middle, False), root(leaves[:middle])]


@given(st.integers(1, 300), st.data())
def test_a_consistency_proof_holds_between_these_two_trees_alone(size: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(size)]
    first = data.draw(st.integers(1, size))
    old, new, way = root(leaves[:first]), root(leaves), proof(leaves, first)
    assert consistent(first, size, old, new, way)
    altered = [*leaves[:first][:-1], leaf_hash(b"other")]
    assert not consistent(first, size, root(altered), new, way)
    assert not consistent(first, size, old, leaf_hash(b"other"), way)
    assert not consistent(first, size, old, new, [*way, new])
    assert not way or not consistent(first, size, old, new, way[:-1])
    said = {"format": "zhiban-audit-proof-1", "first": _head(first, old), "second": _head(size, new)}
    assert proves(json.dumps({**said, "path": [step.hex() for step in way]}).encode())
    assert not proves(json.dumps({**said, "path": [step.hex() for step in [*way, new]]}).encode())
    assert not proves(json.dumps({**said, "first": _head(first, root(altered)), "path": [step.hex() for step in way]}).encode())


def _head(size: int, top: bytes) -> str:
    return json.dumps({"size": size, "root": top.hex()})


@given(st.integers(-2, 70), st.integers(-2, 70), st.lists(st.binary(min_size=32, max_size=32), max_size=8))
def test_no_size_and_no_path_breaks_it_and_two_verifiers_agree(first: int, second: int, way: list[bytes]) -> None:
    old, new = leaf_hash(b"old"), leaf_hash(b"new")
    assert not consistent(first, second, old, new, way)
    said = {"format": "zhiban-audit-proof-1", "first": _head(first, old), "second": _head(second, new)}
    assert not proves(json.dumps({**said, "path": [step.hex() for step in way]}).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"format":"zhiban-audit-proof-1","path":[1]}', b"\xff", b"9" * 5000])
def test_what_is_no_proof_proves_nothing(data: bytes) -> None:
    assert not proves(data)
