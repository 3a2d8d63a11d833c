"""The house rules find what they are for, and nothing else."""

from pathlib import Path

import pytest

from tools.lint.__main__ import findings, main


def written(root: Path, path: str, text: str) -> list[str]:
    """The rules broken by one file of an otherwise empty checkout."""
    target = root / path
    target.parent.mkdir(parents=True)
    target.write_text(text)
    return [f"{finding.rule}:{finding.line}" for finding in findings(root)]


@pytest.mark.parametrize(
    "text",
    [
        "from office.files.models import Blob\nBlob.get(id=1)",
        "from .models import Blob as B\nB.create(size=1)",
        "from office.files import models\nmodels.Blob.all()",
        "import x\nBlob.filter(id=1)",
        "from .models import Blob\nrun = Blob.get_or_none",
    ],
)
def test_routes_never_touch_a_model(tmp_path: Path, text: str) -> None:
    assert written(tmp_path, "office/files/routes.py", text) == ["H1:2"]


@pytest.mark.parametrize(
    "text", ["Endpoint.get('/x')", "from .schemas import Out\nOut.create()", "settings.get('a')", "queries.filter(1)"]
)
def test_routes_may_call_what_is_no_model(tmp_path: Path, text: str) -> None:
    assert written(tmp_path, "office/files/routes.py", text) == []


def test_other_files_may_use_models(tmp_path: Path) -> None:
    assert written(tmp_path, "office/files/queries.py", "from .models import Blob\nBlob.filter(id=1)") == []


@pytest.mark.parametrize(
    "call",
    ["asyncio.create_task(f())", "loop.create_task(f())", "gather(f())", "asyncio.TaskGroup()", "anyio.create_task_group()"],
)
def test_tasks_start_in_one_place(tmp_path: Path, call: str) -> None:
    assert written(tmp_path, "documents/jobs.py", f"import x\n\n{call}") == ["H2:3"]


def test_the_one_place_may_start_tasks(tmp_path: Path) -> None:
    assert written(tmp_path, "office/kernel/work.py", "asyncio.create_task(f())") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("create_task(f())  # lint: allow-task the gateway's own reader, no transaction here", []),
        ("# lint: allow-task started before any transaction\ncreate_task(f())", []),
        ("create_task(f())  # lint: allow-task", ["H2:1"]),
        ("g()  # lint: allow-task for that line only\ncreate_task(f())", ["H2:2"]),
        ("# create_task(f())", []),
    ],
)
def test_an_exception_names_its_reason(tmp_path: Path, text: str, found: list[str]) -> None:
    assert written(tmp_path, "office/realtime/gateway.py", text) == found


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("CharField(max_length=5, db_index=True)", ["H3:1"]),
        ("fields.CharField(5, index=True)", ["H3:1"]),
        ("CharField(5, db_index=INDEXED)", ["H3:1"]),
        ("CharField(5, db_index=False)", []),
        ("CharField(5)", []),
    ],
)
def test_no_index_with_an_added_column(tmp_path: Path, field: str, found: list[str]) -> None:
    assert written(tmp_path, "office/inbox/migrations/m2.py", f"ops.AddField(model_name='A', name='b', field={field})") == found


def test_an_index_is_fine_where_the_table_is_created(tmp_path: Path) -> None:
    text = "ops.CreateModel(name='A', fields=[('b', CharField(5, db_index=True))])"
    assert written(tmp_path, "office/inbox/migrations/m1.py", text) == []


def test_a_file_that_cannot_be_parsed_is_a_finding(tmp_path: Path) -> None:
    assert written(tmp_path, "office/a.py", "x =\n") == ["H0:1"]


def test_the_command_tells_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path, "office/a.py", "gather()")
    assert main([str(tmp_path)]) == 1
    assert "office/a.py:1: H2 starts a task" in capsys.readouterr().out
