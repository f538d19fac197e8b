"""The application: routes, problems, security headers, and the built screen."""

import re
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


def _methods_of(app: FastAPI, path: str) -> list[str]:
    """Return the methods that some described route takes at this path."""
    taken: set[str] = set()
    for template, verbs in app.openapi()["paths"].items():
        pattern = re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, path):
            taken.update(verb.upper() for verb in verbs)
    return sorted(taken)


def _file_of(path: str) -> Path | None:
    """Return the file of the built screen at this path, None if there is none or the path is no path."""
    try:
        file = (WEB / path).resolve()
        return file if path and file.is_file() and file.is_relative_to(WEB.resolve()) else None
    except (OSError, ValueError):
        # A name that is too long, or with a NUL in it.
        return None


def _serve_screen(app: FastAPI) -> None:
    if (WEB / "assets").is_dir():
        app.mount("/assets", StaticFiles(directory=WEB / "assets"), name="assets")

    @app.api_route(
        "/api/{path:path}", methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False
    )
    def no_such_address(path: str) -> Response:
        """Answer what no route of the API takes: a wrong method is told from a wrong address."""
        methods = _methods_of(app, f"/api/{path}")
        if methods:
            answer = problem(405, "method_not_allowed", f"/api/{path} takes {', '.join(methods)}")
            answer.headers["Allow"] = ", ".join(methods)
            return answer
        return problem(404, "not_found", f"no such address: /api/{path[:200]}")

    @app.api_route("/{path:path}", methods=["GET", "HEAD"], include_in_schema=False)
    def screen(path: str) -> Response:
        """Return a file of the screen; every other path is the screen itself, whose URL is its view."""
        file = _file_of(path)
        if file is not None:
            return FileResponse(file)
        if not (WEB / "index.html").is_file():
            return PlainTextResponse(_NO_SCREEN, 503)
        return FileResponse(WEB / "index.html", headers={"Cache-Control": "no-cache"})
