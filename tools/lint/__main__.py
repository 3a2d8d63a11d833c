"""`python -m tools.lint [FOLDER]`: prints each place that breaks a house rule; 1 if there is one."""

import sys
from collections.abc import Iterator
from pathlib import Path

from tools.lint import migrations, routes, tasks
from tools.lint.finding import Finding, Source

#: What runs in production; tests and tools may start tasks as they like.
PLACES = ("asgi.py", "office", "messaging", "documents", "supervision", "demo")
RULES = (routes.check, tasks.check, migrations.check)


def sources(root: Path) -> Iterator[Source]:
    """Every Python file of the application under a checkout."""
    for place in PLACES:
        entry = root / place
        for path in sorted(entry.rglob("*.py")) if entry.is_dir() else [entry] if entry.exists() else []:
            yield Source(path.relative_to(root), path.read_text(encoding="utf-8"))


def findings(root: Path) -> list[Finding]:
    """All findings of all rules, in the order of the files."""
    return sorted({finding for source in sources(root) for finding in judged(source)})


def judged(source: Source) -> Iterator[Finding]:
    """What all rules say of one file; a file that cannot be parsed is a finding itself."""
    try:
        for rule in RULES:
            yield from rule(source)
    except SyntaxError as error:
        yield Finding(source.path, error.lineno or 0, "H0", f"cannot be parsed: {error.msg}")


def main(arguments: list[str]) -> int:
    """Print the findings; how many files were read stands in the last line."""
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parents[2]
    found = findings(root)
    for finding in found:
        print(finding)
    print(f"{len(list(sources(root)))} files, {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
