"""To whom an opinion goes (送给谁), resolved once when it is signed or entered: what was shown then is what is sent later."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from documents.incoming.actions.route import ROLE_ACTS, ROLE_LABELS
from documents.incoming.models import Opinion
from office.kernel.actor import Actor
from office.kernel.refusal import Invalid
from office.organization.members import parse
from office.organization.recipients import Target, resolve

NAMED = 5
GONE = "已撤销或离任"


@dataclass(frozen=True)
class Addressed:
    """Each recipient once, groups opened, with its part; `gone` are the names of those who are no longer there."""

    to: Sequence[tuple[Target, str]] = ()
    gone: Sequence[str] = ()

    def outside(self, unit: UUID) -> list[tuple[Target, str]]:
        """The other units, each once by its greater part."""
        found: dict[UUID, tuple[Target, str]] = {}
        for target, role in self.to:
            if target.unit != unit:
                found.setdefault(target.unit, (target, role))
        return list(found.values())

    def kept(self) -> dict[str, Any]:
        """As the opinion keeps it; nothing where it goes to nobody."""
        sent = [{"to": target.ref, "name": target.name, "role": role} for target, role in self.to]
        return ({"sent": sent} if sent else {}) | ({"gone": list(self.gone)} if self.gone else {})

    def told(self, unit: UUID) -> list[str]:
        """In words: the names by part, how many units it goes down to, and whom it cannot reach."""
        named = ((label, [target.name for target, said in self.to if said == role]) for role, label in ROLE_LABELS.items())
        told = [f"{label} {listed(names)}" for label, names in named if names]
        inside = [(target, role) for target, role in self.to if target.unit == unit]
        return [*told, *_counted(self.outside(unit), inside)] + ([f"未送 {listed(self.gone)}（{GONE}）"] if self.gone else [])


def _counted(outside: Sequence[tuple[Target, str]], inside: Sequence[tuple[Target, str]]) -> Iterator[str]:
    """下发 3 个单位（协办 3）, the same words and numbers as above the list of them on the phone; who is of the own unit is
    told beside it, so that the numbers are those of the names."""
    if outside:
        yield f"下发 {len(outside)} 个单位{_by_part(outside)}"
    if outside and inside:
        yield f"本单位内 {len(inside)} 个{_by_part(inside)}"


def _by_part(sent: Sequence[tuple[Target, str]]) -> str:
    parts = Counter(role for _, role in sent)
    return f"（{'、'.join(f'{label} {parts[role]}' for role, label in ROLE_LABELS.items() if parts[role])}）"


async def addressed(actor: Actor, sent: Sequence[tuple[str, str]], *, lenient: bool = False) -> Addressed:
    """Recipients by their greater part where one is named twice; at most five queries for each part. Refuses as `resolve`."""
    found: dict[str, tuple[Target, str]] = {}
    gone: list[str] = []
    places = {ref: place for place, (ref, _) in reversed(list(enumerate(sent, 1)))}
    for role in ROLE_ACTS:
        if refs := [ref for ref, said in sent if said == role]:
            now = await resolve(actor, refs, lenient=lenient, places=places)
            gone += now.gone
            for target in now.targets:
                found.setdefault(target.ref, (target, role))
    return Addressed(tuple(found.values()), tuple(dict.fromkeys(gone)))


def ensure_others(sender: Actor, sent: Sequence[tuple[str, str]]) -> None:
    """Nobody sends a document to themselves, by name or by a post of their own. Refuses: Invalid documents.to_oneself."""
    own = {("post", one.post) for one in sender.holdings if one.on_behalf_of is None} | {("person", sender.own_id)}
    if any(parse(ref) in own for ref, _ in sent):
        raise Invalid("documents.to_oneself")


def ensure_one_lead(sent: Sequence[tuple[str, str]]) -> None:
    """Of several one is named the lead (主办), the others assist; a group is one. Refuses: Invalid documents.one_lead."""
    leads = {parse(ref) for ref, role in sent if role == "lead"} - {None}
    if len(leads) > 1:
        raise Invalid("documents.one_lead", count=len(leads))


def sent_by(opinion: Opinion | None) -> list[tuple[str, str]] | None:
    """The list an opinion keeps; None where it was never resolved."""
    kept = opinion.action.get("sent") if opinion else None
    return None if kept is None else [(one["to"], one["role"]) for one in kept]


def names_sent(action: Mapping[str, Any]) -> str:
    """Whom an opinion went to, for the trail; empty for nobody."""
    return listed([one["name"] for one in action.get("sent", [])])


def listed(names: Sequence[str]) -> str:
    """The first five names, and how many there are."""
    more = f"等{len(names)}个" if len(names) > NAMED else ""
    return "、".join(names[:NAMED]) + more
