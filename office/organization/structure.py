"""Building the organization: regions, units, sections, posts, people. Verbs of organization.manage."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from office import audit
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.refusal import Conflict, Forbidden, Invalid, NotFound
from office.kernel.rows import uuid_of
from office.kernel.work import verb
from office.organization import leaders, regions, uscc
from office.organization.holdings import ROLES
from office.organization.models import Person, Post, PostRank, Region, Section, Unit
from office.organization.separation import together

MANAGE = "organization.manage"
LEVELS = {
    regions.Level.PROVINCE: "省",
    regions.Level.CITY: "市",
    regions.Level.COUNTY: "县",
    regions.Level.TOWN: "乡",
    regions.Level.VILLAGE: "村",
}


def require_manager(actor: Actor) -> None:
    """Let the system itself and holders of organization.manage pass. Refuses Forbidden."""
    if actor.kind != "system" and MANAGE not in actor.permissions:
        raise Forbidden("organization.not_manager")


@verb
async def add_region(actor: Actor, *, code: str, name: str, parent: UUID | None = None, since: datetime | None = None) -> UUID:
    """Enter a region (区划) by its code of 2 to 12 digits, which tells its level. Returns its id.

    The region above is the one its code names, unless said. Refuses Invalid `organization.region_malformed`, Conflict
    `organization.region_taken`.
    """
    require_manager(actor)
    full = regions.normal(code)
    if (known := await Region.filter(code=full, valid_to=None).first()) is not None:
        raise Conflict("organization.region_taken", code_given=full, name=known.name)
    above = regions.parent(full)
    nearest = await Region.filter(code=above, valid_to=None).first() if above and parent is None else None
    row = await Region.create(
        code=full, name=name, level=LEVELS[regions.level(full)], parent=nearest.id if nearest else parent,
        valid_from=since or clock.now(),
    )  # fmt: skip
    audit.record(actor, "organization.add_region", f"organization.region:{row.id}", code=full, name=name)
    return uuid_of(row.id)


@verb
async def add_regions(actor: Actor, items: Sequence[tuple[str, str]]) -> int:
    """Take in a list of (code, name), all or none, whatever its order; codes in force stay as they are. The number added.

    Refuses Invalid `organization.region_malformed`.
    """
    require_manager(actor)
    named = {regions.normal(code): name for code, name in items}
    known = set(await Region.filter(code__in=list(named), valid_to=None).values_list("code", flat=True))
    for code in sorted(named.keys() - known, key=lambda one: (regions.level(one), one)):
        await add_region(actor, code=code, name=named[code])
    return len(named.keys() - known)


@verb
async def place_unit(actor: Actor, unit: UUID, region: UUID) -> None:
    """Say in which region a unit works: its calendar is that region's. Refuses NotFound `organization.region_unknown`."""
    require_manager(actor)
    row = await unit_in_force(unit, lock=True)
    if not await Region.exists(id=region, valid_to=None):
        raise NotFound("organization.region_unknown")
    audit.record(
        actor, "organization.place_unit", f"organization.unit:{unit}", region=str(region), before=str(row.region or "")
    )
    row.region = region
    await row.save(update_fields=["region"])


@verb
async def add_unit(
    actor: Actor, *, name: str, kind: str, short_name: str = "", aliases: Sequence[str] = (), code: str | None = None,
    region: UUID | None = None, parent: UUID | None = None, sort_no: int = 0, since: datetime | None = None,
) -> UUID:  # fmt: skip
    """Enter a unit. `code` is its 统一社会信用代码 (GB 32100-2015); a wrong check digit passes, for some issued codes have one.

    Refuses Invalid `organization.uscc_malformed`, Conflict `organization.uscc_taken`, NotFound `organization.unit_unknown` and
    `organization.region_unknown`.
    """
    require_manager(actor)
    if parent:
        await unit_in_force(parent)
    if region and not await Region.exists(id=region):
        raise NotFound("organization.region_unknown")
    row = await Unit.create(
        uscc=await _free(code), name=name, short_name=short_name, aliases=list(aliases), kind=kind, region=region,
        parent=parent, sort_no=sort_no, valid_from=since or clock.now(),
    )  # fmt: skip
    audit.record(actor, "organization.add_unit", f"organization.unit:{row.id}", name=name, kind=kind, uscc=row.uscc)
    return uuid_of(row.id)


async def _free(given: str | None) -> str | None:
    """The code as stored. A wrong check digit is let pass: some codes really issued fail it."""
    if given is None:
        return None
    code = uscc.normal(given)
    if len(code) != 18 or set(code) - set(uscc.ALPHABET):
        raise Invalid("organization.uscc_malformed")
    taken = await Unit.get_or_none(uscc=code)
    if taken:
        raise Conflict("organization.uscc_taken", uscc=code, name=taken.name)
    return code


