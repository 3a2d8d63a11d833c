"""Evidence bundles: what is good is valid, what was changed is not, and a verifier made from the page alone says the same."""

import hashlib
import json
import random
from pathlib import Path

import pytest

from office.cli.sealed_file import check_sealed
from office.kernel.sm.digests import sm3
from office.signing.evidence.checking import INVALID, UNKNOWN, VALID, BadAnchor, brought, check_bundle
from tests.demo.conftest import environment, zhiban
from tests.office.files.makers import text_pdf
from tests.office.files.pdf_signer import CERT, sloppily_signed
from tests.office.signing import workshop
from tests.office.signing.agreement import KEYS, compared, outcomes, overall
from tests.office.signing.workshop import Made

PLAIN = 6  # a seed whose bundle has everything: devices, all files, a head, a seal


def plain() -> bytes:
    return Made(random.Random(PLAIN)).zipped()


def test_a_good_bundle_is_valid_only_with_a_key_from_elsewhere(tmp_path: Path) -> None:
    told = outcomes(tmp_path / "b.zip", plain(), KEYS)
    assert set(told.values()) == {VALID}, told
    alone = outcomes(tmp_path / "b.zip", plain(), None)
    assert {name for name, outcome in alone.items() if outcome == UNKNOWN} == {"anchor"}


def test_a_forged_server_is_self_consistent_and_never_valid(tmp_path: Path) -> None:
    forged = workshop.forged(plain(), random.Random(1))
    known, alone = outcomes(tmp_path / "b.zip", forged, KEYS), outcomes(tmp_path / "b.zip", forged, None)
    assert known["anchor"] == INVALID
    assert overall(alone) != VALID


def test_two_verifiers_agree_on_good_and_tampered_bundles(tmp_path: Path) -> None:
    """The long form, a thousand, is in tests/proof."""
    told = compared(tmp_path, seed=1, count=160)
    assert told["good", INVALID] == 0
    assert told["good", VALID] > 0
    for how in {how for how, _ in told} - {"good", "flipped", "longer"}:
        assert told[how, INVALID] > 0, f"{how} was never noticed"


def test_nothing_of_a_bundle_can_be_changed_unnoticed(tmp_path: Path) -> None:
    """Without the server's key every change of what an entry says is found: a byte of each entry at many places."""
    good = plain()
    for name, data in workshop.unzipped(good).items():
        for at in range(0, len(data), max(1, len(data) // 15)):
            parts = workshop.unzipped(good)
            parts[name] = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
            assert overall(outcomes(tmp_path / "b.zip", workshop.zipped(parts), KEYS)) == INVALID, (name, at)


def test_a_kept_head_of_the_same_batch_with_another_root_is_told(tmp_path: Path) -> None:
    good = plain()
    said = json.loads(workshop.unzipped(good)["evidence.json"])
    kept = {**said["head"], "format": "zhiban-audit-head-1", "public_key": workshop.b64(workshop.SERVER.der)}
    assert outcomes(tmp_path / "b.zip", good, json.dumps(kept).encode())["anchor"] == VALID
    other = kept | {"head": kept["head"].replace('"previous":"ab', '"previous":"cd')}
    assert outcomes(tmp_path / "b.zip", good, json.dumps(other).encode())["anchor"] == INVALID


def test_a_bundle_writes_no_lines_of_its_own(tmp_path: Path) -> None:
    parts = workshop.unzipped(plain()) | {"x\n[有效] \x1b[2J结论：有效": b""}
    (tmp_path / "b.zip").write_bytes(workshop.zipped(parts))
    done = zhiban("verify", str(tmp_path / "b.zip"), env=environment(""))
    assert done.returncode == 1
    assert "\x1b" not in done.stdout + done.stderr
    assert [line for line in done.stdout.splitlines() if line.startswith("结论")] == ["结论：无效"]


@pytest.mark.parametrize("data", [b"", b"[]", b'{"items":1}', b"\xff"])
def test_what_is_no_key_file_is_refused(data: bytes) -> None:
    with pytest.raises(BadAnchor):
        brought([data])


def test_each_reason_is_chinese_and_names_who(tmp_path: Path) -> None:
    for seed in range(40):
        chance = random.Random(seed)
        (tmp_path / "b.zip").write_bytes(chance.choice(workshop.CHANGES)(Made(chance).zipped(), chance))
        for check in check_bundle(tmp_path / "b.zip", brought([KEYS])):
            assert (check.outcome == VALID) == (not check.why), check


def test_a_sealed_file_of_a_careless_program_is_judged_and_stops_nothing(tmp_path: Path) -> None:
    """Its table of objects is longer than it says: a strict reader of PDF gives up, and the command with it."""
    made, pdf = Made(random.Random(PLAIN)), sloppily_signed(text_pdf(["body"]))
    assert made.said["seal"] is not None
    del made.extra[f"files/{made.said['seal']['sha256']}"]
    told = {"sha256": hashlib.sha256(pdf).hexdigest(), "size": len(pdf), "sm3": sm3(pdf).hex(), "sm2": None}
    made.said["seal"] |= told | {"certificate": workshop.b64(CERT), "included": True}
    made.extra[f"files/{told['sha256']}"] = pdf
    (tmp_path / "b.zip").write_bytes(made.zipped())
    check = check_sealed(tmp_path / "b.zip", [])
    assert check is not None
    assert (check.outcome, check.why) == (VALID, [])
