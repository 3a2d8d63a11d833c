"""References "kind:id": how a module names what is another's, "documents.handling:…", "person:…", "post:…"."""

from uuid import UUID


def kind_of(ref: str) -> str:
    """What it is a reference to; the whole of what is none."""
    return ref.partition(":")[0]


def id_of(ref: str) -> UUID:
    """Whose. ValueError for what ends in no id."""
    return UUID(ref.rpartition(":")[2])


def is_ref(text: str) -> bool:
    """Whether it is a reference at all."""
    kind, _, id = text.partition(":")
    try:
        return bool(kind) and str(UUID(id)) == id
    except ValueError:
        return False
