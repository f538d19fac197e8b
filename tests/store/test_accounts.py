"""Who may enter: passwords, sessions, links, tokens; and no secret in the database."""

import pytest
from sqlalchemy import text
from store_build import NOON_US

from haidang.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from haidang.core.time import MINUTE_US
from haidang.store import Store, accounts
from haidang.store.tables import metadata

PASSWORD = "đèn-biển-2026"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    from argon2 import PasswordHasher

    monkeypatch.setattr(accounts, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


def everything(store: Store) -> str:
    with store.read() as conn:
        return "\n".join(str(row) for t in metadata.sorted_tables for row in conn.execute(t.select()))


def test_password_login(store: Store) -> None:
    with store.write() as conn:
        account = accounts.ensure_admin(conn, PASSWORD, now_us=NOON_US)
        assert account.actor.can("accounts")
        assert accounts.ensure_admin(conn, None, now_us=NOON_US) == account
        assert accounts.check_password(conn, "admin", PASSWORD, now_us=NOON_US) == account
        assert accounts.check_password(conn, "admin", "wrong", now_us=NOON_US) is None
        assert accounts.check_password(conn, "nobody", PASSWORD, now_us=NOON_US) is None
    assert PASSWORD not in everything(store)


def test_a_changed_password_ends_sessions(store: Store) -> None:
    with store.write() as conn:
        accounts.ensure_admin(conn, PASSWORD, now_us=NOON_US)
        secret, _ = accounts.start_session(conn, "admin", now_us=NOON_US)
        accounts.ensure_admin(conn, PASSWORD, now_us=NOON_US)
        assert accounts.check_session(conn, secret, now_us=NOON_US) is not None, "the same password ends nothing"
        accounts.ensure_admin(conn, PASSWORD + "x", now_us=NOON_US)
        assert accounts.check_session(conn, secret, now_us=NOON_US) is None
        assert accounts.check_password(conn, "admin", PASSWORD, now_us=NOON_US) is None


def test_guessing_locks_for_a_while(store: Store) -> None:
    with store.write() as conn:
        accounts.ensure_admin(conn, PASSWORD, now_us=NOON_US)
        for _ in range(accounts.MAX_FAILED):
            assert accounts.check_password(conn, "admin", "wrong", now_us=NOON_US) is None
        with pytest.raises(NotAllowed, match="locked") as locked:
            accounts.check_password(conn, "admin", PASSWORD, now_us=NOON_US + 1)
        assert locked.value.code == "locked"
        later = NOON_US + accounts.LOCK_US
        assert accounts.check_password(conn, "admin", PASSWORD, now_us=later) is not None


def test_log_in_keeps_nobody_from_writing_while_it_checks(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.write() as conn:
        account = accounts.ensure_admin(conn, PASSWORD, now_us=NOON_US)
    matches = accounts._matches

    def slow(stored: str | None, password: str) -> bool:
        with store.write() as conn:
            conn.execute(text("UPDATE accounts SET language = 'en'"))
        return matches(stored, password)

    monkeypatch.setattr(accounts, "_matches", slow)
    logged_in = accounts.log_in(store, "admin", PASSWORD, now_us=NOON_US)
    assert logged_in is not None
    assert (logged_in.username, logged_in.language) == (account.username, "en")
    assert accounts.log_in(store, "nobody", PASSWORD, now_us=NOON_US) is None
    for _ in range(accounts.MAX_FAILED):
        assert accounts.log_in(store, "admin", "wrong", now_us=NOON_US) is None
    with pytest.raises(NotAllowed, match="locked"):
        accounts.log_in(store, "admin", PASSWORD, now_us=NOON_US)


def test_accounts_are_checked(store: Store) -> None:
    with store.write() as conn:
        with pytest.raises(InvalidInput, match="at least 10"):
            accounts.ensure_admin(conn, "short", now_us=NOON_US)
        with pytest.raises(InvalidInput, match="role captain"):
            accounts.add_account(conn, "a", password=None, roles=["captain"], now_us=NOON_US)
        accounts.add_account(conn, "lan", password=PASSWORD, roles=["watch"], now_us=NOON_US, display_name="Lan")
        with pytest.raises(Conflict):
            accounts.add_account(conn, "lan", password=None, roles=[], now_us=NOON_US)
        with pytest.raises(NotFound):
            accounts.set_password(conn, "nobody", PASSWORD)
        conn.execute(text("UPDATE accounts SET is_disabled = TRUE"))
        with pytest.raises(NotAllowed, match="disabled"):
            accounts.check_password(conn, "lan", PASSWORD, now_us=NOON_US)
        with pytest.raises(NotFound):
            accounts.start_session(conn, "lan", now_us=NOON_US)


def test_sessions_hold_until_they_expire_or_end(store: Store) -> None:
    with store.write() as conn:
        accounts.ensure_admin(conn, None, now_us=NOON_US)
        secret, session = accounts.start_session(conn, "admin", now_us=NOON_US)
        assert accounts.check_session(conn, secret, now_us=session.expires_us - 1) == session
        assert accounts.check_session(conn, secret, now_us=session.expires_us) is None
        assert accounts.check_session(conn, secret + "x", now_us=NOON_US) is None
        other, other_session = accounts.start_session(conn, "admin", now_us=NOON_US)
        assert other_session.csrf != session.csrf
        accounts.end_session(conn, other)
        assert accounts.check_session(conn, other, now_us=NOON_US) is None
        assert accounts.check_session(conn, secret, now_us=NOON_US) == session
    assert secret not in everything(store)


def test_a_login_link_works_once_within_ten_minutes(store: Store) -> None:
    with store.write() as conn:
        admin = accounts.ensure_admin(conn, None, now_us=NOON_US)
        link = accounts.create_login_link(conn, "admin", now_us=NOON_US)
        assert accounts.use_login_link(conn, link, now_us=NOON_US + 10 * MINUTE_US) is None
        assert accounts.use_login_link(conn, link, now_us=NOON_US + 9 * MINUTE_US) == admin
        assert accounts.use_login_link(conn, link, now_us=NOON_US + 9 * MINUTE_US) is None
        assert accounts.use_login_link(conn, "guess", now_us=NOON_US) is None
        with pytest.raises(NotFound):
            accounts.create_login_link(conn, "nobody", now_us=NOON_US)
        unused = accounts.create_login_link(conn, "admin", now_us=NOON_US)
    assert unused not in everything(store)


def test_feed_tokens(store: Store) -> None:
    with store.write() as conn:
        secret, token = accounts.create_feed_token(conn, "Nhà cung cấp A", now_us=NOON_US)
        assert accounts.check_feed_token(conn, secret) == token
        assert accounts.check_feed_token(conn, secret, scope="other") is None
        assert accounts.check_feed_token(conn, secret[:-1]) is None
        assert token.feed_id == "http:Nhà cung cấp A"
        with pytest.raises(Conflict, match="in use"):
            accounts.create_feed_token(conn, "Nhà cung cấp A", now_us=NOON_US)
        for name, scope in (("", "positions"), ("x" * 81, "positions"), ("x", "root")):
            with pytest.raises(InvalidInput):
                accounts.create_feed_token(conn, name, now_us=NOON_US, scope=scope)
        accounts.feed_token_used(conn, token.token_id, now_us=NOON_US + 5)
        assert [t.last_used_us for t in accounts.all_feed_tokens(conn)] == [NOON_US + 5]
        assert accounts.revoke_feed_token(conn, "Nhà cung cấp A", now_us=NOON_US).revoked_us == NOON_US
        assert accounts.check_feed_token(conn, secret) is None
        with pytest.raises(NotFound):
            accounts.revoke_feed_token(conn, "Nhà cung cấp A", now_us=NOON_US)
        accounts.create_feed_token(conn, "Nhà cung cấp A", now_us=NOON_US)
    assert secret not in everything(store)


def test_passwords_are_argon2id() -> None:
    hashed = accounts._hash_password(PASSWORD)
    assert hashed.startswith("$argon2id$")
