import re
import string

from office.files.rendering.shapes import PageWarning
from office.files.texts import TEXTS, WARNINGS
from tests.office.files.makers import ROOT


def test_every_refusal_code_has_its_sentence_and_every_sentence_its_code() -> None:
    source = "".join(path.read_text() for path in (ROOT / "office" / "files").rglob("*.py") if path.name != "texts.py")
    pure = {code for code in re.findall(r'"(files\.[a-z_]+)"', source) if f'("{code}"' in source or f', "{code}"' in source}
    assert pure <= set(TEXTS)


def test_sentences_name_only_facts() -> None:
    for code, text in TEXTS.items():
        names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        assert all(name.isidentifier() for name in names), code


def test_every_warning_has_its_sentence() -> None:
    assert set(WARNINGS) == {warning.value for warning in PageWarning}
