"""What those a person may send to are called (称呼): full and short names, posts by title, leaders by surname and title."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.database import fetch
from office.kernel.rows import json_of, marks, texts
from office.organization.recipients import MOST, below
from office.organization.validity import valid

Row = dict[str, Any]

_COMPOUND: Final = frozenset(
    ("欧阳", "司马", "上官", "诸葛", "夏侯", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "长孙", "宇文", "司徒", "司空")
)
_QUALIFIED: Final = re.compile(r"[（(].*?[)）]")
_SEVERAL: Final = re.compile(r"[、，,/]")
# The word a title ends in, by which its holder is addressed: 党委副书记 is 书记, 农业农村办主任 is 主任.
_ADDRESS: Final = re.compile(r"(副?)([镇乡县区市村局科部股所站处院校厅司队]?长|书记|主任|主席|委员|秘书|文书|巡视员|调研员)$")

_GOVERNMENT: Final = re.compile(r"(人民政府|政府|党委|委员会|办事处)$")
# The least that still names one: 卫生院. What every place has names none.
_LEAST: Final = 3
_ANYBODY: Final = re.compile(r"(人民)?政府|.{0,3}委员会|.{0,2}委会|办公室|办事处")


class Named(msgspec.Struct, frozen=True):
    """A recipient with all it is called by; people stand under "person:…", posts by title under "post:…"."""

    ref: str
    name: str
    names: tuple[str, ...]


class Names(msgspec.Struct, frozen=True):
    """Everyone within reach; `complete` is false where there are more than could be read (2,000 of each kind)."""

    known: tuple[Named, ...] = ()
    complete: bool = True


async def names_of(actor: Actor) -> Names:
    """What the recipients within the actor's reach are called. Four queries, at most 2,000 rows of each kind."""
    mine, now = texts(actor.units), clock.now()
    if not mine:
        return Names()
    groups = await _groups(mine)
    units = await fetch(f"{below('1 = 1', mine)} LIMIT {MOST + 1}", *mine, *[now] * 4)
    sections, posts = await _sections(mine, now), await _posts(mine, now)
    whole = all(len(rows) <= MOST for rows in (groups, units, sections, posts))
    known = (*map(_group, groups[:MOST]), *map(_unit, units[:MOST]), *map(_section, sections[:MOST]), *_staff(posts[:MOST]))
    return Names(_at_home(known, _places(posts)), whole)


async def _groups(mine: list[str]) -> list[Row]:
    text = f"SELECT id, name FROM organization_group WHERE unit IN ({marks(mine)})"  # noqa: S608 - values are bound
    return await fetch(f"{text} ORDER BY name, id LIMIT {MOST + 1}", *mine)


async def _sections(mine: list[str], now: object) -> list[Row]:
    text = f"SELECT s.id, s.name FROM organization_section s WHERE s.unit IN ({marks(mine)})"  # noqa: S608 - values are bound
    return await fetch(f"{text} AND {valid('s')} ORDER BY s.sort_no, s.id LIMIT {MOST + 1}", *mine, now, now)


async def _posts(mine: list[str], now: object) -> list[Row]:
    """Posts in force with each of their holders; a vacant one once, without."""
    text = (
        "SELECT p.id, p.title, s.name AS section_name, u.name AS unit_name, u.short_name AS unit_short, n.id AS person,"  # noqa: S608
        " n.name AS person_name FROM organization_post p JOIN organization_unit u ON u.id = p.unit"
        " LEFT JOIN organization_section s ON s.id = p.section"
        f" LEFT JOIN organization_appointment a ON a.post = p.id AND {valid('a')}"
        f" LEFT JOIN organization_person n ON n.id = a.person WHERE p.unit IN ({marks(mine)}) AND {valid('p')}"
        f" ORDER BY p.is_leader DESC, p.rank_no, p.sort_no, p.id, n.id LIMIT {MOST + 1}"
    )
    return await fetch(text, now, now, *mine, now, now)


def _group(row: Row) -> Named:
    return Named(f"group:{row['id']}", row["name"], (row["name"],))


