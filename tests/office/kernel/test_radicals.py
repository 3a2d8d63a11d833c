from hypothesis import given
from hypothesis import strategies as st

from office.kernel.radicals import unified
from office.numbering.folding import plain


def test_radicals_become_the_characters_they_stand_for() -> None:
    assert unified("⼈⺠政府⻘⼭⽔⼯作⼀⽇⻓⻔") == "人民政府青山水工作一日长门"
    assert plain("⻘政 发〔2026〕３号") == "青政发〔2026〕3号"


@given(st.text())
def test_all_else_stays_and_nothing_moves(text: str) -> None:
    made = unified(text)
    assert len(made) == len(text)
    assert unified(made) == made
    assert all(was == now or "\u2e80" <= was <= "\u2fdf" for was, now in zip(text, made, strict=True))
