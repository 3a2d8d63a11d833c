"""The step an act is about: a handling with its case, and one obligation of it."""

from uuid import UUID

from documents.incoming.access import access_handling, live_step
from documents.incoming.models import Handling
from office.flow import actions as flow
from office.flow import rules
from office.kernel.actor import Actor
from office.kernel.refusal import NotFound


async def loaded(actor: Actor, id: UUID) -> tuple[Handling, rules.Case]:
    """A handling the actor may see, locked, and its case. Refuses: NotFound documents.no_such_handling."""
    handling = await access_handling(actor, id, lock=True)
    return handling, await flow.case_of(handling.case_id)


def leaf_of(case: rules.Case, obligation: str) -> rules.Obligation:
    """An obligation of the case. Refuses: NotFound flow.no_such_obligation."""
    found = next((leaf for leaf in rules.leaves(case.root) if leaf.id == obligation), None)
    if found is None:
        raise NotFound("flow.no_such_obligation")
    return found


def act_of(by: rules.By, act: str, outcome: str) -> flow.Step:
    """The act of the open step of that name, as the commands before left the case."""

    def made(case: rules.Case) -> rules.Act:
        leaf = live_step(case, act)
        return rules.Act(by=by, obligation=leaf.id, revision=leaf.revision, outcome=outcome, manner=by.manner)

    return made
