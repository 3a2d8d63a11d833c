"""The story against a real server, as an operator runs it; and that a server which lies does not get away with it."""

import json
import re
import stat
from pathlib import Path

import httpx
import pytest

from tests.demo.conftest import Served, zhiban


def play(served: Served, *words: str) -> tuple[int, str]:
    done = zhiban("demo", "two-minutes", "--server", served.url, "--data", str(served.data), *words, env=served.env)
    return done.returncode, done.stdout or done.stderr


def test_the_story_comes_to_its_end_twice(town_server: Served) -> None:
    for _ in range(2):
        code, said = play(town_server, "--json")
        told = json.loads(said)
        failed = [check for check in told["checks"] if not check["ok"]]
        assert (code, told["error"], failed) == (0, "", [])
        assert 0 < told["phone"]["total"] < told["phone"]["limit"]
        assert all(step["ms"] >= 0 for step in told["steps"])
        assert len(told["steps"]) > 20


@pytest.mark.parametrize("paper", ["bridge-request.pdf"])
@pytest.mark.engines("sqlite")
def test_any_paper_will_do(town_server: Served, paper: str) -> None:
    file = Path(__file__).parents[2] / "demo" / "paper" / paper
    code, said = play(town_server, "--file", str(file), "--wait-hold")
    assert code == 0, said
    assert "全部完成" in said


@pytest.mark.parametrize(
    "tampered, named",
    [("page", "第 2 页与原件逐点相同"), ("evidence", "签名、凭据、会签逐一验证"), ("webhook", "回调的签名")],
    indirect=["tampered"],
)
@pytest.mark.engines("sqlite")
def test_a_lying_server_is_found_out(tampered: Served, named: str) -> None:
    code, said = play(tampered)
    assert code == 1, said
    assert f"✗ {named}" in said


@pytest.mark.engines("sqlite")
def test_no_server_is_told(tmp_path: Path, town_server: Served) -> None:
    done = zhiban("demo", "two-minutes", "--server", "http://127.0.0.1:9", "--data", str(town_server.data), env=town_server.env)
    assert done.returncode == 1
    done = zhiban("demo", "two-minutes", "--data", str(tmp_path / "nothing"), env=town_server.env)
    assert done.returncode == 1
    assert "zhiban demo load" in done.stderr


@pytest.mark.engines("sqlite")
def test_the_front_page_shows_passwords_to_this_machine_only(town_server: Served) -> None:
    file = town_server.data / "demo-accounts.txt"
    secret = file.read_text("utf-8").split("luzhiye\t")[1].split("\t")[0]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    page = httpx.get(town_server.url)
    assert "青岚县" in page.text
    assert "陆知野" in page.text
    assert not re.search(r"<script|\son\w+=|javascript:", page.text)
    from html import escape

    assert escape(secret) in page.text
    assert page.headers["cache-control"] == "no-store"
    other = httpx.get(town_server.url, headers={"Host": "town.example"})
    assert escape(secret) not in other.text
    listing = httpx.get(f"{town_server.url}/docs").text
    assert "/handlings/{id}/signatures" in listing
    assert "推送公文" in listing


def test_loading_again_changes_nothing(town_server: Served) -> None:
    done = zhiban("demo", "load", "--data", str(town_server.data), env=town_server.env)
    if "sqlite" in town_server.env["ZHIBAN_DATABASE_URL"]:
        assert done.returncode == 1
        assert "正由" in done.stderr
    else:
        before = (town_server.data / "demo-accounts.txt").read_text("utf-8")
        assert done.returncode == 0, done.stderr
        assert (town_server.data / "demo-accounts.txt").read_text("utf-8") == before
