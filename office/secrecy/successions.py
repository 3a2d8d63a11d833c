"""A unit has ended (撤并): what its 保密管理员 would see and decide is its custodian's from now on."""

from office.kernel.database import execute
from office.kernel.events import Delivery
from office.organization.events import UnitSucceeded
from office.organization.queries import custodian


async def on_unit_succeeded(event: UnitSucceeded, delivery: Delivery) -> None:
    """Give stops and cases to the custodian of today; done twice it does nothing."""
    old, new = str(event.unit), str(await custodian(event.unit))
    await execute("UPDATE secrecy_stop SET unit = ? WHERE unit = ?", new, old)
    known = 'SELECT "case" FROM secrecy_case_unit WHERE unit = ?'
    await execute(f'DELETE FROM secrecy_case_unit WHERE unit = ? AND "case" IN ({known})', old, new)  # noqa: S608 - all of it stands here
    await execute("UPDATE secrecy_case_unit SET unit = ? WHERE unit = ?", new, old)
