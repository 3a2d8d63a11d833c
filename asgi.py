"""The composition root: the one file that knows all modules."""

from collections.abc import Sequence
from typing import NoReturn

from starlette.applications import Starlette

from documents.module import module as documents
from office import house
from office.kernel.modules import Module
from office.kernel.settings import Settings, load

MODULES: Sequence[Module] = [documents]


def manifests() -> list[Module]:
    """All manifests: the platform's and the modules'."""
    return house.manifests(MODULES)


def create_app(settings: Settings | None = None, *, background: bool = True) -> Starlette:
    """The whole application; `uvicorn asgi:create_app --factory` serves it."""
    return house.create_app(settings or load(), MODULES, background=background)


def main() -> NoReturn:
    """The `zhiban` command: the platform's commands and the demo's."""
    from demo import COMMANDS, fronted
    from office import cli

    code = cli.main(create_app=lambda settings: fronted(create_app(settings)), manifests=manifests, commands=COMMANDS)
    cli.leave(code)
