"""How a signature names what it is on: the step `case/obligation`, and with its revision the key that one alone may hold."""

from uuid import UUID


def step_of(case: UUID | str, obligation: str) -> str:
    """A step, as tickets, statements and signatures name it."""
    return f"{case}/{obligation}"


def case_of(step: str) -> str:
    """The case of a step."""
    return step.partition("/")[0]


def obligation_of(step: str) -> str:
    """The obligation of a step."""
    return step.partition("/")[2]


def open_key(step: str, revision: int) -> str:
    """What two signatures that are both open on a step, asked as it is at that revision, would share."""
    return f"{step}#{revision}"
