"""The front page `/` and the list of the interface `/docs`: made on the server, without a script, for phone and desktop alike.

Passwords stand on it only while the demo itself serves (`zhiban run-demo`), and only for a browser on this machine.
"""

from html import escape
from ipaddress import ip_address

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from demo.accounts import Credential, path_of, read
from demo.listing import listing
from demo.page import page
from demo.town import CENTRE, POSTS, STORY_CLERK, STORY_LEADER, WAITING_LEADER
from office.kernel import settings
from office.kernel.modules import Registry

LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")
FIRST = (WAITING_LEADER, STORY_LEADER, STORY_CLERK)
STORY = ".venv/bin/zhiban demo two-minutes"
LINKS = (
    ("/m", "手机网页", "领导和工作人员用：待办、文件、手写签批、下发"),
    ("/docs", "接口目录", "每个接口的地址、权限和说明"),
    ("/api/v1/openapi.json", "接口描述", "OpenAPI 3.1，由校验用的类型生成"),
)


def fronted(app: Starlette) -> Starlette:
    """The application with the front page and the list of its interface; nothing else changes."""
    registry: Registry = app.state.registry
    app.router.routes[:0] = [Route("/", front), Route("/docs", lambda request: listing(registry))]
    return app


async def front(request: Request) -> Response:
    """The front page."""
    known = read(path_of(settings.current()))
    shown = _with_passwords(request)
    body = _links() + (_town(known, shown) if known else _empty())
    return page("指办 · 县乡村移动协同办公", body, no_store=shown)


def _with_passwords(request: Request) -> bool:
    """Whether the demo serves a browser on this machine. `Host` counts too: a name made to point here is a trap."""
    host = request.headers.get("host", "")
    name = host if host.endswith("]") else host.partition(":")[0] if "[" not in host else host.rpartition(":")[0]
    return bool(getattr(request.app.state, "demo", False)) and _local(request.state.origin.address) and name in LOCAL_NAMES


def _local(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _links() -> str:
    lines = (f'<li><a href="{path}"><b>{name}</b></a><span>{told}</span></li>' for path, name, told in LINKS)
    return f'<ul class="links">{"".join(lines)}</ul>'


def _empty() -> str:
    return "<p>这里没有演示数据。用 <code>zhiban run-demo</code> 在自己的电脑上试用；账号由管理员开立。</p>"


def _town(known: dict[str, Credential], shown: bool) -> str:
    told = (
        "<h2>演示：青岚县和它的禾渡镇、石磬镇</h2><p>地名、单位、人员和公文都是虚构的。公文说的是 2026 年汛期的事，"
        "落款日期不随装入的日子变；收文时间和办理时限从装入那天算起。</p><ul>"
        f"<li>先看手机：用 <b>{_name(known, WAITING_LEADER)}</b> 的账号登录 <a href='/m'>手机网页</a>。"
        "装好演示数据时就有一份公文等这位领导批示，批示送出后不再出现。</li>"
        f"<li>再看全过程：另开一个终端，在项目目录运行 <code>{STORY}</code>。县公文系统推来一份特急通知，文书"
        f" <b>{_name(known, STORY_CLERK)}</b> 登记，副镇长 <b>{_name(known, STORY_LEADER)}</b> 在手机上批示并下发四个单位。"
        "运行前先用副镇长的账号登录手机网页，就能看到这份文件到来、送出。命令会自己找到正在运行的服务器；"
        "数据目录不是默认的，加 <code>--data 目录</code>。</li>"
        "<li>文书在手机上可以签收、登记、初审、拟办、处置、代录、退文、答复、办结等；电脑端尚未开放，接口见"
        " <a href='/docs'>接口目录</a>。</li></ul>"
    )
    where = "密码见下表" if shown else "密码在服务器的 <code>数据目录/demo-accounts.txt</code> 里，只有管理员能看"
    return f"{told}<h2>账号</h2><p>{where}。</p>{_table(known, shown)}"


def _name(known: dict[str, Credential], login: str) -> str:
    return escape(known[login].name) if login in known else escape(login)


def _table(known: dict[str, Credential], shown: bool) -> str:
    logins = [plan.login for plan in sorted(POSTS, key=lambda plan: plan.unit == CENTRE)]
    people = [known[login] for login in dict.fromkeys((*FIRST, *logins)) if login in known]
    heads = ("姓名、岗位", "登录名", *(("密码",) if shown else ()))
    rows = "".join(_row(one, shown) for one in people)
    head = "".join(f"<th>{name}</th>" for name in heads)
    return f'<div class="wide"><table class="rows town"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _row(one: Credential, shown: bool) -> str:
    secret = f"<td><code>{escape(one.password)}</code></td>" if shown else ""
    who = f"<td>{escape(one.name)}<small>{escape(one.post)}</small></td>"
    return f"<tr>{who}<td><code>{escape(one.login)}</code></td>{secret}</tr>"
