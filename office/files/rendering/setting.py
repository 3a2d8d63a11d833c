"""The process in which LibreOffice sets one Office file: `python -m office.files.rendering.setting`, spoken to on its pipes.

One file in, one PDF out. Where the kernel lets it, everything happens in namespaces of its own: no network but a dead one, no
process but its own, a file system in memory for the file and the profile, and nothing to be seen of the data folder and of
homes. With the first process of such a namespace everything in it ends. Where the kernel does not, a folder in memory is used
and the whole process group is ended; then only the environment keeps it from the network.
"""

import contextlib
import ctypes
import os
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from office.files.rendering import wire
from office.files.rendering.profile import FONTS_FILE, write_fonts, write_profile

_NEWNS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET = 0x00020000, 0x08000000, 0x10000000, 0x20000000, 0x40000000
_PRIVATE, _REC, _BIND, _RDONLY, _NOSUID, _NODEV = 0x40000, 0x4000, 0x1000, 0x1, 0x2, 0x4
_PDEATHSIG = 1
_PROFILE = 64 * 1024 * 1024
"""Room for what the program writes for itself, bytes."""

GRACE = 10
"""Seconds after the program's limit in which the answer must have been given."""

#: Folders of processes without namespaces; after so many seconds whoever made one has ended.
_PREFIX, _LEFT = "zhiban-setting-", 600
_ROOM = "/tmp"  # noqa: S108 - a file system of this process's own, or a new folder below it
#: Folders with nothing in them for a program that sets a page.
_HIDDEN = ("/home", "/root", "/run", "/var/tmp", "/dev/shm", "/srv", "/mnt", "/media")  # noqa: S108 - hidden, not used
_libc = ctypes.CDLL(None, use_errno=True)


class Task(msgspec.Struct, frozen=True):
    """What to set: the file's bytes and extension, the program, limits (bytes, seconds), fonts, and folders to hide."""

    data: bytes
    suffix: str
    program: str
    seconds: int
    memory: int
    most: int
    font_dirs: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


class Set(msgspec.Struct, frozen=True, tag="set"):
    """Answer: the PDF, and whether it was made in namespaces of its own."""

    value: bytes
    apart: bool


Answer = Set | wire.Refused
decode_task = msgspec.msgpack.Decoder(Task).decode
_answers: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)
decode_answer = _answers.decode


def main() -> None:
    """Read the task, set it, answer, and leave nothing behind."""
    inward, outward = wire.private_pipes()
    frame = wire.read_frame(inward)
    if frame is None:
        return
    task = decode_task(frame)
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(0, signal.SIGKILL))
    signal.alarm(task.seconds + GRACE)
    apart = _unshared()
    child = os.fork()
    if child == 0:
        _follow_parent()
        _child(task, outward, apart)
        if not apart:  # what the program left running is of this group
            os.killpg(0, signal.SIGKILL)
        os._exit(0)
    _wait(child, inward)
    os._exit(0)


def _unshared() -> bool:
    """Namespaces of our own, so that the next child is the first process in them; False where the kernel refuses."""
    uid, gid = os.getuid(), os.getgid()
    if _libc.unshare(_NEWUSER | _NEWNS | _NEWNET | _NEWIPC | _NEWPID) != 0:
        return False
    with contextlib.suppress(OSError):
        Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    return True


def _follow_parent() -> None:
    """End with the process that started this one."""
    _libc.prctl(_PDEATHSIG, signal.SIGKILL)


def _wait(child: int, inward: BinaryIO) -> None:
    """Until the child has answered, or the server has gone: its pipe then ends."""
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        ready, _, _ = select.select([inward], [], [], 0.05)
        if ready and not os.read(inward.fileno(), 1):
            os.killpg(0, signal.SIGKILL)


def _child(task: Task, outward: BinaryIO, apart: bool) -> None:
    room = _ROOM if apart else _room()
    try:
        if apart:
            task = _seclude(task)
        answer: Answer = _set(task, Path(room), apart)
    except OSError:
        answer = wire.Refused(503, "files.render_busy", {"retry_after": 5})
    finally:
        if not apart:
            shutil.rmtree(room, ignore_errors=True)
    outward.write(wire.framed(wire.encode(answer)))
    outward.flush()


