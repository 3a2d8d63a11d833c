"""A thousand evidence bundles, good and tampered with, judged by two verifiers that were written apart."""

import json
from pathlib import Path

import pytest

from tests.office.signing.agreement import compared


@pytest.mark.proof
def test_two_verifiers_agree_on_a_thousand(tmp_path: Path) -> None:
    told = compared(tmp_path, seed=2026, count=1000)
    print(json.dumps({f"{how} {outcome}": number for (how, outcome), number in sorted(told.items())}, ensure_ascii=False))
    assert sum(told.values()) == 1000
    assert told["good", "invalid"] == 0
