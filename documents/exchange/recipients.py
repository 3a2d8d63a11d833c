"""Who a push is for: units by 统一社会信用代码, one that has ended by its custodian, each with somebody who receives."""

from collections.abc import Mapping, Sequence

from documents.exchange.schemas import Metadata
from documents.incoming.models import Document, Handling
from documents.incoming.versions import version_of
from office.kernel.refusal import Invalid
from office.organization import uscc
from office.organization.queries import UnitCard, custodian, posts_in, units, units_by_uscc

Found = tuple[dict[str, UnitCard], list[str]]


async def recipients_of(metadata: Metadata) -> Found:
    """The units to deliver to by the codes as sent, and the codes that nobody receives for.

    Refuses: Invalid exchange.no_recipient where that leaves none.
    """
    codes = _once(metadata.recipients)
    known = await units_by_uscc(codes.values())
    living = {code: await _living(card) for code, card in known.items()}
    posts = await posts_in({card.id for card in living.values()})
    open_to = {post.unit for post in posts if post.takes_in}
    found = {sent: living[code] for sent, code in codes.items() if code in living and living[code].id in open_to}
    unknown = [sent for sent in codes if sent not in found]
    if not found:
        raise Invalid("exchange.no_recipient", unknown=unknown)
    return found, unknown


def _once(sent: Sequence[str]) -> dict[str, str]:
    """Each code once, however it was written: as it was first sent, and in its own form."""
    first: dict[str, str] = {}
    for one in sent:
        first.setdefault(uscc.normal(one), one)
    return {one: code for code, one in first.items()}


async def dropped(document: Document, found: Mapping[str, UnitCard]) -> list[str]:
    """Of those whom a late lower version names: whom the version in force names no longer, and who never had it.

    Two queries (decision 0192).
    """
    now = await version_of(document.id, document.version)
    named = {uscc.normal(str(code)) for code in now.metadata.get("recipients", [])}
    units_found = [unit.id for unit in found.values()]
    held = Handling.filter(document_id=document.id, addressed_to__in=units_found)
    having = set(await held.values_list("addressed_to", flat=True))
    return [code for code, unit in found.items() if uscc.normal(code) not in named and unit.id not in having]


async def _living(card: UnitCard) -> UnitCard:
    """The unit, or the one that keeps its affairs today."""
    if not card.ended:
        return card
    keeper = await custodian(card.id)
    return (await units([keeper])).get(keeper, card)
