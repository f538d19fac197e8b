"""The application: routes, problems, security headers, and the built screen."""

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from starlette.middleware.base import RequestResponseEndpoint
from starlette.responses import PlainTextResponse, Response

from haidang import __version__
from haidang.api import (
    alerts,
    documents,
    feeds,
    gate,
    health,
    live,
    log,
    obligations,
    patrol,
    picture,
    register,
    rescue,
    rules,
    sessions,
    warnings,
)
from haidang.api.problem import map_problems, problem
from haidang.live.host import Host

WEB = Path(__file__).resolve().parents[1] / "web"
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; "
        "connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_NO_SCREEN = (
    "The desk runs, but its screen has not been built. Run `make setup`, or install the released package; the API is "
    "under /api."
)


def create_app(host: Host | None) -> FastAPI:
    """Return the application; without a host it can only describe itself (for the generated client)."""
    app = FastAPI(
        title="Hải Đăng",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        generate_unique_id_function=_operation_id,
    )
    app.state.host = host
    map_problems(app)
    rooms = (
        sessions, health, picture, alerts, warnings, feeds, rules, register, gate, rescue, patrol, obligations, log,
        documents, live,
    )  # fmt: skip
    for room in rooms:
        app.include_router(room.router)
    app.middleware("http")(_add_headers)
    _serve_screen(app)
    return app


def _operation_id(route: APIRoute) -> str:
    return f"{route.tags[0] if route.tags else 'api'}-{route.name}"


async def _add_headers(request: Request, call_next: RequestResponseEndpoint) -> Response:
    response = await call_next(request)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.url.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _serve_screen(app: FastAPI) -> None:
    if (WEB / "assets").is_dir():
        app.mount("/assets", StaticFiles(directory=WEB / "assets"), name="assets")

    @app.get("/{path:path}", include_in_schema=False)
    def screen(path: str) -> Response:
        """Return a file of the screen; every other path is the screen itself, whose URL is its view."""
        if path.startswith("api/"):
            return problem(404, "not_found", f"no such address: /{path}")
        file = (WEB / path).resolve()
        if path and file.is_file() and file.is_relative_to(WEB.resolve()):
            return FileResponse(file)
        if not (WEB / "index.html").is_file():
            return PlainTextResponse(_NO_SCREEN, 503)
        return FileResponse(WEB / "index.html", headers={"Cache-Control": "no-cache"})
