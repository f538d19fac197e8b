"""Who may enter: local accounts, sessions, one-time login links, feed tokens.

A desk without internet has no identity provider to ask, and the first officer must get in within a minute. Passwords
are argon2id; of everything else that opens a door only the SHA-256 is stored, and what is compared is compared by
looking the hash up.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from haidang.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from haidang.core.time import HOUR_US, MINUTE_US
from haidang.desk.actor import ROLES, Actor
from haidang.store.database import Store
from haidang.store.tables import accounts, feed_tokens, login_links, sessions

SESSION_US = 12 * HOUR_US
LINK_US = 10 * MINUTE_US
MIN_PASSWORD = 10
#: So many wrong passwords in a row lock an account for LOCK_US.
MAX_FAILED, LOCK_US = 8, 5 * MINUTE_US
ADMIN = "admin"
#: Scopes of feed tokens: what a machine may do with one.
SCOPES: tuple[str, ...] = ("positions",)


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account; contains no secret."""

    username: str
    display_name: str
    roles: tuple[str, ...]
    language: str
    is_disabled: bool = False

    @property
    def actor(self) -> Actor:
        """Return who acts when this account does."""
        return Actor(self.username, frozenset(self.roles))


@dataclass(frozen=True, slots=True)
class Session:
    """A login that holds.

    Attributes:
        csrf: what unsafe requests must carry in a header.
        expires_us: UTC microseconds.
    """

    account: Account
    csrf: str
    expires_us: int


@dataclass(frozen=True, slots=True)
class FeedToken:
    """A machine's right to send; `feed_id` names the feed that its positions are stored under."""

    token_id: str
    name: str
    scope: str
    created_us: int
    revoked_us: int | None = None
    last_used_us: int | None = None

    @property
    def feed_id(self) -> str:
        """Return the feed under which this token's positions are stored."""
        return f"http:{self.name}"


@cache
def _hasher() -> PasswordHasher:
    """Return argon2id with the second recommended setting of RFC 9106 (64 MiB, 3 passes)."""
    return PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=2)


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def add_account(
    conn: Connection,
    username: str,
    *,
    password: str | None,
    roles: Sequence[str],
    now_us: int,
    display_name: str = "",
    language: str = "vi",
) -> Account:
    """Create an account; without a password it can only be entered by login link.

    Raises:
        InvalidInput: unknown role, or the password is too short.
        Conflict: the name is taken.
    """
    unknown = sorted(set(roles) - set(ROLES))
    if unknown:
        raise InvalidInput(f"role {', '.join(unknown)}: expected {', '.join(ROLES)}")
    if find_account(conn, username) is not None:
        raise Conflict(f"account {username} exists already", code="exists")
    conn.execute(insert(accounts).values(
        username=username, display_name=display_name or username, roles=list(roles), language=language,
        password_hash=None if password is None else _hash_password(password), is_disabled=False, created_us=now_us,
        n_failed_logins=0,
    ))  # fmt: skip
    return Account(username, display_name or username, tuple(roles), language)


def ensure_admin(conn: Connection, password: str | None, *, now_us: int) -> Account:
    """Return the administrator's account, creating it; a given password becomes its password.

    Raises:
        InvalidInput: the password is too short.
    """
    account = find_account(conn, ADMIN)
    if account is None:
        return add_account(conn, ADMIN, password=password, roles=["admin"], now_us=now_us, display_name="Admin")
    if password is not None:
        stored = conn.scalar(select(accounts.c.password_hash).where(accounts.c.username == ADMIN))
        if not _matches(stored, password):
            set_password(conn, ADMIN, password)
    return account


def set_password(conn: Connection, username: str, password: str) -> None:
    """Replace a password and end every session of the account.

    Raises:
        InvalidInput: the password is too short.
        NotFound: no such account.
    """
    change = update(accounts).where(accounts.c.username == username)
    values = {"password_hash": _hash_password(password), "n_failed_logins": 0, "locked_until_us": None}
    if conn.execute(change.values(values)).rowcount != 1:
        raise NotFound(f"no account {username}")
    conn.execute(delete(sessions).where(sessions.c.username == username))


def find_account(conn: Connection, username: str) -> Account | None:
    """Return an account, None if there is none."""
    row = conn.execute(select(accounts).where(accounts.c.username == username)).mappings().first()
    return None if row is None else _account(row)


