"""The list of the interface, `/docs`: every route with its permission, by the first part of its path and the word for it."""

from html import escape
from itertools import groupby

from starlette.responses import HTMLResponse

from demo.page import page
from office.http.openapi import head_of
from office.kernel.endpoint import LOGGED_IN, PUBLIC, Endpoint
from office.kernel.modules import Registry

BASE = "/api/v1"
INTRO = (
    "<p>所有接口在 <code>/api/v1</code> 之下，收发 JSON。浏览器用会话 cookie，程序用 <code>Authorization: Bearer</code>。"
    "每个写操作可带 <code>Idempotency-Key</code>，重试得到同一答复。出错时返回 <code>application/problem+json</code>，"
    "<code>title</code> 是告诉人怎么办的中文。列表按 <code>cursor</code> 翻页。"
    f'完整的类型和字段见 <a href="{BASE}/openapi.json">OpenAPI 描述</a>；实时通道是 <code>{BASE}/live</code>（websocket）。</p>'
)


def listing(registry: Registry) -> HTMLResponse:
    """The page."""
    ordered = sorted(registry.endpoints, key=lambda one: (head_of(one), one.path, one.method))
    groups = [(head, list(found)) for head, found in groupby(ordered, head_of)]
    body = (
        INTRO
        + _contents([head for head, _ in groups], registry)
        + "".join(_group(head, found, registry) for head, found in groups)
    )
    return page("指办 · 接口目录", body)


def _contents(heads: list[str], registry: Registry) -> str:
    links = "".join(f'<a href="#{escape(head)}">{escape(registry.headings.get(head, head))}</a>' for head in heads)
    return f'<nav class="contents" aria-label="目录"><a href="/">首页</a>{links}</nav>'


def _group(head: str, found: list[Endpoint], registry: Registry) -> str:
    rows = "".join(_row(one, registry) for one in found)
    names = "<thead><tr><th>接口</th><th>说明</th><th>谁可以用</th></tr></thead>"
    called = escape(registry.headings.get(head, ""))
    title = f'<h2 id="{escape(head)}">{called} <code>/{escape(head)}</code></h2>'
    return f'{title}<div class="wide"><table class="rows">{names}<tbody>{rows}</tbody></table></div>'


def _row(one: Endpoint, registry: Registry) -> str:
    path = f'<span class="verb">{one.method}</span><code>{escape(one.path)}</code>'
    return f"<tr><td>{path}</td><td>{escape(one.summary)}</td><td>{escape(_who(one, registry))}</td></tr>"


def _who(one: Endpoint, registry: Registry) -> str:
    if one.permission == PUBLIC:
        return "任何人"
    if one.permission == LOGGED_IN:
        return "已登录的人"
    declared = registry.permissions[one.permission]
    return f"有“{declared.label}”权限" + ("（可授给接入系统）" if declared.scope else "")
