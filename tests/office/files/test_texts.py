import re
import string

from office.files.rendering.shapes import PageWarning
from office.files.texts import TEXTS, WARNINGS
from office.secrecy.shapes import Hint
from tests.office.files.makers import ROOT


def test_every_refusal_of_sniffing_and_rendering_has_its_sentence() -> None:
    folder = ROOT / "office" / "files"
    source = "".join(path.read_text() for path in (folder / "sniff.py", *(folder / "rendering").glob("*.py")))
    codes = set(re.findall(r'"(files\.[a-z_]+)"', source))
    assert len(codes) >= 15
    assert codes <= set(TEXTS)


def test_sentences_name_only_facts() -> None:
    for code, text in TEXTS.items():
        names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        assert all(name.isidentifier() for name in names), code


def test_every_warning_has_its_sentence() -> None:
    assert set(WARNINGS) == {warning.value for warning in (*PageWarning, *Hint)}
