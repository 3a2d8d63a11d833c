"""A unit has ended (撤并): what it was handling goes on in the unit that keeps its affairs, what it has handled stays readable
there. The document still says whom it came to; the numbers and names of then stay."""

from documents.incoming.models import Handling
from documents.incoming.vacant import change_clerk, skip_vacant
from office.kernel.events import Delivery
from office.organization.events import UnitSucceeded
from office.organization.queries import custodian, receiving_posts

BATCH = 200


async def on_unit_succeeded(event: UnitSucceeded, delivery: Delivery) -> None:
    """Give the unit's handlings to its custodian of today, who may be another than when it ended; each in a unit of work of its
    own, and done twice it does nothing.

    Raises LookupError where nobody receives documents there: the delivery is tried again until somebody does.
    """
    keeper = await custodian(event.unit)
    posts = await receiving_posts(keeper)
    if not posts:
        raise LookupError(f"unit {keeper} keeps the affairs of {event.unit} and has no post that receives documents")
    while page := await Handling.filter(unit_id=event.unit).order_by("id").limit(BATCH):
        for handling in page:
            await change_clerk(handling, keeper, posts[0].id)
            await skip_vacant(handling)
