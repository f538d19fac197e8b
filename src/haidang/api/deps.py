"""What routes ask for by type: the host, the room, the person logged in.

A cookie alone proves nothing for a write, since any page can make a browser send it; so unsafe methods must carry the
session's CSRF value in a header as well.
"""

from secrets import compare_digest
from typing import Annotated

from fastapi import Depends, Request

from haidang.api.problem import NotLoggedIn
from haidang.core.errors import NotAllowed, Unavailable
from haidang.core.time import Clock, SystemClock
from haidang.desk.actor import Actor
from haidang.live.host import Host
from haidang.live.room import Room
from haidang.store.accounts import Session, check_session

COOKIE = "haidang_session"
CSRF_HEADER = "x-csrf-token"
_SAFE = {"GET", "HEAD", "OPTIONS"}
#: Logins and tokens follow the machine's clock, whatever the drill's says.
WALL: Clock = SystemClock()


def get_host(request: Request) -> Host:
    """Return the running host."""
    host = request.app.state.host
    if not isinstance(host, Host):
        raise Unavailable("this application only describes itself: start the desk with `haidang serve`")
    return host


def get_room(host: "TheHost") -> Room:
    """Return the room of the mode that is on."""
    return host.room


def get_session(request: Request, room: "TheRoom") -> Session:
    """Return the session of the request's cookie.

    Raises:
        NotLoggedIn: no cookie, or the session is over.
        NotAllowed: an unsafe method without the session's CSRF value.
    """
    secret = request.cookies.get(COOKIE)
    if not secret:
        raise NotLoggedIn("log in first: there is no session cookie")
    with room.store.read() as conn:
        session = check_session(conn, secret, now_us=WALL.now_us())
    if session is None:
        raise NotLoggedIn("log in again: the session is over")
    if request.method not in _SAFE and not compare_digest(
        request.headers.get(CSRF_HEADER, "").encode(), session.csrf.encode()
    ):
        raise NotAllowed(f"the header {CSRF_HEADER} is missing or wrong: read it from GET /api/session", code="csrf")
    return session


def get_actor(session: "TheSession") -> Actor:
    """Return who acts."""
    return session.account.actor


TheHost = Annotated[Host, Depends(get_host)]
TheRoom = Annotated[Room, Depends(get_room)]
TheSession = Annotated[Session, Depends(get_session)]
TheActor = Annotated[Actor, Depends(get_actor)]
