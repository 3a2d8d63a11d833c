"""`zhiban verify BUNDLE`: an evidence bundle checked without server, database or settings; exit code 0, 1 or 3."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from office.cli.sealed_file import check_sealed
from office.cli.trouble import words_of
from office.cli.words import Command, Failure
from office.kernel.text import printable
from office.signing.evidence.checking import INVALID, UNKNOWN, VALID, BadAnchor, Brought, Check, brought, check_bundle, overall

CODES = {VALID: 0, INVALID: 1, UNKNOWN: 3}
OUTCOMES = {VALID: "有效", INVALID: "无效", UNKNOWN: "无法确认"}
NAMES = {
    "container": "证据包格式", "bundle": "整包签名", "anchor": "服务器公钥来源", "files": "被签文件", "tickets": "签批凭据",
    "statements": "手写笔迹", "device": "设备签名", "countersign": "服务器会签", "trail": "操作日志", "state": "签批状态",
    "seal": "归档封签", "entered": "代录意见", "kept": "与另存的封存凭证",
    "sealed": "归档版式文件的签名",
}  # fmt: skip
SHOWN = 10


@click.command(cls=Command)
@click.argument("bundle", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="证据包")
@click.option(
    "--key", "files", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="文件",
    help="另外取得的服务器公钥（/api/v1/server-keys 的答复）、封存凭证（zhiban audit head），或两份凭证之间的证明；可给多份",
)  # fmt: skip
@click.option(
    "--file", "originals", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="原件",
    help="另外取得的原件或归档版式文件，包里没有装的按摘要核对；可给多份",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def verify(bundle: Path, files: tuple[Path, ...], originals: tuple[Path, ...], as_json: bool) -> None:
    """核对证据包，不连服务器、不用数据库。格式见 docs/evidence-format.md。

    不给 --key 时最多得出“无法确认”：包里的公钥谁都能造，要与另外取得的比对。退出码：0 有效，1 无效，3 无法确认。
    """
    try:
        digests = list(map(file_digest, originals))
        checks = check_bundle(bundle, _known(files, dict(digests)))
        sealed = check_sealed(bundle, [(path, digest) for path, (digest, _) in zip(originals, digests, strict=True)])
    except OSError as error:
        raise Failure(f"{error.filename or bundle} 不能读（{words_of(error)}）。") from error
    checks += [sealed] if sealed else []
    result = overall(checks)
    click.echo(_json(checks, result) if as_json else "\n".join([*map(_line, checks), f"结论：{OUTCOMES[result]}"]))
    click.get_current_context().exit(CODES[result])


def _known(files: Sequence[Path], originals: Mapping[str, int]) -> Brought:
    try:
        return brought([file.read_bytes() for file in files], originals)
    except BadAnchor as error:
        raise Failure(f"--key 给的文件不能用：{error}。") from error


def file_digest(file: Path) -> tuple[str, int]:
    """SHA-256, hex, and size of a file, whatever its size."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest(), file.stat().st_size


def _line(check: Check) -> str:
    # Names in a bundle nobody vouches for must not write lines of their own.
    why = "；".join(map(printable, check.why[:SHOWN])) + (f"；等 {len(check.why)} 处" if len(check.why) > SHOWN else "")
    return f"[{OUTCOMES[check.outcome]}] {NAMES[check.name]}" + (f"：{why}" if why else "")


def _json(checks: Sequence[Check], result: str) -> str:
    told = [{"check": one.name, "outcome": one.outcome, "why": one.why} for one in checks]
    return json.dumps({"outcome": result, "checks": told}, ensure_ascii=False, indent=2)
