"""我: who the caller is, from the actor and the account."""

from datetime import timedelta

from office.identity import policy
from office.identity.models import Account
from office.identity.new_keys import new_keys
from office.identity.schemas import Me, NamedRef, PersonShown, PostShown
from office.kernel import clock, settings
from office.kernel.actor import Actor, Holding


def password_aged(account: Account) -> bool:
    """Whether a password is older than `password_age_days` (90 unless set; 0 turns it off): a warning, not a lock."""
    days = settings.current().password_age_days
    return days > 0 and bool(account.password_set_at + timedelta(days=days) <= clock.now())


async def me(actor: Actor) -> Me:
    """The caller with posts, permissions and login name. Refuses: Forbidden identity.persons_only."""
    account = await Account.get(id=policy.own(actor).account)
    return Me(
        person=PersonShown(account.person, account.name),
        posts=[_post(holding) for holding in actor.holdings],
        permissions=sorted(actor.permissions),
        account=account.login,
        must_change_password=account.must_change,
        password_aged=password_aged(account),
        new_keys=await new_keys(actor),
    )


def _post(holding: Holding) -> PostShown:
    section = NamedRef(holding.section, holding.section_name) if holding.section else None
    behalf = NamedRef(holding.on_behalf_of, holding.on_behalf_of_name) if holding.on_behalf_of else None
    unit = NamedRef(holding.unit, holding.unit_name)
    return PostShown(holding.post, holding.title, unit, section, sorted(holding.roles), behalf)
