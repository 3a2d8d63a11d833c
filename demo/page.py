"""The frame of the plain pages: one file, no script, nothing from elsewhere."""

from html import escape

from starlette.responses import HTMLResponse

from office.realtime.texts import BANNER

POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
STYLE = """
:root{--ink:#1d2129;--soft:#5b6472;--line:#e3e6eb;--red:#b3261e;--paper:#fff;--ground:#f6f5f2}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);
font:17px/1.7 "PingFang SC","Noto Sans CJK SC","Source Han Sans SC",sans-serif}
.banner{background:#fdf3d7;color:#6b4e00;text-align:center;font-size:14px;padding:5px}
main{max-width:940px;margin:0 auto;padding:28px 18px 60px}
header{border-bottom:3px solid var(--red);margin-bottom:22px}
h1{font-size:30px;line-height:1.3;margin:0 0 10px;letter-spacing:.04em}
h1 small{color:var(--soft);font-size:17px;font-weight:400}
h2{font-size:20px;margin:34px 0 8px}p{margin:8px 0}a{color:#174ea6}
code{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:.9em;background:#eceae4;border-radius:4px;padding:1px 5px;
overflow-wrap:anywhere}
.banner span{display:inline-block}
.links{list-style:none;margin:0;padding:0;display:grid;gap:12px;
grid-template-columns:repeat(auto-fit,minmax(230px,1fr))}
.links li{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:14px 16px}
.links a{display:block;text-decoration:none;font-size:19px;padding:4px 0}.links span{color:var(--soft);font-size:15px}
.wide{overflow-x:auto;background:var(--paper);border:1px solid var(--line);border-radius:10px}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:9px 14px;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--soft);font-weight:500;font-size:15px;white-space:nowrap}tbody tr:last-child td{border-bottom:0}
td:first-child{white-space:nowrap}.verb{display:inline-block;min-width:62px;font-size:13px;color:var(--soft)}
td small{color:var(--soft);font-size:14px;margin-left:12px}
.contents{display:flex;flex-wrap:wrap;gap:4px 14px;margin:14px 0}.contents a{padding:6px 0}
.town td code{white-space:nowrap}
@media(min-width:701px){.rows:not(.town){table-layout:fixed}.rows:not(.town) th:nth-child(1){width:48%}
.rows:not(.town) th:nth-child(2){width:26%}.rows:not(.town) td:first-child{white-space:normal}}
@media(max-width:700px){main{padding:20px 12px 40px}h1{font-size:25px}body{font-size:16px}.banner{font-size:12px}
td small{display:block;margin-left:0}
.rows thead{position:absolute;left:-9999px}.rows tr{display:block;padding:9px 12px;border-bottom:1px solid var(--line)}
.rows tbody tr:last-child{border-bottom:0}.rows td{display:block;padding:1px 0;border:0}.rows td:first-child{white-space:normal}
.rows td:last-child:not(:only-child){color:var(--soft);font-size:14px}
.rows.town tr{display:grid;grid-template-columns:minmax(0,1fr) auto;column-gap:10px}
.rows.town td:nth-child(2),.rows.town td:nth-child(3){text-align:right}.rows.town td:nth-child(1){grid-row:span 2}
.rows.town td:last-child{color:inherit}}
"""


def _clauses() -> str:
    """The banner breaks between its clauses, never within a word."""
    first, comma, rest = BANNER.partition("，")
    return f"<span>{escape(first)}{comma}</span><span>{escape(rest)}</span>"


def page(title: str, body: str, *, no_store: bool = False) -> HTMLResponse:
    """A whole page; `body` is HTML already. The policy lets nothing run."""
    name, _, rest = title.partition(" · ")
    html = (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<style>{STYLE}</style></head><body>"
        f'<div class="banner">{_clauses()}</div><main><header><h1>{escape(name)} <small>{escape(rest)}</small></h1></header>'
        f"{body}</main></body></html>"
    )
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store" if no_store else "no-cache"}
    return HTMLResponse(html, headers=headers)