async def unit_in_force(unit: UUID, *, lock: bool = False) -> Unit:
    """The row of a unit in force. Refuses NotFound `organization.unit_unknown`, Conflict `organization.unit_ended`."""
    rows = Unit.filter(id=unit)
    row = await (rows.select_for_update(no_key=True) if lock else rows).first()
    if row is None:
        raise NotFound("organization.unit_unknown")
    if row.valid_to is not None and row.valid_to <= clock.now():
        raise Conflict("organization.unit_ended", name=row.name)
    return row


@verb
async def add_section(
    actor: Actor, unit: UUID, *, name: str, kind: str, sort_no: int = 0, since: datetime | None = None
) -> UUID:
    """Enter a section (内设机构) of a unit; `kind` is 办公室, 业务股室 or 站所中心."""
    require_manager(actor)
    await unit_in_force(unit)
    row = await Section.create(unit=unit, name=name, kind=kind, sort_no=sort_no, valid_from=since or clock.now())
    audit.record(actor, "organization.add_section", f"organization.section:{row.id}", name=name)
    return uuid_of(row.id)


@verb
async def add_post(
    actor: Actor, unit: UUID, *, title: str, roles: Iterable[str], section: UUID | None = None, team: str = "",
    rank_no: int = 0, is_leader: bool = False, receiving: bool = False, sort_no: int = 0, since: datetime | None = None,
    reach: UUID | None = None,
) -> UUID:  # fmt: skip
    """Enter a post (岗位). A leader's `rank_no` is the place in the `team`, from 1; 0 has none. `reach`: as Post says.

    Refuses Invalid `organization.roles_unknown`, `organization.admins_apart` (三员分立), NotFound
    `organization.section_unknown`, Conflict `organization.rank_taken` when another leader of the team stands or will stand
    there.
    """
    require_manager(actor)
    # The unit's row is locked: two posts for one place in a team come one after the other.
    await unit_in_force(unit, lock=True)
    given = roles_of(roles)
    if reach:
        await unit_in_force(reach)
    if section and not await Section.exists(id=section, unit=unit):
        raise NotFound("organization.section_unknown")
    begins = since or clock.now()
    if is_leader and team and rank_no:
        await refuse_shared_rank(unit, team, rank_no, begins)
    row = await Post.create(
        unit=unit, section=section, title=title, team=team, rank_no=rank_no, is_leader=is_leader, roles=given,
        receiving=receiving, sort_no=sort_no, valid_from=begins, reach=reach,
    )  # fmt: skip
    await note_rank(row, begins)
    audit.record(actor, "organization.add_post", f"organization.post:{row.id}", title=title, roles=given, reach=reach)
    return uuid_of(row.id)


async def note_rank(post: Post, since: datetime) -> None:
    """Keep from when a leader's post stands where it stands now; where it stood until then stays on record."""
    if post.is_leader:
        await PostRank.filter(post=post.id, valid_to=None).update(valid_to=since)
        await PostRank.create(post=post.id, team=post.team, rank_no=post.rank_no, valid_from=since)


def roles_of(roles: Iterable[str]) -> list[str]:
    """The roles as stored. Refuses Invalid `organization.roles_unknown`, `organization.admins_apart`."""
    given = sorted(set(roles))
    if wrong := set(given) - ROLES:
        raise Invalid("organization.roles_unknown", roles="、".join(sorted(wrong)))
    if names := together([given]):
        raise Invalid("organization.admins_apart", roles=names)
    return given


async def refuse_shared_rank(unit: UUID, team: str, rank_no: int, begins: datetime, but: UUID | None = None) -> None:
    """Ask the rules of the leaders' order for the day the post begins, and each later day on which another one begins.

    `but` is the post itself where it is there already. Refuses Conflict `organization.rank_taken`.
    """
    new = leaders.Standing("new", team, rank_no, _day(begins))
    held = await Post.filter(unit=unit, team=team, rank_no=rank_no, is_leader=True)
    others = [
        leaders.Standing(one.id, team, rank_no, _day(one.valid_from), _day(one.valid_to) if one.valid_to else None)
        for one in held
        if one.id != but
    ]
    for day in sorted({place.begins for place in (new, *others) if place.begins >= new.begins}):
        leaders.check_team([new, *others], team, day)


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.SHANGHAI).date()


@verb
async def add_person(actor: Actor, *, name: str, pinyin: str = "") -> UUID:
    """Enter a person; `pinyin` are the initials by which the recipient search also finds them."""
    require_manager(actor)
    row = await Person.create(name=name, pinyin=pinyin.lower())
    audit.record(actor, "organization.add_person", f"person:{row.id}", name=name)
    return uuid_of(row.id)
