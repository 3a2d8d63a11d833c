"""Tables of the stop. Nothing here says what was stopped: no name, no title, no bytes, no digest."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from office.kernel.fields import facts, identifier, instant

REPORTED, FROZEN, LIFTED, PURGED = "reported", "frozen", "lifted", "purged"
#: Kinds of what stays named in a case: ids of what there was, and of what was seen.
DOCUMENT, HANDLING, FILE = "documents.document", "documents.handling", "files.file"
STOPPED, ASKED, RELEASED, DECLINED, USED = "stopped", "asked", "released", "declined", "used"


class Stop(Model):
    """Something was stopped (拦截记录): when, who sent it, from which terminal, by which rules; `unit` is the id of the unit of
    the sender's main post, "" where there is none.

    A false alarm (误报) is asked for by the sender, for a `reason` out of a list; another lets it through, once, until `until`.
    """

    id: Any = identifier()
    at: Any = instant()
    person = fields.CharField(max_length=60)
    person_name = fields.CharField(max_length=80, default="")
    address = fields.CharField(max_length=45, default="")
    device = fields.CharField(max_length=40, default="")
    unit = fields.CharField(max_length=36, default="")
    rule = fields.CharField(max_length=120)
    state = fields.CharField(max_length=8, default=STOPPED)
    reason = fields.CharField(max_length=40, default="")
    asked_at: Any = instant(null=True)
    decided_by = fields.CharField(max_length=60, default="")
    decided_by_name = fields.CharField(max_length=80, default="")
    decided_at: Any = instant(null=True)
    until: Any = instant(null=True)

    class Meta:
        table = "secrecy_stop"
        indexes = (("state", "at"), ("person", "at"))


class Case(Model):
    """Something turned out to be classified (应急处置): reported, frozen, then purged or lifted. By whom, when, on what ground.

    `subject` and `refs` are ids, of what there was; digests are among them only until the bytes are gone, at `cleaned_at`.
    `covered` are the units that were within the reach of who froze it.
    """

    id: Any = identifier()
    subject = fields.CharField(max_length=160)
    refs: Any = facts(default=list)
    ground = fields.CharField(max_length=20)
    state = fields.CharField(max_length=8, default=REPORTED)
    reported_by = fields.CharField(max_length=60)
    reported_by_name = fields.CharField(max_length=80, default="")
    reported_at: Any = instant()
    frozen_by = fields.CharField(max_length=60, default="")
    frozen_by_name = fields.CharField(max_length=80, default="")
    frozen_at: Any = instant(null=True)
    covered: Any = facts(default=list)
    ended_by = fields.CharField(max_length=60, default="")
    ended_by_name = fields.CharField(max_length=80, default="")
    ended_at: Any = instant(null=True)
    cleaned_at: Any = instant(null=True)

    class Meta:
        table = "secrecy_case"
        indexes = (("state", "reported_at"),)


class CaseUnit(Model):
    """A unit that a case concerns: its officers see it. `unit` is "" where it concerns none."""

    id = fields.IntField(primary_key=True)
    case: Any = fields.UUIDField()
    unit = fields.CharField(max_length=36)

    class Meta:
        table = "secrecy_case_unit"
        unique_together = (("case", "unit"),)
        indexes = (("unit",),)


class Declaration(Model):
    """不涉密声明: somebody has seen every page of a file that has no words to check, and says that none bears a mark.

    `declared_by` is the name that an integration gives of the person who said so there. `pages` are how many it is about.
    """

    id: Any = identifier()
    at: Any = instant()
    person = fields.CharField(max_length=60)
    person_name = fields.CharField(max_length=80, default="")
    declared_by = fields.CharField(max_length=80, default="")
    address = fields.CharField(max_length=45, default="")
    device = fields.CharField(max_length=40, default="")
    words = fields.CharField(max_length=200)
    file = fields.UUIDField()
    pages = fields.IntField()

    class Meta:
        table = "secrecy_declaration"
        indexes = (("file",), ("at",))