def _room() -> str:
    """A folder in memory. One whose process was killed before it could remove it goes with the next."""
    folder = _in_memory()
    for left in Path(folder or tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _LEFT:
                shutil.rmtree(left, ignore_errors=True)
    return tempfile.mkdtemp(prefix=_PREFIX, dir=folder)


def _in_memory() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a folder of mkdtemp below it


def _seclude(task: Task) -> Task:
    """A file system in memory over the folder for temporary files, and nothing over data and homes.

    The customer's fonts, and the program where it lies in one of these, are seen in the room instead: under what they are
    called there in the task returned.
    """
    covered = (_ROOM, *_HIDDEN, *task.hidden)
    fonts = [os.open(folder, os.O_PATH) for folder in task.font_dirs if os.path.isdir(folder)]
    program = os.open(task.program, os.O_PATH)
    _mount(None, "/", None, _REC | _PRIVATE)
    _mount("tmpfs", _ROOM, "tmpfs", _NOSUID | _NODEV, f"size={len(task.data) + 2 * task.most + _PROFILE},mode=700")
    seen = tuple(_seen(one, f"{_ROOM}/fonts{number}", folder=True) for number, one in enumerate(fonts))
    inside = any(task.program.startswith(f"{folder}/") for folder in covered)
    called = _seen(program, f"{_ROOM}/program", folder=False) if inside else task.program
    for folder in covered[1:]:
        if os.path.isdir(folder):
            _mount("tmpfs", folder, "tmpfs", _RDONLY | _NOSUID | _NODEV, "size=4k,mode=755")
    with contextlib.suppress(OSError):  # some containers keep /proc as it is
        _mount("proc", "/proc", "proc", _NOSUID | _NODEV)
    return replace(task, font_dirs=seen, program=called)


def _seen(opened: int, place: str, *, folder: bool) -> str:
    """What was opened before it was covered, at a place in the room."""
    os.mkdir(place) if folder else os.close(os.open(place, os.O_CREAT))
    _mount(f"/proc/self/fd/{opened}", place, None, _BIND)
    os.close(opened)
    return place


def _mount(source: str | None, target: str, kind: str | None, flags: int, options: str = "") -> None:
    def text(value: str | None) -> bytes | None:
        return value.encode() if value is not None else None

    if _libc.mount(text(source), text(target), text(kind), ctypes.c_ulong(flags), text(options)) != 0:
        raise OSError(ctypes.get_errno(), f"mount {target}")


def _set(task: Task, room: Path, apart: bool) -> Answer:
    """Run the program on the file. It ends by itself, by the time limit, or by the limits on processor and memory."""
    paper, made = room / f"paper.{task.suffix}", room / "made"
    paper.write_bytes(task.data)
    made.mkdir()
    write_fonts(room, task.font_dirs)
    write_profile(room / "profile")
    try:
        subprocess.run(  # noqa: S603 - the program found at start, arguments of our own
            [
                task.program, "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard",
                f"-env:UserInstallation=file://{room}/profile", "--convert-to", "pdf", "--outdir", str(made), str(paper),
            ],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=room, check=False,
            timeout=task.seconds, env=_environment(room), preexec_fn=lambda: _confine(task),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return wire.Refused(422, "files.render_timeout", {"seconds": task.seconds})
    return _made(made / "paper.pdf", task.most, apart)


def _made(path: Path, most: int, apart: bool) -> Answer:
    if not path.is_file() or path.is_symlink():
        return wire.Refused(422, "files.damaged", {})
    if path.stat().st_size >= most:  # it was cut off there
        return wire.Refused(413, "files.too_heavy", {})
    return Set(path.read_bytes(), apart)


def _environment(room: Path) -> dict[str, str]:
    """Nothing of the server's: no proxies, no names of databases, no home but the room."""
    return {
        "PATH": os.defpath, "LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8", "HOME": str(room), "TMPDIR": str(room),
        "FONTCONFIG_FILE": str(room / FONTS_FILE), "SAL_USE_VCLPLUGIN": "svp", "SAL_DISABLE_OPENCL": "1", "TZ": "Asia/Shanghai",
        "MALLOC_ARENA_MAX": "2",
    }  # fmt: skip


def _confine(task: Task) -> None:
    """Limits of the program: address space, processor time, the size of a file, open files; and it yields to the server."""
    for what, limit in (
        (resource.RLIMIT_AS, task.memory), (resource.RLIMIT_CPU, task.seconds), (resource.RLIMIT_FSIZE, task.most),
        (resource.RLIMIT_NOFILE, 512), (resource.RLIMIT_CORE, 0),
    ):  # fmt: skip
        resource.setrlimit(what, (limit, limit))
    os.nice(5)


if __name__ == "__main__":
    main()
    sys.exit(0)
