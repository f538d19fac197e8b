"""Logging in and out: by password, or by the one-time link that the desk prints when it starts."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from haidang.api.deps import COOKIE, WALL, TheRoom, TheSession
from haidang.api.problem import NotLoggedIn
from haidang.live.room import Room
from haidang.store import accounts

router = APIRouter(prefix="/api/session", tags=["session"])


class Login(BaseModel):
    """A login by password."""

    username: str = Field(max_length=200)
    password: str = Field(max_length=1000)


class LinkLogin(BaseModel):
    """A login by one-time link."""

    token: str = Field(max_length=200)


def _shown(session: accounts.Session) -> dict[str, object]:
    account = session.account
    user = {
        "username": account.username,
        "display_name": account.display_name,
        "roles": list(account.roles),
        "language": account.language,
    }
    return {"user": user, "csrf": session.csrf}


def open_session(room: Room, response: Response, request: Request, username: str) -> dict[str, object]:
    """Start a session in a room and set its cookie."""
    with room.store.write() as conn:
        secret, session = accounts.start_session(conn, username, now_us=WALL.now_us())
    is_https = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
    lasting_s = accounts.SESSION_US // 1_000_000
    response.set_cookie(COOKIE, secret, max_age=lasting_s, httponly=True, samesite="strict", secure=is_https, path="/")
    return _shown(session)


@router.post("")
def log_in(login: Login, room: TheRoom, request: Request, response: Response) -> dict[str, object]:
    """Log in with name and password."""
    account = accounts.log_in(room.store, login.username, login.password, now_us=WALL.now_us())
    if account is None:
        raise NotLoggedIn("name or password is wrong", code="wrong_password")
    return open_session(room, response, request, account.username)


@router.post("/link")
def log_in_by_link(login: LinkLogin, room: TheRoom, request: Request, response: Response) -> dict[str, object]:
    """Log in with the one-time link."""
    with room.store.write() as conn:
        account = accounts.use_login_link(conn, login.token, now_us=WALL.now_us())
    if account is None:
        raise NotLoggedIn(
            "this login link was used already or is too old: restart the desk for another", code="bad_link"
        )
    return open_session(room, response, request, account.username)


@router.get("")
def who_am_i(session: TheSession) -> dict[str, object]:
    """Return who is logged in, and the value that unsafe requests must carry."""
    return _shown(session)


@router.delete("", status_code=204)
def log_out(room: TheRoom, request: Request, response: Response, _session: TheSession) -> None:
    """End the session."""
    with room.store.write() as conn:
        accounts.end_session(conn, request.cookies.get(COOKIE, ""))
    response.delete_cookie(COOKIE, path="/")
