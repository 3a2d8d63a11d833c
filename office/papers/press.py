"""Printing one form, in the worker: data into sys.inputs, glyphs checked, then typst; PDF/A-2b (ISO 19005-2)."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import typst

from office.kernel.refusal import Invalid
from office.papers import faces, glyphs, wire

TEMPLATES = Path(__file__).parent / "templates"
STANDARD: Literal["a-2b"] = "a-2b"


def print_form(job: wire.Typeset) -> wire.Made:
    """The form as PDF. Refuses: Unavailable papers.no_fonts, Invalid papers.no_glyph, papers.not_printable."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(job.folders))
    found, data = faces.chains(fonts, job.folders[: job.own]), glyphs.cleaned(json.loads(job.data))
    text = json.dumps(data, ensure_ascii=False)
    _ensure_glyphs(fonts, found, [text, *(one.read_text("utf-8") for one in TEMPLATES.glob("*.typ"))])
    try:
        pdf = typst.compile(
            str(TEMPLATES / f"{job.form}.typ"), root=str(TEMPLATES), font_paths=fonts, ignore_system_fonts=True,
            sys_inputs={"data": text, "fonts": json.dumps(found)}, pdf_standards=STANDARD,
        )  # fmt: skip
    except typst.TypstError as error:
        raise Invalid("papers.not_printable", reason=error.message[:200]) from error
    return wire.Made(pdf)


def _ensure_glyphs(fonts: typst.Fonts, found: dict[str, list[str]], texts: Sequence[str]) -> None:
    absent = faces.missing(fonts, found, glyphs.seen("".join(texts)))
    if absent:
        raise Invalid("papers.no_glyph", characters=glyphs.named(absent))
