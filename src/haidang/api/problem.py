"""One shape for every error (RFC 9457) with a stable `code`, which the screen translates.

The server's prose is for people who read logs and for API clients; an officer sees the screen's own words.
"""

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException

from haidang.core.errors import (
    Conflict,
    HaidangError,
    IllegalTransition,
    InvalidInput,
    NotAllowed,
    NotFound,
    Unavailable,
)

_STATUS: tuple[tuple[type[HaidangError], int], ...] = (
    (InvalidInput, 422),
    (NotFound, 404),
    (IllegalTransition, 409),
    (Conflict, 409),
    (NotAllowed, 403),
    (Unavailable, 503),
)
_log = logging.getLogger("haidang.api")


class NotLoggedIn(NotAllowed):
    """There is no session, or it is over."""

    code = "not_logged_in"


class TooLarge(InvalidInput):
    """The request's body is larger than this route takes."""

    code = "too_large"


def problem(status: int, code: str, detail: str, **more: object) -> JSONResponse:
    """Return a problem document."""
    body = {"type": f"urn:haidang:{code}", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JSONResponse({**body, "code": code, **more}, status, media_type="application/problem+json")


def _status_of(error: HaidangError) -> int:
    if isinstance(error, NotLoggedIn):
        return 401
    if isinstance(error, TooLarge):
        return 413
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


async def _on_our_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HaidangError)
    details = {k: v for k, v in error.details.items() if isinstance(v, str | int | float | bool | list | dict | None)}
    return problem(_status_of(error), error.code, error.message, **details)


async def _on_bad_request(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    fields = [{"field": ".".join(str(p) for p in e["loc"]), "expected": str(e["msg"])} for e in error.errors()]
    first = fields[0] if fields else {"field": "body", "expected": "a valid request"}
    return problem(422, "invalid_input", f"{first['field']}: {first['expected']}", fields=fields)


async def _on_http_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    codes = {401: "not_logged_in", 403: "not_allowed", 404: "not_found", 405: "method_not_allowed"}
    return problem(error.status_code, codes.get(error.status_code, "http_error"), str(error.detail))


async def _on_unstorable(request: Request, error: Exception) -> JSONResponse:
    """Answer a value that passed its type but fits in no database: a number beyond 64 bits, a NUL, half a character."""
    _log.warning("%s %s: %s", request.method, request.url.path, type(error).__name__)
    return problem(422, "invalid_input", "A number, a time or a text in the request is larger than can be stored.")


async def _on_unexpected(request: Request, error: Exception) -> JSONResponse:
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem(500, "internal", "The desk could not do this; the reason is in the server's log.")


def map_problems(app: FastAPI) -> None:
    """Make the app answer every error in the one shape."""
    app.add_exception_handler(HaidangError, _on_our_error)
    app.add_exception_handler(RequestValidationError, _on_bad_request)
    app.add_exception_handler(HTTPException, _on_http_error)
    for kind in (OverflowError, UnicodeError, DataError):
        app.add_exception_handler(kind, _on_unstorable)
    app.add_exception_handler(Exception, _on_unexpected)
