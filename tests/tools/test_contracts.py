"""The import contracts catch what they are for: each case is a small house with one wrong import in it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INSIDE = ("kernel", "identity", "flow", "inbox", "files")
PACKAGES = ("office", *(f"office/{name}" for name in INSIDE), "messaging", "documents", "supervision", "demo")


def verdict(house: Path, module: str = "", text: str = "") -> tuple[int, str]:
    """(exit code, output) of lint-imports over a house of empty packages with one more module."""
    shutil.copy(ROOT / ".importlinter", house)
    for package in PACKAGES:
        (house / package).mkdir(exist_ok=True)
        (house / package / "__init__.py").touch()
    if module:
        (house / module).write_text(text)
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=house, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_a_house_without_a_wrong_import_passes(tmp_path: Path) -> None:
    code, output = verdict(tmp_path, "documents/actions.py", "import office.flow\n")
    assert code == 0, output


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("messaging/actions.py", "import documents\n"),
        ("documents/actions.py", "from supervision import x\n"),
        ("office/flow/actions.py", "import documents\n"),
        ("office/kernel/work.py", "import office.identity\n"),
        ("office/identity/actions.py", "import office.flow\n"),
        ("office/inbox/actions.py", "import office.files\n"),
        ("documents/seed.py", "import demo\n"),
        ("office/kernel/help.py", "import pytest\n"),
    ],
)
def test_a_wrong_import_is_named(tmp_path: Path, module: str, text: str) -> None:
    code, output = verdict(tmp_path, module, text)
    assert code == 1
    assert module.removesuffix(".py").replace("/", ".") in output


def test_a_package_with_no_place_in_the_order_is_refused(tmp_path: Path) -> None:
    (tmp_path / "office" / "stray").mkdir(parents=True)
    (tmp_path / "office" / "stray" / "__init__.py").touch()
    code, output = verdict(tmp_path)
    assert code == 1
    assert "stray" in output
