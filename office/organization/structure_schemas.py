"""What goes over the wire about the structure: the tree everyone reads, the lists and forms of the administrator."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType, field

from office.kernel.text import ONE_LINE, VISIBLE
from office.organization.queries import UnitCard
from office.organization.schemas import Moment, Short

Name40 = Annotated[str, Meta(min_length=1, max_length=40, pattern=ONE_LINE)]
Name80 = Annotated[str, Meta(min_length=1, max_length=80, pattern=ONE_LINE)]
Name120 = Annotated[str, Meta(min_length=1, max_length=120, pattern=ONE_LINE)]
Basis = Annotated[str, Meta(min_length=1, max_length=120, pattern=VISIBLE)]
Place = Annotated[int, Meta(ge=0, le=100_000)]
Initials = Annotated[str, Meta(max_length=20, pattern=r"^[A-Za-z]*$")]
Roles = Annotated[list[Annotated[str, Meta(min_length=1, max_length=20, pattern=VISIBLE)]], Meta(max_length=10)]
Units = Annotated[list[UUID], Meta(min_length=1, max_length=50)]


class TreeQuery(Struct, forbid_unknown_fields=True):
    """Which unit, the top if none; after which unit below and after which post to go on."""

    unit: UUID | None = None
    units_after: UUID | None = None
    posts_after: UUID | None = None


class TreeUnit(Struct):
    """A unit in the tree; `more` when units stand below it."""

    id: UUID
    name: str
    short_name: str
    kind: str
    ended: bool
    more: bool


class TreeSection(Struct):
    """An internal section."""

    id: UUID
    name: str
    kind: str


class TreeHolder(Struct):
    """A person in a post: the name and nothing else."""

    person: UUID
    name: str


class TreePost(Struct):
    """A post with its holders, the main one first; none while it is vacant. `roles` is for the administrator only."""

    id: UUID
    section: UUID | None
    title: str
    team: str
    rank_no: int
    is_leader: bool
    receiving: bool
    holders: list[TreeHolder]
    roles: list[str]
    reach: UUID | None = None


class Tree(Struct):
    """One unit: what stands below it, its sections, its posts (leaders by rank first). `…_next` goes on, None at the end."""

    unit: TreeUnit | None
    units: list[TreeUnit]
    units_next: UUID | None
    sections: list[TreeSection]
    posts: list[TreePost]
    posts_next: UUID | None


class UnitQuery(Struct, forbid_unknown_fields=True):
    """Words in the name or code, and whether ended units are asked for too."""

    q: Short = ""
    ended: bool = False
    cursor: UUID | None = None


class UnitPage(Struct):
    """Units in the order they were entered."""

    items: list[UnitCard]
    next: UUID | None


class PersonQuery(Struct, forbid_unknown_fields=True):
    """Words in the name or its initials."""

    q: Short = ""
    cursor: UUID | None = None


class PersonLine(Struct):
    """A person: nothing more is kept."""

    id: UUID
    name: str
    pinyin: str


class PersonPage(Struct):
    """People in the order they were entered."""

    items: list[PersonLine]
    next: UUID | None


class AppointmentQuery(Struct, forbid_unknown_fields=True):
    """Whose, or to what; `past` shows ended ones too."""

    unit: UUID | None = None
    post: UUID | None = None
    person: UUID | None = None
    past: bool = False
    cursor: UUID | None = None


class AppointmentLine(Struct):
    """An appointment."""

    id: UUID
    person: UUID
    name: str
    post: UUID
    post_title: str
    unit: UUID
    unit_name: str
    kind: str
    is_primary: bool
    scope: str
    valid_from: datetime
    valid_to: datetime | None
    basis: str


class AppointmentPage(Struct):
    """Appointments, newest first."""

    items: list[AppointmentLine]
    next: UUID | None


class NewUnit(Struct, forbid_unknown_fields=True):
    """单位：名称、类型、统一社会信用代码、上级。"""

    name: Name120
    kind: Annotated[str, Meta(min_length=1, max_length=20, pattern=VISIBLE)]
    short_name: Short = ""
    aliases: Annotated[list[Name120], Meta(max_length=20)] = field(default_factory=list)
    code: Annotated[str, Meta(max_length=30)] | None = None
    region: UUID | None = None
    parent: UUID | None = None
    sort_no: Place = 0


class UnitCreated(Struct):
    """The id of a new unit, and what to look at again in its code (统一社会信用代码); empty if nothing."""

    id: UUID
    note: str


class NewName(Struct, forbid_unknown_fields=True):
    """单位更名：新名称、规范化简称、依据。"""

    name: Name120
    basis: Basis
    short_name: Short = ""


class NewSection(Struct, forbid_unknown_fields=True):
    """内设机构。"""

    unit: UUID
    name: Name80
    kind: Literal["办公室", "业务股室", "站所中心"]
    sort_no: Place = 0


class NewPost(Struct, forbid_unknown_fields=True):
    """岗位：班子成员填班子和排序号。保密管理员不止管本单位的，填 reach：从哪个单位起往下管。"""

    unit: UUID
    title: Name80
    roles: Roles
    section: UUID | None = None
    team: Annotated[str, Meta(max_length=20)] = ""
    rank_no: Annotated[int, Meta(ge=0, le=999)] = 0
    is_leader: bool = False
    receiving: bool = False
    sort_no: Place = 0
    valid_from: Moment | None = None
    reach: UUID | None = None


class PostChange(Struct, forbid_unknown_fields=True):
    """岗位调整：只填要改的，其余不变。"""

    title: Name80 | UnsetType = UNSET
    roles: Roles | UnsetType = UNSET
    team: Annotated[str, Meta(max_length=20)] | UnsetType = UNSET
    rank_no: Annotated[int, Meta(ge=0, le=999)] | UnsetType = UNSET
    receiving: bool | UnsetType = UNSET
    reach: UUID | UnsetType | None = UNSET


class PersonChange(Struct, forbid_unknown_fields=True):
    """人员更正：只填要改的，其余不变。"""

    name: Name40 | UnsetType = UNSET
    pinyin: Initials | UnsetType = UNSET


class NewPerson(Struct, forbid_unknown_fields=True):
    """人员：姓名和姓名首字母。"""

    name: Name40
    pinyin: Initials = ""


class NewMerger(Struct, forbid_unknown_fields=True):
    """合并：哪些单位并入哪个单位，依据。"""

    units: Units
    into: UUID
    basis: Basis


class NewSplit(Struct, forbid_unknown_fields=True):
    """拆分：拆为哪些单位，由哪个承接，依据。"""

    into: Units
    custodian: UUID
    basis: Basis


class NewAbolition(Struct, forbid_unknown_fields=True):
    """撤销：由哪个单位承接，依据。"""

    custodian: UUID
    basis: Basis
