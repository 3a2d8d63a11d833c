"""The story against a real server, as an operator runs it; and that a server which lies does not get away with it."""

import json
import re
import signal
import sqlite3
import stat
import subprocess
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tests.demo.conftest import ROOT, ZHIBAN, Served, environment, hear_ctrl_c, run_before, serving, zhiban
from tests.office.files.office_maker import docx
from tests.web.served import copied


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
    assert re.search(r"合计.*\n全程 \d+ 毫秒", said), said


@pytest.mark.engines("sqlite")
def test_each_step_is_told_as_it_ends_and_to_people_only(town_server: Served) -> None:
    command = [*ZHIBAN, "demo", "two-minutes", "--server", town_server.url, "--data", str(town_server.data)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=town_server.env, stdout=pipe, stderr=pipe, text=True) as story:
        assert story.stderr is not None
        first = story.stderr.readline()
        assert (story.poll(), "准备：取服务器公钥" in first) == (None, True), first
        table, told = story.communicate(timeout=120)
    assert (told.count("毫秒") > 20, "全部完成" in table) == (True, True)
    quiet = zhiban(*command[3:], "--json", env=town_server.env)
    assert (quiet.returncode, quiet.stderr) == (0, "")
    with subprocess.Popen(command, cwd=ROOT, env=town_server.env, stdout=pipe, stderr=subprocess.STDOUT, text=True) as one_log:
        whole, _ = one_log.communicate(timeout=120)
    assert (one_log.returncode, whole.count("推送特急公文"), "全部完成" in whole) == (0, 1, True), whole
    assert re.search(r"^合计 \d+ 毫秒，上行 \d+ 字节，下行 \d+ 字节$", whole, re.MULTILINE), whole


@pytest.mark.engines("sqlite")
def test_a_scan_is_played_once_somebody_declares_that_it_bears_no_mark(town_server: Served, tmp_path: Path) -> None:
    scan = tmp_path / "关于检修水闸的通知.png"
    page = Image.new("L", (620, 877), 255)
    for line in range(9):
        page.paste(40, (80, 120 + 60 * line, 540, 136 + 60 * line))  # as lines of writing stand on a scan
    page.save(scan)
    code, said = play(town_server, "--file", str(scan))
    assert (code, "--not-classified-by 姓名" in said, "secrecy." in said) == (1, True, False), said
    code, said = play(town_server, "--file", str(scan), "--not-classified-by", "田问渠")
    assert (code, "✓ 第 1 页与原件逐点相同" in said) == (0, True), said


@pytest.mark.engines("sqlite")
def test_an_office_file_is_played_by_the_pages_the_server_sets(town_server: Served, tmp_path: Path) -> None:
    paper = tmp_path / "关于检修水闸的通知.docx"
    paper.write_bytes(docx("关于检修水闸的通知", "请于本周内完成检修。"))
    code, said = play(town_server, "--file", str(paper))
    assert (code, "✓ Office 文件的版面由服务器转换" in said, "✓ 第 1 页是完整的图片" in said) == (0, True, True), said


@pytest.mark.parametrize(
    "tampered, named",
    [
        ("receipt", "签收回执的签名和内容（回执签名不符；回执里的文件不是推送的那些）"),
        ("forged", "签收回执的签名和内容（签回执的密钥不在服务器公布的之列）"),
        ("notice", "文书收到的通知说的就是这份文件"),
        ("page", "第 2 页与原件逐点相同"),
        ("webhook", "回调的签名"),
        ("evidence", "签名、凭据、会签逐一验证"),
        ("strokes", "存下的笔迹就是手机上写的"),
        ("dispatch", "四个单位各有一份，都在待签收"),
    ],
    indirect=["tampered"],
)
def test_a_lying_server_is_found_out(tampered: Served, named: str) -> None:
    code, said = play(tampered)
    assert code == 1, said
    assert f"✗ {named}" in said


#: What a broken server may answer where: nothing, another shape, a list without what must be in it.
SHAPES = {
    "/exchange/documents {}": "推送特急公文",
    "/exchange/documents ": "推送特急公文",
    "/bootstrap []": "文书登录并接通实时通道",
    "/live []": "实时通道",
    "/reading null": "读出登记项",
    "/registrations 7": "确认登记",
    '/recipients {"items": []}': "拟办，送分管领导",
    '/inbox {"items": [7]}': "待办列表",
    '/derivations {"action": {"kind": "approve", "dispatch": "no"}}': "意见会怎样办",
    "/evidence [[]]": "取签批证据",
    "/strokes.svg ": "存下的笔迹",
}


@pytest.mark.parametrize("tampered", ["shapes"], indirect=True)
def test_whatever_a_broken_server_answers_is_told_with_its_step(tampered: Served) -> None:
    for lie, step in SHAPES.items():
        (tampered.data / "lie").write_text(lie, "utf-8")
        done = zhiban("demo", "two-minutes", "--server", tampered.url, "--data", str(tampered.data), "--json", env=tampered.env)
        assert (done.returncode, done.stderr) == (1, ""), (lie, done.stderr)
        told = json.loads(done.stdout)
        assert told["ok"] is False, lie
        assert step in told["error"], (lie, told["error"])
        assert told["stopped_at"], lie
    code, said = play(tampered)
    assert (code, "没有完成：" in said, "步骤" in said) == (1, True, True)


