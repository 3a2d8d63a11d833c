"""Building the demo town through the public verbs. What is already there is left as it is, so it may run again."""

from dataclasses import dataclass, field
from uuid import UUID

from demo.town import GROUPS, POSTS, SECTIONS, UNITS, PostPlan
from office.cli.progress import Tell, unheard
from office.kernel.actor import SYSTEM, Actor
from office.kernel.work import verb
from office.organization import actions, groups, structure
from office.organization.holdings import holdings_of
from office.organization.models import Appointment, Person, Post, RecipientGroup, Section, Unit

STEPS = len(UNITS) + len(SECTIONS) + len(POSTS)


@dataclass
class Town:
    """Ids by name: units by short name, posts and people by login."""

    units: dict[str, UUID] = field(default_factory=dict)
    sections: dict[tuple[str, str], UUID] = field(default_factory=dict)
    posts: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)


@verb
async def settle(tell: Tell = unheard) -> Town:
    """Build the county in one unit of work; the ids by name, old and new. `tell` hears of `STEPS`."""
    town = Town()
    await _units(town)
    tell(len(UNITS))
    await _sections(town)
    tell(len(SECTIONS))
    for place, plan in enumerate(POSTS):
        await _post(town, plan, place)
        tell(1)
    await _groups(town)
    return town


async def _units(town: Town) -> None:
    for place, plan in enumerate(UNITS):
        known = await Unit.get_or_none(uscc=plan.code)
        town.units[plan.short] = known.id if known else await structure.add_unit(
            SYSTEM, name=plan.name, short_name=plan.short, kind=plan.kind, aliases=plan.aliases, code=plan.code,
            parent=town.units[plan.parent] if plan.parent else None, sort_no=place,
        )  # fmt: skip


async def _sections(town: Town) -> None:
    for place, (unit, name, kind) in enumerate(SECTIONS):
        known = await Section.filter(unit=town.units[unit], name=name).first()
        made = known.id if known else await structure.add_section(SYSTEM, town.units[unit], name=name, kind=kind, sort_no=place)
        town.sections[unit, name] = made


async def _post(town: Town, plan: PostPlan, place: int) -> None:
    unit = town.units[plan.unit]
    known = await Post.filter(unit=unit, title=plan.title).first()
    post = known.id if known else await structure.add_post(
        SYSTEM, unit, title=plan.title, roles=plan.roles, section=town.sections.get((plan.unit, plan.section)),
        team=plan.team, rank_no=plan.rank, is_leader="leader" in plan.roles, receiving=plan.receiving, sort_no=place,
        reach=town.units.get(plan.reach),
    )  # fmt: skip
    town.posts[plan.login] = post
    held = await Appointment.filter(post=post).first()
    if held is not None:
        town.people[plan.login] = held.person
        return
    person = await Person.filter(name=plan.person, pinyin=plan.pinyin).first()
    town.people[plan.login] = person.id if person else await structure.add_person(SYSTEM, name=plan.person, pinyin=plan.pinyin)
    await actions.appoint(SYSTEM, town.people[plan.login], post, scope=plan.scope)


async def _groups(town: Town) -> None:
    for unit, name, members, owner in GROUPS:
        if not await RecipientGroup.exists(unit=town.units[unit], name=name):
            person = town.people[owner]
            actor = Actor(kind="person", id=person, name=owner, holdings=await holdings_of(person))
            refs = [f"unit:{town.units[member]}" for member in members]
            await groups.save_group(actor, town.units[unit], name=name, members=refs)
