"""The house's own key of SM2: not used where this machine's SM2 answers wrongly."""

import pytest

from office.kernel.sm import selftest
from office.papers.seals import signer
from tests.support.house import House


@pytest.mark.engines("sqlite")
async def test_an_sm2_that_answers_wrongly_signs_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "fault", lambda: "SM2")
    assert signer().sm2_key is None
    assert not (house.settings.folder / "keys" / "seal-test-sm2.pem").exists()