def test_what_keeps_the_story_from_beginning_is_told(tmp_path: Path, loaded: Path) -> None:
    def begin(*words: str) -> str:
        done = zhiban("demo", "two-minutes", *words, env=environment(""))
        assert done.returncode == 1, done.stdout
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    silent = begin("--server", "http://127.0.0.1:9", "--data", str(loaded))
    assert "请先启动服务" in silent
    assert not re.search(r"Error|/server-keys|上行字节", silent), silent
    missing = begin("--data", str(tmp_path / "nothing"))
    assert ("zhiban demo load" in missing, "NoAccounts" in missing, "服务器" in missing) == (True, False, False), missing
    assert json.loads(begin("--data", str(tmp_path / "nothing"), "--json"))["ok"] is False
    (tmp_path / "plain.txt").write_text("不是公文文件")
    assert "打印成 PDF" in begin("--file", str(tmp_path / "plain.txt"), "--data", str(loaded))
    told = json.loads(begin("--file", str(tmp_path / "plain.txt"), "--data", str(loaded), "--json"))
    assert (told["ok"], "打印成 PDF" in told["error"]) == (False, True)


def test_who_stops_it_is_told_where_the_data_is(tmp_path: Path, loaded: Path) -> None:
    data = tmp_path / "town"
    run_before(loaded, data)
    command = [*ZHIBAN, "run-demo", "--port", "0", "--data", str(data)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(""), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=hear_ctrl_c,
    ) as run:  # fmt: skip
        assert run.stdout is not None
        assert any("接口目录" in line for line in run.stdout)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=30)
    assert (run.returncode, said) == (130, f"已停止，数据在 {data}。\n")


def test_whoever_starts_it_again_is_told_where_it_runs(tmp_path: Path, loaded: Path) -> None:
    """The story finds that server by itself, and leaves no log-in behind; a dead server's address counts no more."""
    data = tmp_path / "town"
    run_before(loaded, data)
    env = environment("")
    with serving(["run-demo", "--port", "0", "--data", str(data)], data, env) as served:
        again = zhiban("run-demo", "--port", "0", "--data", str(data), env=env)
        assert (again.returncode, f"已在 {served.url} 运行" in again.stdout) == (0, True), again.stdout + again.stderr
        story = zhiban("demo", "two-minutes", "--json", "--data", str(data), env=env)
        assert (story.returncode, json.loads(story.stdout)["server"]) == (0, served.url)
        with closing(sqlite3.connect(data / "zhiban.db")) as database:
            assert database.execute("SELECT count(*) FROM identity_session WHERE ended_at IS NULL").fetchone() == (0,)
    assert "请先启动服务" in zhiban("demo", "two-minutes", "--data", str(data), env={**env, "ZHIBAN_PORT": "9"}).stdout


def test_a_server_that_may_not_call_this_machine_is_named(tmp_path: Path, loaded: Path) -> None:
    data = tmp_path / "town"
    copied(loaded, data)
    with serving(["serve", "--port", "0", "--data", str(data)], data, environment("")) as served:
        code, said = play(served)
    assert (code, "ZHIBAN_WEBHOOK_PRIVATE_TARGETS=true" in said) == (1, True), said


@pytest.mark.engines("sqlite")
def test_the_front_page_shows_passwords_to_this_machine_only(town_server: Served) -> None:
    file = town_server.data / "demo-accounts.txt"
    secret = file.read_text("utf-8").split("luzhiye\t")[1].split("\t")[0]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    page = httpx.get(town_server.url)
    assert "青岚县" in page.text
    assert "陆知野" in page.text
    assert page.text.index("童书禾") < page.text.index("陆知野"), "first whom a document waits for"
    assert not re.search(r"<script|\son\w+=|javascript:", page.text)
    from html import escape

    assert escape(secret) in page.text
    assert page.headers["cache-control"] == "no-store"
    other = httpx.get(town_server.url, headers={"Host": "town.example"})
    assert escape(secret) not in other.text
    listing = httpx.get(f"{town_server.url}/docs").text
    assert "/handlings/{id}/signatures" in listing
    assert "推送公文" in listing
    assert re.search(r'<h2 id="absences">外出 <code>/absences</code></h2>', listing)
    linked = set(re.findall(r'href="#([^"]+)"', listing))
    assert linked
    assert linked == set(re.findall(r'<h2 id="([^"]+)"', listing))


def test_loading_again_changes_nothing(town_server: Served) -> None:
    done = zhiban("demo", "load", "--data", str(town_server.data), env=town_server.env)
    if not town_server.env["ZHIBAN_DATABASE_URL"]:
        assert done.returncode == 1
        assert "正由" in done.stderr
    else:
        before = (town_server.data / "demo-accounts.txt").read_text("utf-8")
        assert done.returncode == 0, done.stderr
        assert (town_server.data / "demo-accounts.txt").read_text("utf-8") == before
