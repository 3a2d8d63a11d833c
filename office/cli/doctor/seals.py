"""Checks of what verifying seals needs: SM2 on this machine, and the trust folder."""

from collections.abc import Sequence

from office.cli.doctor.finding import Finding, bad, good, note
from office.cli.trouble import words_of
from office.files.seals.folder import place_of, skipped, trusted
from office.files.seals.shapes import Trust
from office.files.seals.trust import Judge
from office.kernel import clock
from office.kernel.settings import Settings
from office.kernel.sm import selftest


def sm2() -> Finding:
    """Whether SM2, SM3 and SM4 answer as the standards' examples say; without them no seal is verified."""
    fault = selftest.fault()
    if not fault:
        return good("国密算法", "SM2、SM3、SM4 自检通过")
    if fault == "missing":
        return note("国密算法", "本机的 libcrypto 没有 SM2，电子签章一律无法确认", "安装 OpenSSL 3（Debian：libssl3）")
    return bad("国密算法", f"自检没有通过（{fault}），电子签章一律无法确认", "检查 OpenSSL 的安装")


def trust(settings: Settings) -> Finding:
    """The trust folder: whose certificates seals and signatures are held against."""
    what, folder = "签章信任目录", place_of(settings)
    if not folder.is_dir():
        told = f"{folder} 不存在，电子签章一律无法确认"
        return note(what, told, "把政务 CA 的证书和吊销列表放入这个目录，或设 ZHIBAN_TRUST")
    try:
        held, unused = trusted(settings), skipped(settings)
    except OSError as error:
        return bad(what, f"{folder} 读不了（{words_of(error)}）", "检查目录和文件的权限")
    judge = Judge(held, clock.now())
    told = f"{folder} 有 {len(judge.anchors)} 个签发机构证书、{len(judge.lists)} 个吊销列表"
    if wrong := _wrong_in_trust(held, judge, [one.name for one in unused]):
        return note(what, f"{told}；{wrong}", "补齐或更换这些文件")
    return good(what, told)


def _wrong_in_trust(held: Trust, judge: Judge, unused: Sequence[str]) -> str:
    """What keeps seals from being confirmed although somebody is trusted, "" if nothing does."""
    now, fresh = clock.now(), {one.issuer for one in judge.lists if one.end is not None and one.end > clock.now()}
    told = [
        (len(held.anchors) - len(judge.anchors), "个证书读不了或不是签发机构的"),
        (sum(not one.start <= now <= one.end for one in judge.anchors), "个签发机构证书不在有效期内"),
        (sum(one.subject not in fresh for one in judge.anchors), "个签发机构没有当前的吊销列表"),
        (len(unused), f"个文件没有用上（{'、'.join(unused[:3])}）"),
    ]
    wrong = [f"{count} {what}" for count, what in told if count]
    if held.cancelled is None:
        wrong.append("没有注销印章的名单 cancelled-seals.txt（没有注销的印章时放一个空文件）")
    return "，".join(wrong)
