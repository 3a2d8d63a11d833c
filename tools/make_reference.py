"""`python -m tools.make_reference`: writes docs/reference/*.md from the manifests; `--check` only compares."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

import asgi
from office.kernel.modules import Registry
from office.kernel.settings import PREFIX, Settings

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"
MADE = "<!-- made by `python -m tools.make_reference`; do not edit -->\n"


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; `|` escaped."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(
        "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in line) + " |\n" for line in lines
    )


def _first(text: str | None) -> str:
    return (text or "").strip().split("\n")[0]


def events(registry: Registry) -> str:
    """Every event, its fields, and who follows it."""
    rows = [
        (f"`{name}`", event.version, ", ".join(f"`{one}`" for one in event.__struct_fields__),
         ", ".join(f"`{handler.name}`" for handler in registry.handlers_of(name)), _first(event.__doc__))
        for name, event in sorted(registry.events.items())
    ]  # fmt: skip
    return "# Events\n\n" + table(("Event", "Version", "Fields", "Handlers", "What happened"), rows)


def permissions(registry: Registry) -> str:
    """Every permission and who has it."""
    rows = [
        (f"`{one.name}`", one.label, ", ".join(f"`{role}`" for role in sorted(one.roles)), "yes" if one.scope else "")
        for one in sorted(registry.permissions.values(), key=lambda one: one.name)
    ]
    return "# Permissions 权限\n\n" + table(("Permission", "中文", "Roles", "Scope of integration clients"), rows)


def todo_kinds(registry: Registry) -> str:
    """Every kind of to-do."""
    rows = [(f"`{one.name}`", one.label, one.box, f"`{one.route}`")
            for one in sorted(registry.todo_kinds.values(), key=lambda one: one.name)]  # fmt: skip
    return "# To-do kinds 待办种类\n\n" + table(("Kind", "中文", "Box", "Page"), rows)


def settings(registry: Registry) -> str:
    """Every setting with its default."""
    rows = []
    for one in msgspec.structs.fields(Settings):
        kind = msgspec.inspect.type_info(one.type)
        bounds = [f"{name} {getattr(kind, name)}" for name in ("ge", "le") if getattr(kind, name, None) is not None]
        rows.append((f"`{one.name}`", f"`{PREFIX}{one.name.upper()}`", f"`{one.default!r}`", ", ".join(bounds)))
    return f"# Settings 设置\n\n{_first(Settings.__doc__)}\n\n" + table(("Key", "Environment", "Default", "Bounds"), rows)


def problems(registry: Registry) -> str:
    """Every problem code and what a person reads."""
    rows = [(f"`{code}`", text) for code, text in sorted(registry.texts.items())]
    return "# Problem codes\n\n`{…}` is filled in with the facts of the case.\n\n" + table(("Code", "中文"), rows)


def routes(registry: Registry) -> str:
    """Every route under /api/v1."""
    rows = [
        (one.method, f"`{one.path}`", f"`{one.permission}`", one.summary, "yes" if one.keyed else "")
        for one in sorted(registry.endpoints, key=lambda one: (one.path, one.method))
    ]
    return "# Routes\n\nUnder `/api/v1`; the whole contract is `/api/v1/openapi.json`.\n\n" + table(
        ("Method", "Path", "Permission", "中文", "Idempotency-Key"), rows
    )


def jobs(registry: Registry) -> str:
    """Every scheduled job."""
    rows = [(f"`{one.name}`", one.every) for one in sorted(registry.jobs.values(), key=lambda one: one.name)]
    return "# Scheduled jobs\n\n" + table(("Job", "Every"), rows)


def pages() -> Mapping[Path, str]:
    """Every page, and what should stand in it."""
    registry = Registry(asgi.manifests())
    made = (events, permissions, todo_kinds, settings, problems, routes, jobs)
    return {FOLDER / f"{one.__name__.replace('_', '-')}.md": MADE + one(registry) for one in made}


def outdated(wanted: Mapping[Path, str]) -> Iterator[Path]:
    """The pages that differ from the manifests of today."""
    return (path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text)


def main(arguments: list[str]) -> int:
    """Write, or with `--check` only look; 1 if a check finds a difference."""
    wanted = pages()
    changed = list(outdated(wanted))
    for path in changed:
        print(path.name)
        if "--check" not in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], "utf-8")
    return 1 if changed and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
