"""What a person sees who opened an address that is not there: a page that leads on. Programs get the problem document."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse

from office.realtime.texts import BANNER

POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGE = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>没有这个地址 · 指办</title>'
    '<meta name="viewport" content="width=device-width,initial-scale=1">'
    "<style>body{{margin:0;text-align:center;background:#f4f4f1;color:#1d2126;"
    'font:17px/1.7 "PingFang SC","Noto Sans CJK SC",sans-serif}}h1{{font-size:1.4rem;margin:16vh 1rem 0}}'
    ".banner{{margin:0;padding:4px;font-size:12px;background:#ecece7}}"
    "a{{display:inline-block;padding:.7rem 1.2rem;color:#174ea6}}p{{overflow-wrap:anywhere}}</style>"
    '<p class="banner">{banner}</p><h1>没有这个地址</h1><p>{path}</p>'
    '<p><a href="/m">手机网页</a><a href="/">首页</a></p></html>'
)


def by_browser(request: Request) -> bool:
    """Whether a person's browser asks for a page."""
    return request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", "")


def missing(request: Request) -> HTMLResponse:
    """The page, with status 404."""
    html = PAGE.format(path=escape(request.url.path[:200]), banner=BANNER)
    return HTMLResponse(html, 404, headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store"})
