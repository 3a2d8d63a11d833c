"""The manifest of office.organization."""

from datetime import timedelta

from office.kernel.modules import Job, Module, Permission
from office.organization.access_routes import ENDPOINTS as ACCESS
from office.organization.acts import ACTS, THINGS
from office.organization.events import (
    AppointmentChanged,
    CalendarChanged,
    DelegationChanged,
    PostEnded,
    PostVacated,
    UnitSucceeded,
)
from office.organization.holdings import ROLES
from office.organization.invariants import INVARIANTS
from office.organization.region_routes import ENDPOINTS as REGIONS
from office.organization.routes import ENDPOINTS
from office.organization.structure import MANAGE
from office.organization.structure_routes import ENDPOINTS as STRUCTURE
from office.organization.texts import HEADINGS, TEXTS
from office.organization.turns import job

module = Module(
    name="organization",
    roles=ROLES,
    models=["office.organization.models"],
    texts=TEXTS,
    acts=ACTS,
    things=THINGS,
    endpoints=[*ENDPOINTS, *STRUCTURE, *REGIONS, *ACCESS],
    headings=HEADINGS,
    permissions=[Permission(name=MANAGE, label="维护机构、岗位、任职和工作日", roles=frozenset({"system_admin"}))],
    events=[PostVacated, PostEnded, AppointmentChanged, DelegationChanged, UnitSucceeded, CalendarChanged],
    jobs=[Job(name="organization.tell_turns", every=timedelta(minutes=1), run=job)],
    invariants=INVARIANTS,
)
