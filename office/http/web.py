"""Serving the built web clients: pre-compressed, kept for ever by hashed names, under a policy that runs only our own code."""

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

BUILT = Path(__file__).resolve().parents[1] / "_web"
TYPES = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml", ".webmanifest": "application/manifest+json", ".json": "application/json",
    ".png": "image/png", ".woff2": "font/woff2", ".webp": "image/webp",
}  # fmt: skip
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:;"
    " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
ICON = "icon.svg"
NOT_BUILT = "网页端尚未构建。请在项目目录运行 make web，然后刷新。\n"


async def phone(request: Request) -> Response:
    """The phone client's page."""
    return serve(request, "m.html")


async def asset(request: Request) -> Response:
    """A built file of the clients."""
    return serve(request, request.path_params["path"])


async def icon(request: Request) -> Response:
    """What a browser asks for by itself beside every page that names no icon; nothing, kept a day, where none is built."""
    if _found(ICON) is None:
        return Response(status_code=204, headers={"Cache-Control": "public, max-age=86400"})
    return serve(request, ICON)


def serve(request: Request, name: str) -> Response:
    """A file of the build: brotli or gzip where the browser takes it; 404 for anything outside the folder."""
    path = _found(name)
    if path is None:
        if name == "m.html":
            return PlainTextResponse(NOT_BUILT, 503)
        raise HTTPException(404)
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if "/assets/" in f"/{name}" else "no-cache",
        "Content-Security-Policy": POLICY,
        "Vary": "Accept-Encoding",
    }
    packed, encoding = _packed(path, request.headers.get("accept-encoding", ""))
    if encoding:
        headers["Content-Encoding"] = encoding
    if name == "sw.js":
        headers["Service-Worker-Allowed"] = "/"
    return FileResponse(packed, headers=headers, media_type=TYPES[path.suffix])


def _found(name: str) -> Path | None:
    try:
        path = (BUILT / name).resolve()
        known = path.is_relative_to(BUILT) and path.suffix in TYPES and path.is_file()
    except (OSError, ValueError):  # a name no file can have: too long, or with a NUL
        return None
    return path if known else None


def _packed(path: Path, accepted: str) -> tuple[Path, str]:
    for suffix, encoding in ((".br", "br"), (".gz", "gzip")):
        packed = path.with_name(path.name + suffix)
        if encoding in accepted and packed.is_file():
            return packed, encoding
    return path, ""


ROUTES = [
    Route("/m", phone),
    Route("/favicon.ico", icon),
    Route("/sw.js", lambda request: serve(request, "sw.js")),
    Route("/{path:path}", asset),
]
