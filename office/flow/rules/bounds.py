"""Everything from outside is bounded here: texts, times, and the plans that are sown into a tree."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from office.flow.rules.model import ARBITRATE, CONFIRM, HOLD, REVISE, Group, Holder, Node, Obligation, leaves
from office.flow.rules.tree import measure
from office.flow.rules.verbs import HOLDER_VERBS
from office.kernel.refusal import Invalid

MAX_NODES: Final = 2_000
MAX_DEPTH: Final = 16
MAX_TEXT: Final = 500  # a reason, a note
MAX_WORD: Final = 64  # an act, an outcome, a label
MAX_HOLDER: Final = 200
HOLDERS: Final = ("person", "post")
RESERVED: Final = frozenset({ARBITRATE, CONFIRM, HOLD, REVISE})


def text(value: str, required: bool = False) -> str:
    """A reason or note; Invalid if too long (500 characters), or empty where one is due."""
    if required and not value.strip():
        raise Invalid("flow.reason_missing")
    if len(value) > MAX_TEXT:
        raise Invalid("flow.text_too_long", limit=MAX_TEXT)
    return value


def word(value: str) -> str:
    """An outcome or label; Invalid over 64 characters."""
    if len(value) > MAX_WORD:
        raise Invalid("flow.text_too_long", limit=MAX_WORD)
    return value


def holder(value: Holder) -> None:
    """A holder is a person or a post, named in at most 200 characters; Invalid otherwise."""
    if value.kind not in HOLDERS or not 0 < len(value.id) <= MAX_HOLDER:
        raise Invalid("flow.holder_missing")


def moment(at: datetime | None) -> None:
    """A time carries its zone; Invalid otherwise."""
    if at is not None and at.utcoffset() is None:
        raise Invalid("flow.time_without_zone")


def uuid(value: str) -> str:
    """A canonical UUID as text; Invalid otherwise."""
    try:
        canonical = str(UUID(value)) == value
    except ValueError:
        canonical = False
    if not canonical:
        raise Invalid("flow.not_a_uuid")
    return value


def size(node: Node) -> None:
    """Invalid over 2,000 nodes or 16 levels."""
    _depth(node, 1)
    if measure(node)[0] > MAX_NODES:
        raise Invalid("flow.too_large", limit=MAX_NODES)


def _depth(node: Node, level: int) -> None:
    if level > MAX_DEPTH:
        raise Invalid("flow.too_deep", limit=MAX_DEPTH)
    if isinstance(node, Group):
        for child in node.children:
            _depth(child, level + 1)


def plan(node: Node, taken: frozenset[str] = frozenset()) -> None:
    """Refuse Invalid unless a plan from outside is well formed: bounded, nothing begun, ids new, votes that can be met."""
    size(node)
    seen = set(taken)
    for leaf in leaves(node):
        _leaf(leaf)
        if leaf.id in seen:
            raise Invalid("flow.id_taken")
        seen.add(leaf.id)
    for group in _groups(node):
        _group(group)


def _groups(node: Node) -> Iterator[Group]:
    if isinstance(node, Group):
        yield node
        for child in node.children:
            yield from _groups(child)


def _group(group: Group) -> None:
    word(group.label)
    if not group.children:
        raise Invalid("flow.empty_group")
    if group.decided:
        raise Invalid("flow.not_new")
    fits = {"any": group.need == 1, "ratio": 1 <= group.need <= len(group.children)}.get(group.join, group.need == 0)
    if not fits:
        raise Invalid("flow.need_out_of_range")


def _leaf(leaf: Obligation) -> None:
    blank = Obligation(
        id=leaf.id, act=leaf.act, holder=leaf.holder, verbs=leaf.verbs, due=leaf.due, due_why=leaf.due_why, label=leaf.label,
    )  # fmt: skip
    if leaf != blank:
        raise Invalid("flow.not_new")
    uuid(leaf.id)
    word(leaf.label)
    moment(leaf.due)
    text(leaf.due_why)
    if not leaf.act or word(leaf.act) in RESERVED:
        raise Invalid("flow.act_not_usable", act=leaf.act)
    holder(leaf.holder)
    if not HOLDER_VERBS.issuperset(leaf.verbs):
        raise Invalid("flow.unknown_verb")
