"""Build the demo town's papers: `python tools/demo_paper/build.py --fonts DIR` writes demo/paper/*.pdf.

Needs `typst==0.15.2` (Python wheel) and, in DIR, the fonts named in docs/licences.md. The PDFs are kept in the
repository with subset fonts inside, so only whoever changes a paper runs this.
"""

import argparse
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import typst
from lighter import lighten

HERE = Path(__file__).parent
OUT = HERE.parents[1] / "demo" / "paper"
TRACED = {"FandolFang-Regular.otf", "FandolKai-Regular.otf"}
LETTERS = "签发人附件抄送印：；、，。．（）“”0123456789.— "  # what the template itself writes


def load(name: str) -> str:
    """The JSON text of one paper."""
    return (HERE / "papers" / f"{name}.json").read_text(encoding="utf-8")


def corrected(entry: dict[str, str]) -> str:
    """The text of a corrected paper: its original with exactly one passage changed."""
    text = load(entry["of"])
    if text.count(entry["find"]) != 1:
        raise SystemExit(f"{entry['find']!r} must stand exactly once in {entry['of']}")
    return text.replace(entry["find"], entry["put"])


def papers() -> dict[str, str]:
    """Name -> JSON text of every paper, corrections included."""
    found = {path.stem: load(path.stem) for path in sorted((HERE / "papers").glob("*.json"))}
    corrections = json.loads((HERE / "corrections.json").read_text(encoding="utf-8"))
    return found | {name: corrected(entry) for name, entry in corrections.items()}


def build(text: str, fonts: Path) -> bytes:
    """One PDF. Data reach typst as a file in a folder that holds nothing else but the template."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "data.json").write_text(text, encoding="utf-8")
        (root / "redhead.typ").write_bytes((HERE / "redhead.typ").read_bytes())
        return typst.compile(
            root / "redhead.typ", root=root, font_paths=[fonts], ignore_system_fonts=True, sys_inputs={"data": "data.json"}
        )


def light_fonts(source: Path, target: Path, text: str) -> None:
    """The fonts of `source` in `target`, the traced ones lightened for the letters of this text."""
    letters = "".join(sorted(set(text + LETTERS)))
    for path in (*source.glob("*.otf"), *source.glob("*.ttf")):
        if path.name in TRACED:
            lighten(path, target / path.name, letters, dense=bool(json.loads(text).get("dense")))
        else:
            (target / path.name).symlink_to(path.resolve())


def main() -> None:
    """Build every paper and say its size."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--fonts", type=Path, required=True, help="folder of font files")
    fonts = asked.parse_args().fonts
    OUT.mkdir(parents=True, exist_ok=True)
    for name, text in papers().items():
        with TemporaryDirectory() as folder:
            light_fonts(fonts, Path(folder), text)
            pdf = build(text, Path(folder))
        (OUT / f"{name}.pdf").write_bytes(pdf)
        print(f"{name}.pdf {len(pdf)} bytes")


if __name__ == "__main__":
    main()
