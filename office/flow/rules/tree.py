"""Surgery on the tree: find, replace, put before, after or beside. Knows shapes, not meanings."""

from collections.abc import Callable

from msgspec.structs import replace

from office.flow.rules.model import Group, Node, Obligation, all_of, leaves, sequence


def find(node: Node, wanted: str) -> Obligation | None:
    """The obligation of that id, or None."""
    return next((leaf for leaf in leaves(node) if leaf.id == wanted), None)


def holds(node: Node, wanted: str) -> bool:
    """Whether the obligation of that id is in here."""
    return find(node, wanted) is not None


def path(group: Group, wanted: str) -> tuple[tuple[Group, int], ...]:
    """The groups from `group` down to the leaf, each with the index of the child that leads there; () if it is not here."""
    for index, child in enumerate(group.children):
        if isinstance(child, Obligation):
            if child.id == wanted:
                return ((group, index),)
        elif below := path(child, wanted):
            return ((group, index), *below)
    return ()


def edit(group: Group, wanted: str, put: Callable[[Group], tuple[Node, ...]]) -> Group:
    """Replace one leaf by the nodes `put(parent)` gives; everything off its path is shared with the old tree."""
    return _edit(group, [index for _, index in path(group, wanted)], put)


def _edit(group: Group, way: list[int], put: Callable[[Group], tuple[Node, ...]]) -> Group:
    if not way:
        return group
    child = group.children[way[0]]
    new = (_edit(child, way[1:], put),) if isinstance(child, Group) else put(group)
    return replace(group, children=(*group.children[: way[0]], *new, *group.children[way[0] + 1 :]))


def swap(group: Group, wanted: str, *nodes: Node) -> Group:
    """Put nodes in the place of a leaf, side by side in its own group: closed ones do not count there, so any group will do."""
    return edit(group, wanted, lambda _: nodes)


def chain(group: Group, wanted: str, *nodes: Node) -> Group:
    """Put nodes in the place of a leaf, one after another; flat in a sequence, so that depth does not creep."""
    return edit(group, wanted, lambda parent: nodes if parent.join == "sequence" else (sequence(*nodes),))


def beside(group: Group, wanted: str, leaf: Obligation, node: Node) -> Group:
    """Put a node parallel to a leaf; in a vote the pair is one voice."""
    return edit(group, wanted, lambda parent: (leaf, node) if parent.join == "all" else (all_of(leaf, node),))


def each(node: Node, change: Callable[[Obligation], Obligation | None]) -> Node | None:
    """The tree with every leaf changed; None drops a leaf, and a group left without children goes with it."""
    if isinstance(node, Obligation):
        return change(node)
    children = tuple(new for child in node.children if (new := each(child, change)) is not None)
    return replace(node, children=children) if children else None


def every(group: Group, change: Callable[[Obligation], Obligation]) -> Group:
    """As `each`, for changes that drop nothing."""
    return replace(group, children=tuple(change(c) if isinstance(c, Obligation) else every(c, change) for c in group.children))


def measure(node: Node) -> tuple[int, int]:
    """(number of nodes, depth); a leaf is 1 deep."""
    if isinstance(node, Obligation):
        return 1, 1
    below = [measure(child) for child in node.children]
    return 1 + sum(size for size, _ in below), 1 + max((depth for _, depth in below), default=0)
