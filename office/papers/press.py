"""Printing one form, in the worker: data into sys.inputs, glyphs checked, then typst; PDF/A-2b (ISO 19005-2)."""

import json
from pathlib import Path
from typing import Any, Literal

import typst

from office.kernel.refusal import Invalid
from office.papers import faces, glyphs, wire

TEMPLATES = Path(__file__).parent / "templates"
STANDARD: Literal["a-2b"] = "a-2b"


def print_form(job: wire.Typeset) -> wire.Made:
    """The form as PDF, with the number of each character that no face has in its place.

    Refuses: Unavailable papers.no_fonts, Invalid papers.no_glyph, papers.not_printable.
    """
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(job.folders))
    own = job.folders[: job.own]
    found, data = faces.chains(fonts, own), glyphs.cleaned(json.loads(job.data))
    absent = faces.missing(fonts, found, glyphs.seen(_text(data) + _always()), own)
    _ensure_own_words(absent)
    if absent:
        data = {**glyphs.marked(data, absent), "absent": glyphs.numbers(absent)}
    try:
        pdf = typst.compile(
            str(TEMPLATES / f"{job.form}.typ"), root=str(TEMPLATES), font_paths=fonts, ignore_system_fonts=True,
            sys_inputs={"data": _text(data), "fonts": json.dumps(found)}, pdf_standards=STANDARD,
        )  # fmt: skip
    except typst.TypstError as error:
        raise Invalid("papers.not_printable", reason=error.message[:200]) from error
    return wire.Made(pdf, absent=absent)


def _text(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)


def _always() -> str:
    """The words of the templates themselves, and what marks are written with."""
    return glyphs.WRITES + "".join(one.read_text("utf-8") for one in TEMPLATES.glob("*.typ"))


def _ensure_own_words(absent: str) -> None:
    """Fonts that cannot print a form's own words are no fonts for it."""
    if own := "".join(sorted(set(absent) & set(_always()))):
        raise Invalid("papers.no_glyph", characters=glyphs.named(own))