def log_in(store: Store, username: str, password: str, *, now_us: int) -> Account | None:
    """Return the account if the password is right, else None; counts failures and locks.

    Takes the store and not a connection: checking takes a tenth of a second on purpose, and nobody may keep the
    pipeline from writing by guessing passwords.

    Raises:
        NotAllowed: the account is locked after too many failures, or disabled.
    """
    with store.read() as conn:
        row = conn.execute(select(accounts).where(accounts.c.username == username)).mappings().first()
    is_right = _is_right(row, username, password, now_us=now_us)
    if row is None:
        return None
    with store.write() as conn:
        return _count(conn, username, is_right=is_right, now_us=now_us)


def check_password(conn: Connection, username: str, password: str, *, now_us: int) -> Account | None:
    """Do as `log_in` on a writing connection, for tools and tests; a server uses `log_in`.

    Raises:
        NotAllowed: the account is locked after too many failures, or disabled.
    """
    row = conn.execute(select(accounts).where(accounts.c.username == username)).mappings().first()
    is_right = _is_right(row, username, password, now_us=now_us)
    return None if row is None else _count(conn, username, is_right=is_right, now_us=now_us)


def _is_right(row: RowMapping | None, username: str, password: str, *, now_us: int) -> bool:
    if row is None or row["password_hash"] is None:
        # As slow as a real check, so that the time does not tell which names exist.
        _hash_password("x" * MIN_PASSWORD)
        return False
    if row["locked_until_us"] is not None and now_us < row["locked_until_us"]:
        raise NotAllowed(
            f"account {username} is locked for a few minutes after too many wrong passwords", code="locked"
        )
    is_right = _matches(row["password_hash"], password)
    if is_right and row["is_disabled"]:
        raise NotAllowed(f"account {username} is disabled: ask the administrator", code="disabled")
    return is_right


def _count(conn: Connection, username: str, *, is_right: bool, now_us: int) -> Account | None:
    """Count a failure, or forget the earlier ones; returns the account if the password was right."""
    row = conn.execute(select(accounts).where(accounts.c.username == username)).mappings().one()
    failed = 0 if is_right else row["n_failed_logins"] + 1
    is_locked = failed >= MAX_FAILED
    values = {"n_failed_logins": 0 if is_locked else failed, "locked_until_us": now_us + LOCK_US if is_locked else None}
    conn.execute(update(accounts).where(accounts.c.username == username).values(values))
    return _account(row) if is_right else None


def start_session(conn: Connection, username: str, *, now_us: int, lasting_us: int = SESSION_US) -> tuple[str, Session]:
    """Start a session; returns the secret for the cookie (never stored) and the session.

    Raises:
        NotFound: no such account.
    """
    account = find_account(conn, username)
    if account is None or account.is_disabled:
        raise NotFound(f"no account {username}")
    conn.execute(delete(sessions).where(sessions.c.expires_us <= now_us))
    secret, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    expires_us = now_us + lasting_us
    conn.execute(insert(sessions).values(
        session_sha256=_sha256(secret), username=username, csrf=csrf, created_us=now_us, expires_us=expires_us,
    ))  # fmt: skip
    return secret, Session(account, csrf, expires_us)


def check_session(conn: Connection, secret: str, *, now_us: int) -> Session | None:
    """Return the session of a cookie's secret; None if unknown, expired or the account is disabled."""
    statement = (
        select(sessions.c.csrf, sessions.c.expires_us, accounts)
        .join(accounts, accounts.c.username == sessions.c.username)
        .where(sessions.c.session_sha256 == _sha256(secret), sessions.c.expires_us > now_us)
    )
    row = conn.execute(statement).mappings().first()
    if row is None or row["is_disabled"]:
        return None
    return Session(_account(row), row["csrf"], row["expires_us"])


def end_session(conn: Connection, secret: str) -> None:
    """End a session; unknown ones are passed over."""
    conn.execute(delete(sessions).where(sessions.c.session_sha256 == _sha256(secret)))


