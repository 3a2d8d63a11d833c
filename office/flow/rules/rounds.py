"""Rounds: how a return and a withdrawal are written without ever reopening a closed obligation.

A return splits its scope in two: what remains (the record: done becomes overtaken, open becomes void) and a fresh round
(new obligations standing for the old ones). The scope is the smallest sequence that holds both ends, so branches outside are
not disturbed, and a branch inside is asked again, since it signed what is now going to change.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from office.flow.rules.model import ACTED, ARBITRATE, OPEN_STATES, Group, Node, Obligation, Turn, leaves
from office.flow.rules.settle import VOTES
from office.flow.rules.tree import each, holds, path
from office.kernel.refusal import Invalid


def fresh(leaf: Obligation, turn: Turn, more_rounds: int = 0) -> Obligation:
    """The same duty asked anew, standing for `leaf`."""
    return Obligation(
        id=turn.mint("again", leaf.id), act=leaf.act, holder=leaf.holder, verbs=leaf.verbs, due=leaf.due, due_why=leaf.due_why,
        label=leaf.label, once=leaf.once, added_by=leaf.added_by, sent_by=leaf.sent_by, of=leaf.id,
        round=leaf.round + more_rounds,
    )  # fmt: skip


def send_back(root: Group, returned: Obligation, target: str, turn: Turn) -> Group:
    """The tree after `returned` (already marked so) went back to an earlier `target`.

    Refuses Invalid("flow.return_not_earlier") where the target does not come before it in some sequence.
    """
    here, there = path(root, returned.id), path(root, target)
    fork = next((n for n, (a, b) in enumerate(zip(here, there, strict=False)) if a[1] != b[1]), None)
    if fork is None or here[fork][0].join != "sequence" or there[fork][1] > here[fork][1]:
        raise Invalid("flow.return_not_earlier")
    group, last, first = here[fork][0], here[fork][1], there[fork][1]
    scope = group.children[first : last + 1]
    remains = (_remains_from(scope[0], target, returned), *(_remains(child, returned) for child in scope[1:]))
    repeated = (_again_from(scope[0], target, turn), *(_again(child, turn) for child in scope[1:]))
    middle = tuple(node for node in (*remains, *repeated) if node is not None)
    changed = replace(group, children=(*group.children[:first], *middle, *group.children[last + 1 :]))
    return _graft(root, [index for _, index in here[:fork]], changed)


def start_over(root: Group, returned: Obligation, first: Obligation, turn: Turn) -> Group:
    """The tree after `returned` went back to the initiator: `first`, then all of it again."""
    remains = (_remains(child, returned) for child in root.children)
    repeated = (_again(child, turn) for child in root.children)
    middle = (node for node in (*remains, first, *repeated) if node is not None)
    return replace(root, children=tuple(middle))


def _graft(group: Group, way: list[int], new: Group) -> Group:
    if not way:
        return new
    below = group.children[way[0]]
    inner = _graft(below, way[1:], new) if isinstance(below, Group) else below
    return replace(group, children=(*group.children[: way[0]], inner, *group.children[way[0] + 1 :]))


def _remains(node: Node, returned: Obligation) -> Node | None:
    return each(node, lambda leaf: returned if leaf.id == returned.id else _remaining(leaf))


def _remaining(leaf: Obligation) -> Obligation | None:
    """What stays of a leaf as record; one still waiting is not record, it moves to the fresh round as it is."""
    if leaf.state == "waiting":
        return replace(leaf, state="void") if leaf.once else None
    if leaf.state == "done":
        return replace(leaf, state="overtaken")
    return replace(leaf, state="void") if leaf.state in ("live", "unneeded") else leaf


def _again(node: Node, turn: Turn, target: str = "") -> Node | None:
    if isinstance(node, Obligation):
        return _again_leaf(node, turn, target)
    children = tuple(new for child in node.children if (new := _again(child, turn, target)) is not None)
    if not children:
        return None
    return children[0] if node.join == "sequence" and len(children) == 1 else replace(node, children=children, decided="")


def _again_leaf(leaf: Obligation, turn: Turn, target: str) -> Obligation | None:
    if leaf.once and leaf.id != target:
        return None
    if leaf.state == "waiting":
        return leaf
    return fresh(leaf, turn, 1) if leaf.state in ("done", "live", "unneeded") else None


def _again_from(node: Node, target: str, turn: Turn) -> Node | None:
    """From the target on: of an `all` only the target's branch, but a vote is taken again as a whole."""
    if isinstance(node, Obligation) or node.join in VOTES:
        return _again(node, turn, target)
    index = _branch(node, target)
    first = _again_from(node.children[index], target, turn)
    if node.join == "all":
        return first
    rest = (_again(child, turn) for child in node.children[index + 1 :])
    return replace(node, children=tuple(new for new in (first, *rest) if new is not None))


def _remains_from(node: Node, target: str, returned: Obligation) -> Node | None:
    if isinstance(node, Obligation) or node.join in VOTES:
        return _remains(node, returned)
    index = _branch(node, target)
    first = _remains_from(node.children[index], target, returned)
    later = node.children[index + 1 :]
    kept = later if node.join == "all" else tuple(_remains(child, returned) for child in later)
    return replace(node, children=tuple(new for new in (*node.children[:index], first, *kept) if new is not None))


def _branch(group: Group, target: str) -> int:
    return next(index for index, child in enumerate(group.children) if holds(child, target))


def followers(root: Group, wanted: str) -> Iterator[Obligation]:
    """Every obligation that comes after this one in some sequence."""
    for group, index in path(root, wanted):
        if group.join == "sequence":
            for child in group.children[index + 1 :]:
                yield from leaves(child)


def followed(root: Group, wanted: str) -> bool:
    """Whether someone after this one has acted, so that it can no longer be withdrawn."""
    return any(leaf.state in ACTED for leaf in followers(root, wanted))


def sent(leaf: Obligation, by: str) -> bool:
    """Whether the act on that obligation sent this one on, and it is still open: it goes when the act is taken back."""
    return bool(by) and leaf.sent_by == by and leaf.state in OPEN_STATES


def undecide(group: Group, wanted: str, turn: Turn) -> Group:
    """Every vote this obligation took part in is open again: the others are asked anew, an arbitration falls away."""
    index = next((n for n, child in enumerate(group.children) if holds(child, wanted)), None)
    if index is None:
        return group
    child = group.children[index]
    failed = isinstance(child, Group) and child.decided == "failed"
    children: list[Node] = []
    for n, node in enumerate(group.children):
        if n == index and isinstance(node, Group):
            children.append(undecide(node, wanted, turn))
        elif n != index and group.decided:
            children.extend(_asked_anew(node, turn))
        else:
            children.append(_unarbitrated(node) if n > index and failed and group.join == "sequence" else node)
    return replace(group, children=tuple(children), decided="")


def _unarbitrated(node: Node) -> Node:
    def drop(leaf: Obligation) -> Obligation:
        falls = leaf.act == ARBITRATE and leaf.state in OPEN_STATES
        return replace(leaf, state="void") if falls else leaf

    return each(node, drop) or node


def _asked_anew(node: Node, turn: Turn) -> tuple[Node, ...]:
    if isinstance(node, Obligation):
        return (replace(node, state="void"), fresh(node, turn)) if node.state == "unneeded" else (node,)
    if node.decided:
        return (node,)
    return (replace(node, children=tuple(new for child in node.children for new in _asked_anew(child, turn))),)
