"""Tables of the organization. A validity is half open, [valid_from, valid_to): a date means midnight in Asia/Shanghai."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from office.kernel.fields import facts, identifier, instant


class Region(Model):
    """An administrative region (行政区划). Codes die and are born again, so a code has validity dates and is not the key."""

    id: Any = identifier()
    code = fields.CharField(max_length=12)
    name = fields.CharField(max_length=80)
    level = fields.CharField(max_length=2)
    parent: Any = fields.UUIDField(null=True)
    valid_from: Any = instant()
    valid_to: Any = instant(null=True)

    class Meta:
        table = "organization_region"
        unique_together = (("code", "valid_from"),)


class Unit(Model):
    """A unit (单位): an organ that receives and issues documents in its own name."""

    id: Any = identifier()
    uscc = fields.CharField(max_length=18, null=True, unique=True)
    name = fields.CharField(max_length=120)
    short_name = fields.CharField(max_length=60, default="")
    aliases: Any = facts(default=list)
    kind = fields.CharField(max_length=20)
    region: Any = fields.UUIDField(null=True)
    parent: Any = fields.UUIDField(null=True)
    sort_no = fields.IntField(default=0)
    valid_from: Any = instant()
    valid_to: Any = instant(null=True)

    class Meta:
        table = "organization_unit"
        indexes = (("parent", "sort_no"),)


class SuccessionRow(Model):
    """What became of a unit (机构沿革): one row per predecessor and successor; an abolished unit names who keeps its things."""

    id: Any = identifier()
    kind = fields.CharField(max_length=10)
    predecessor: Any = fields.UUIDField()
    successor: Any = fields.UUIDField()
    is_custodian = fields.BooleanField(default=True)
    old_name = fields.CharField(max_length=120)
    new_name = fields.CharField(max_length=120)
    effective_at: Any = instant()
    basis = fields.CharField(max_length=120, default="")

    class Meta:
        table = "organization_succession"
        indexes = (("predecessor", "effective_at"),)


class Section(Model):
    """An internal section (内设机构); kind 办公室, 业务股室 or 站所中心. Only an 办公室 may issue outward (条例 art. 17)."""

    id: Any = identifier()
    unit: Any = fields.UUIDField()
    name = fields.CharField(max_length=80)
    kind = fields.CharField(max_length=10)
    sort_no = fields.IntField(default=0)
    valid_from: Any = instant()
    valid_to: Any = instant(null=True)

    class Meta:
        table = "organization_section"
        indexes = (("unit", "sort_no"),)


class Post(Model):
    """A post (岗位). `team` is the leading group (党委班子, 政府班子…), `rank_no` the place in it.

    `receiving` marks a 收发岗: incoming documents of the unit come to it. `reach`: the unit down from which an administrator's
    role of this post acts; null for the post's own unit.
    """

    id: Any = identifier()
    unit: Any = fields.UUIDField()
    section: Any = fields.UUIDField(null=True)
    title = fields.CharField(max_length=80)
    team = fields.CharField(max_length=20, default="")
    rank_no = fields.IntField(default=0)
    is_leader = fields.BooleanField(default=False)
    roles: Any = facts(default=list)
    receiving = fields.BooleanField(default=False)
    reach: Any = fields.UUIDField(null=True)
    sort_no = fields.IntField(default=0)
    valid_from: Any = instant()
    valid_to: Any = instant(null=True)

    class Meta:
        table = "organization_post"
        indexes = (("unit", "sort_no"), ("section",))


class PostRank(Model):
    """Where a post stood from when to when (领导排序的生效时间): the post's own row says where it stands now."""

    id: Any = identifier()
    post: Any = fields.UUIDField()
    team = fields.CharField(max_length=20, default="")
    rank_no = fields.IntField(default=0)
    valid_from: Any = instant()
    valid_to: Any = instant(null=True)

    class Meta:
        table = "organization_post_rank"
        indexes = (("post", "valid_from"),)


class Person(Model):
    """A person (人员). No telephone and no identity number is kept here: nothing in the house needs one."""

    id: Any = identifier()
    name = fields.CharField(max_length=40)
    pinyin = fields.CharField(max_length=20, default="")

    class Meta:
        table = "organization_person"


class Appointment(Model):
    """A person in a post for a time (任职); `kind` 主任, 兼任, 挂职, 主持工作, 借调 or 代理; `scope` the fields led (分管).

    `told` is how far the house has been told by events: planned, begun or ended.
    """

    id: Any = identifier()
    person: Any = fields.UUIDField()
    post: Any = fields.UUIDField()
    kind = fields.CharField(max_length=8)
    is_primary = fields.BooleanField(default=True)
    scope = fields.CharField(max_length=200, default="")
    valid_from: Any = instant()
    valid_to: Any = instant(null=True)
    basis = fields.CharField(max_length=120, default="")
    told = fields.CharField(max_length=8, default="planned")

    class Meta:
        table = "organization_appointment"
        indexes = (("person", "valid_from"), ("post", "valid_from"), ("told", "valid_to"))


class DelegationRow(Model):
    """A leader's authorisation (授权) of another person for one post, scope and period; it dies with the appointment.

    Taking it back moves `valid_to` to that moment and sets `revoked_at`. `told` as for an appointment.
    """

    id: Any = identifier()
    giver: Any = fields.UUIDField()
    post: Any = fields.UUIDField()
    receiver: Any = fields.UUIDField()
    scope: Any = facts(default=list)
    valid_from: Any = instant()
    valid_to: Any = instant()
    revoked_at: Any = instant(null=True)
    created_at: Any = instant()
    told = fields.CharField(max_length=8, default="planned")

    class Meta:
        table = "organization_delegation"
        indexes = (("receiver", "valid_to"), ("post", "valid_to"), ("giver", "valid_to"), ("told", "valid_to"))


class Absence(Model):
    """A person is away (出差 or 请假) for a time. It changes no right; senders and clerks see it."""

    id: Any = identifier()
    person: Any = fields.UUIDField()
    kind = fields.CharField(max_length=4)
    valid_from: Any = instant()
    valid_to: Any = instant()
    note = fields.CharField(max_length=100, default="")
    created_at: Any = instant()

    class Meta:
        table = "organization_absence"
        indexes = (("person", "valid_to"),)


class RecipientGroup(Model):
    """A saved list of recipients (常用发送范围). Sending resolves and copies it; a later edit changes no past sending."""

    id: Any = identifier()
    unit: Any = fields.UUIDField()
    name = fields.CharField(max_length=60)
    owner: Any = fields.UUIDField()
    members: Any = facts()
    updated_at: Any = instant()

    class Meta:
        table = "organization_group"
        unique_together = (("unit", "name"),)


class CalendarDay(Model):
    """An edit of the working-day calendar: on this date this region (empty: everywhere) works, or does not."""

    id: Any = identifier()
    day = fields.CharField(max_length=10)
    region = fields.CharField(max_length=12, default="")
    is_work = fields.BooleanField()
    note = fields.CharField(max_length=60, default="")
    entered_by = fields.CharField(max_length=60)
    entered_at: Any = instant()

    class Meta:
        table = "organization_calendar_day"
        unique_together = (("day", "region"),)


class CalendarYear(Model):
    """A year's holiday notice (放假安排) imported here; it takes the place of the one shipped for that year."""

    year = fields.IntField(primary_key=True, generated=False)
    notice: Any = facts()
    entered_by = fields.CharField(max_length=60)
    entered_at: Any = instant()

    class Meta:
        table = "organization_calendar_year"
