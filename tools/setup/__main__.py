"""`python -m tools.setup STEP…`, in the order given: app, tests, web-packages, web, machine, renderer, fonts, form-fonts."""

import sys
from collections.abc import Callable
from pathlib import Path

from tools.setup import fonts, machine, packages, web
from tools.setup.say import SetupError

ROOT = Path(__file__).resolve().parents[2]

STEPS: dict[str, Callable[[], object]] = {
    "app": lambda: packages.install(ROOT, tests=False),
    "tests": lambda: packages.install(ROOT, tests=True),
    "web-packages": lambda: web.modules(ROOT, install_node=True) if web.there(ROOT) else None,
    "web": lambda: web.build(ROOT, install_node=True),
    "machine": lambda: machine.prepare(ROOT),
    "renderer": lambda: machine.prepare_renderer(ROOT),
    "fonts": lambda: fonts.install(ROOT),
    "form-fonts": lambda: fonts.prepare(ROOT),
}


def main(names: list[str]) -> int:
    """Run the named steps; 0 when all ended well, 1 with the reason on stderr, 2 for a step that does not exist."""
    unknown = [name for name in names if name not in STEPS]
    if unknown or not names:
        print(f"usage: python -m tools.setup {'|'.join(STEPS)} …", file=sys.stderr)
        return 2
    try:
        for name in names:
            STEPS[name]()
    except SetupError as error:
        print(f"\nzhiban: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