def create_login_link(conn: Connection, username: str, *, now_us: int, lasting_us: int = LINK_US) -> str:
    """Return a secret that logs this account in once within ten minutes (never stored).

    Raises:
        NotFound: no such account.
    """
    if find_account(conn, username) is None:
        raise NotFound(f"no account {username}")
    conn.execute(delete(login_links).where(login_links.c.expires_us <= now_us))
    secret = secrets.token_urlsafe(24)
    conn.execute(insert(login_links).values(
        token_sha256=_sha256(secret), username=username, created_us=now_us, expires_us=now_us + lasting_us,
    ))  # fmt: skip
    return secret


def use_login_link(conn: Connection, secret: str, *, now_us: int) -> Account | None:
    """Spend a login link; None if it is unknown, used or too old."""
    link = login_links.c
    is_good = (link.token_sha256 == _sha256(secret)) & link.used_us.is_(None) & (link.expires_us > now_us)
    username = conn.scalar(select(link.username).where(is_good))
    if username is None:
        return None
    conn.execute(update(login_links).where(is_good).values(used_us=now_us))
    account = find_account(conn, username)
    return None if account is None or account.is_disabled else account


def create_feed_token(conn: Connection, name: str, *, now_us: int, scope: str = "positions") -> tuple[str, FeedToken]:
    """Create a feed token; returns the secret (shown once, never stored) and what is kept.

    Raises:
        InvalidInput: empty name or unknown scope.
        Conflict: a token of this name is in use.
    """
    if not name.strip() or len(name) > 80:
        raise InvalidInput(f"token name {name!r}: expected 1 to 80 characters, e.g. the supplier's name")
    if scope not in SCOPES:
        raise InvalidInput(f"token scope {scope!r}: expected one of {', '.join(SCOPES)}")
    t = feed_tokens.c
    if conn.scalar(select(t.token_id).where(t.name == name, t.revoked_us.is_(None))) is not None:
        raise Conflict(f"a token named {name} is in use: revoke it first, or choose another name", code="exists")
    secret = f"hd_{secrets.token_urlsafe(32)}"
    token = FeedToken(secrets.token_hex(6), name, scope, now_us)
    conn.execute(insert(feed_tokens).values(
        token_id=token.token_id, name=name, scope=scope, token_sha256=_sha256(secret), created_us=now_us,
    ))  # fmt: skip
    return secret, token


def check_feed_token(conn: Connection, secret: str, *, scope: str = "positions") -> FeedToken | None:
    """Return the token of a secret; None if unknown, revoked or of another scope."""
    t = feed_tokens.c
    statement = select(feed_tokens).where(t.token_sha256 == _sha256(secret), t.scope == scope, t.revoked_us.is_(None))
    row = conn.execute(statement).mappings().first()
    return None if row is None else _feed_token(row)


def feed_token_used(conn: Connection, token_id: str, *, now_us: int) -> None:
    """Note when a token was last used."""
    conn.execute(update(feed_tokens).where(feed_tokens.c.token_id == token_id).values(last_used_us=now_us))


def all_feed_tokens(conn: Connection) -> list[FeedToken]:
    """Return every token ever made, oldest first."""
    statement = select(feed_tokens).order_by(feed_tokens.c.created_us, feed_tokens.c.token_id)
    return [_feed_token(row) for row in conn.execute(statement).mappings()]


def revoke_feed_token(conn: Connection, name: str, *, now_us: int) -> FeedToken:
    """Take a machine's right away.

    Raises:
        NotFound: no token of this name is in use.
    """
    t = feed_tokens.c
    row = conn.execute(select(feed_tokens).where(t.name == name, t.revoked_us.is_(None))).mappings().first()
    if row is None:
        raise NotFound(f"no token named {name} is in use")
    conn.execute(update(feed_tokens).where(t.token_id == row["token_id"]).values(revoked_us=now_us))
    return _feed_token({**row, "revoked_us": now_us})


def _hash_password(password: str) -> str:
    if len(password) < MIN_PASSWORD:
        raise InvalidInput(f"the password has {len(password)} characters: expected at least {MIN_PASSWORD}")
    return _hasher().hash(password)


def _matches(stored: str | None, password: str) -> bool:
    if stored is None:
        return False
    try:
        return _hasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _account(row: RowMapping) -> Account:
    return Account(row["username"], row["display_name"], tuple(row["roles"]), row["language"], row["is_disabled"])


def _feed_token(row: RowMapping | dict[str, object]) -> FeedToken:
    return FeedToken(**{name: row[name] for name in FeedToken.__slots__})  # type: ignore[arg-type]
