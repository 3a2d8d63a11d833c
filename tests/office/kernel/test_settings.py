"""Settings: the environment wins, and what is wrong is told by name."""

from pathlib import Path

import pytest

from office.kernel.settings import Settings, SettingsError, load


def written(folder: Path, text: str) -> dict[str, str]:
    (folder / "zhiban.toml").write_text(text, "utf-8")
    return {"ZHIBAN_DATA": str(folder)}


def test_defaults() -> None:
    assert load({}).port == Settings().port == 8000
    assert load({}).database.startswith("sqlite://")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    env = written(tmp_path, 'port = 9000\nlog_level = "DEBUG"\n')
    assert (load(env).port, load(env).log_level) == (9000, "DEBUG")
    assert load({**env, "ZHIBAN_PORT": "9001"}).port == 9001


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml"):
        load({"ZHIBAN_CONFIG": str(tmp_path / "nowhere.toml")})


@pytest.mark.parametrize("text", ["prot = 1\n", "port = 70000\n", "hold_seconds = -1\n", "port = \n", 'port = "x"\n'])
def test_a_wrong_file_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match=r"zhiban\.toml"):
        load(written(tmp_path, text))


def test_an_unknown_name_in_the_environment_is_told() -> None:
    with pytest.raises(SettingsError, match="ZHIBAN_TRUSTED_PROXI"):
        load({"ZHIBAN_TRUSTED_PROXI": "10.0.0.1"})


@pytest.mark.parametrize(
    "name, value, said",
    [
        ("ZHIBAN_PORT", "many", "port 应为整数"),
        ("ZHIBAN_PORT", "70000", "port 不能大于 65535"),
        ("ZHIBAN_CLOSING_TIME", "9:00", "closing_time "),
        ("ZHIBAN_CLOSING_TIME", "五点半", "closing_time "),
        ("ZHIBAN_WEBHOOK_PRIVATE_TARGETS", "maybe", "webhook_private_targets 应为true 或 false"),
    ],
)
def test_a_wrong_value_names_its_key_and_what_is_right(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as told:
        load({name: value})
    assert f"环境变量 {name}）" in str(told.value)


def test_what_is_no_toml_is_told_by_its_place(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="第 2 行第 8 列"):
        load(written(tmp_path, "host = 'x'\nport = \n"))


def test_words_become_values() -> None:
    made = load({"ZHIBAN_WEBHOOK_PRIVATE_TARGETS": "true", "ZHIBAN_HOLD_SECONDS": "5"})
    assert (made.webhook_private_targets, made.hold_seconds) == (True, 5)
