"""What the doctor sees of settings, machine and upkeep: each finding by what an operator would have got wrong."""

import base64
import resource
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg.exceptions
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec.structs import replace
from redis.exceptions import AuthenticationError

from office import identity
from office.cli.doctor import machine, seals, upkeep
from office.cli.doctor.finding import BAD, GOOD, NOTE, Finding
from office.cli.lock import held, note_address
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.kernel.database import connection_settings
from office.kernel.settings import Settings
from office.outbox.models import JobSlot
from tests.office.files.seal_maker import ROOT_CERT, SIGNER_CERT, TRUST
from tests.support.house import House


def seen(found: Finding, level: str, *words: str) -> None:
    assert found.level == level, found.line()
    for word in words:
        assert word in found.line()


def pair(folder: Path, name: str) -> tuple[str, str]:
    """A certificate that lasts a year, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "oa.example")]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=365)).sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    form, none = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / f"{name}.pem").write_bytes(made.public_bytes(pem))
    (folder / f"{name}.key").write_bytes(key.private_bytes(pem, form, none))
    return str(folder / f"{name}.pem"), str(folder / f"{name}.key")


def test_a_certificate_and_the_key_of_another(tmp_path: Path) -> None:
    cert, key = pair(tmp_path, "a")
    _, other = pair(tmp_path, "b")
    seen(machine.certificate(Settings(cert=cert, key=key)), GOOD)
    seen(machine.certificate(Settings(cert=cert, key=other)), BAD, "不是一对", "ZHIBAN_KEY")
    seen(machine.certificate(Settings(cert=cert, key="/nowhere.key")), BAD, "不存在或不能读")
    seen(machine.certificate(Settings(cert=cert)), BAD, "没有设私钥")
    seen(machine.certificate(Settings(cert=key, key=key)), BAD, "不是 PEM 证书")


def test_where_it_would_listen() -> None:
    seen(machine.listening(Settings(host="999.1.1.1")), BAD, "999.1.1.1", "ZHIBAN_HOST")
    seen(machine.listening(Settings(host="203.0.113.1", port=0)), BAD, "本机没有这个地址")
    seen(machine.listening(Settings(port=0)), GOOD)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        seen(machine.listening(Settings(port=taken.getsockname()[1])), NOTE, "已有程序在监听")


def test_the_server_of_this_data_folder_is_known(tmp_path: Path) -> None:
    with socket.socket() as serving:
        serving.bind(("127.0.0.1", 0))
        serving.listen()
        port = serving.getsockname()[1]
        here = Settings(data=str(tmp_path), port=port)
        with held(here, "zhiban serve"):
            note_address(here, f"http://127.0.0.1:{port}")
            seen(machine.listening(here), GOOD, "指办正在", f"http://127.0.0.1:{port}")
            seen(machine.listening(replace(here, port=port + 1)), GOOD, "指办正在", f"http://127.0.0.1:{port}")
        seen(machine.listening(here), NOTE, "不是这个数据目录上的指办")
    with held(here, "zhiban user add"):
        note_address(here, f"http://127.0.0.1:{port}")
        seen(machine.listening(here), GOOD, "可用")


def test_a_proxy_without_an_address_for_browsers() -> None:
    seen(machine.proxy(Settings(trusted_proxy="10.0.0.1")), NOTE, "ZHIBAN_PUBLIC_URL")
    seen(machine.proxy(Settings(trusted_proxy="10.0.0.1", public_url="https://oa.example")), GOOD)


def test_a_log_in_that_never_idles_out() -> None:
    seen(machine.lifetimes(Settings()), GOOD)
    seen(machine.lifetimes(Settings(session_idle=90000)), NOTE, "浏览器", "90000")
    seen(machine.lifetimes(Settings(app_session_absolute=3600)), NOTE, "客户端")


def test_the_ofd_renderer_that_loads_and_one_that_does_not(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'ImportError: libGL.so.1: cannot open shared object file' >&2\nexit 1\n")
    broken.chmod(0o755)
    seen(machine.ofd(), GOOD, "可用")
    seen(machine.ofd(str(broken)), NOTE, "libgl1")
    assert "libGL.so.1" in machine.ofd(str(broken)).found


def test_fonts_that_are_not_there() -> None:
    seen(machine.fonts(Settings(fonts="/nowhere/fonts")), BAD, "ZHIBAN_FONTS")


def test_fonts_of_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    seen(machine.forms(Settings(fonts="/own")), GOOD, "/own")
    monkeypatch.setattr(machine, "find_spec", lambda _: None)
    seen(machine.forms(Settings()), NOTE, "tools.setup fonts", "ZHIBAN_FONTS")


def test_few_descriptors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1024, 4096))
    seen(machine.descriptors(Settings()), NOTE, "4096", "3584", "LimitNOFILE")
    seen(machine.descriptors(Settings(max_connections=3000)), GOOD, "3000")
    monkeypatch.setattr(resource, "getrlimit", lambda _: (65536, 65536))
    seen(machine.descriptors(Settings()), GOOD)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (asyncpg.exceptions.InvalidPasswordError("password authentication failed"), "用户名或密码不对"),
        (AuthenticationError("invalid password"), "用户名或密码不对"),
        (ConnectionRefusedError(111, "Connection refused"), "连不上"),
        (TimeoutError(), "等不到回答"),
        (RuntimeError("what nobody has seen"), "打不开"),
    ],
)
def test_why_a_service_is_not_reached_is_told_in_chinese(error: BaseException, words: str) -> None:
    assert upkeep.why(error) == f"{words}（{type(error).__name__}）"


async def test_a_job_that_failed_and_a_key_that_ends(house: House) -> None:
    seen(await upkeep.jobs(), GOOD)
    seen(await upkeep.client_keys(), GOOD)
    await JobSlot.create(name="identity.forget_old", next_at=clock.now(), last_error="OSError: disk")
    seen(await upkeep.jobs(), BAD, "identity.forget_old")
    await identity.create_client(SYSTEM, "县 OA", [], life=timedelta(days=20))
    lasting = await identity.create_client(SYSTEM, "市交换平台", [], life=timedelta(days=20))
    await identity.rotate_key(SYSTEM, lasting.client.id, life=timedelta(days=365))
    found = await upkeep.client_keys()
    seen(found, NOTE, "县 OA 至", "zhiban client rotate")
    assert "市交换平台" not in found.line()


def test_the_tls_mode_of_libpq_is_understood() -> None:
    told = connection_settings("postgres://u:p@h/zhiban?sslmode=require")["credentials"]
    assert told["ssl"] == "require"
    assert "sslmode" not in told


def test_the_trust_folder_by_what_is_missing_in_it(tmp_path: Path) -> None:
    settings, folder = Settings(data=str(tmp_path)), tmp_path / "trust"
    seen(seals.trust(settings), NOTE, str(folder), "无法确认", "ZHIBAN_TRUST")
    folder.mkdir()
    coded = base64.b64encode(ROOT_CERT).decode()
    (folder / "root.pem").write_text(f"-----BEGIN CERTIFICATE-----\n{coded}\n-----END CERTIFICATE-----\n")
    seen(seals.trust(settings), NOTE, "1 个签发机构证书、0 个吊销列表", "1 个签发机构没有当前的吊销列表", "cancelled-seals.txt")
    (folder / "root.crl").write_bytes(TRUST.lists[0])
    (folder / "cancelled-seals.txt").write_text("")
    seen(seals.trust(settings), GOOD, "1 个签发机构证书、1 个吊销列表")
    (folder / "leaf.cer").write_bytes(SIGNER_CERT)
    (folder / "读我.doc").write_text("x")
    seen(seals.trust(settings), NOTE, "1 个证书读不了或不是签发机构的", "1 个文件没有用上（读我.doc）")


def test_sm2_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    seen(seals.sm2(), GOOD, "自检通过")
    for fault, level in (("missing", NOTE), ("SM2", BAD)):
        monkeypatch.setattr("office.cli.doctor.seals.selftest.fault", lambda fault=fault: fault)
        seen(seals.sm2(), level, "无法确认")