def _unit(row: Row) -> Named:
    called = (row["short_name"], row["name"], *map(str, json_of(row["aliases"])))
    return Named(f"unit:{row['id']}", row["short_name"] or row["name"], _each(called))


def _section(row: Row) -> Named:
    """A section, also by the short form of an office: 党政办公室 is 党政办."""
    return Named(f"section:{row['id']}", row["name"], _each(_short(row["name"])))


def _short(name: str) -> Iterator[str]:
    yield name
    if name.endswith("办公室"):
        yield name.removesuffix("公室")


def _places(posts: list[Row]) -> list[str]:
    """What the actor's own units are called, 禾渡镇人民政府 and 禾渡镇; the longest first."""
    called = {name for row in posts for name in (row["unit_name"], row["unit_short"]) if name}
    return sorted(called | {_GOVERNMENT.sub("", name) for name in called}, key=len, reverse=True)


def _at_home(known: Sequence[Named], places: Sequence[str]) -> tuple[Named, ...]:
    """Those named after the actor's own place, by their names without it too: 禾渡镇水利工作站 is 水利工作站 there.

    A name that is somebody's whole name stays theirs alone; one that two come to is both's, and so nobody is taken for it.
    """
    whole = {name for one in known for name in one.names}
    return tuple(replace(one, names=_each((*one.names, *_bare(one, places, whole)))) for one in known)


def _bare(one: Named, places: Sequence[str], whole: Collection[str]) -> Iterator[str]:
    for name in one.names if one.ref.startswith(("unit:", "section:")) else ():
        place = next((place for place in places if len(place) > 1 and name.startswith(place)), "")
        bare = name.removeprefix(place)
        if place and len(bare) >= _LEAST and bare not in whole and not _ANYBODY.fullmatch(bare):
            yield bare


def _staff(rows: list[Row]) -> Iterator[Named]:
    """The people by name, then the posts by title."""
    people = {row["person"]: row["person_name"] for row in rows if row["person"]}
    yield from (Named(f"person:{id}", name, _each((name, f"{name}同志", _comrade(name)))) for id, name in people.items())
    held: dict[Any, list[Row]] = {}
    for row in rows:
        held.setdefault(row["id"], []).append(row)
    yield from (_post(id, lines) for id, lines in held.items())


def _post(id: Any, rows: list[Row]) -> Named:
    holders = [row["person_name"] for row in rows if row["person_name"]]
    name = f"{holders[0]}（{rows[0]['title']}）" if len(holders) == 1 else rows[0]["title"]
    return Named(
        f"post:{id}", name, _each([*_titles(rows[0]), *(said for one in holders for said in _addressed(one, rows[0]))])
    )


def _titles(row: Row) -> Iterator[str]:
    """副镇长（农业） is also called 副镇长, and each of 党委副书记、镇长 alone; with the unit or section before it too."""
    bare = _QUALIFIED.sub("", row["title"])
    for title in (row["title"], bare, *_SEVERAL.split(bare)):
        yield title
        for place in (row["unit_name"], row["unit_short"], *_short(row["section_name"] or "")):
            if place and not title.startswith(place):
                yield f"{place}{title}"


def _surname(person: str) -> str:
    return person[: 2 if person[:2] in _COMPOUND and len(person) > 2 else 1]


def _comrade(person: str) -> str:
    """秦望舒同志 is also called 望舒同志."""
    given = person.removeprefix(_surname(person))
    return f"{given}同志" if len(given) > 1 else ""


def _addressed(person: str, row: Row) -> Iterator[str]:
    """林镇长, 林若溪镇长, 镇长林若溪; a deputy is addressed with and without 副."""
    surname = _surname(person)
    for title in _SEVERAL.split(_QUALIFIED.sub("", row["title"])):
        for said in _each((title, *_forms(title))):
            yield from (f"{surname}{said}", f"{person}{said}", f"{said}{person}")


def _forms(title: str) -> Iterator[str]:
    if found := _ADDRESS.search(title):
        yield found.group(0)
        yield found.group(2)


def _each(names: Iterable[str]) -> tuple[str, ...]:
    """Once each; one sign alone is no name."""
    return tuple(dict.fromkeys(name for name in names if len(name) > 1))
