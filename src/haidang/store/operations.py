"""What was already done: human writes by operation id, machine writes by idempotency key.

A phone at sea sends the same form twice because the answer was lost; a supplier's script repeats its last hour after
every restart. The second time gets the first time's answer and changes nothing; the same id with other contents is a
mistake and is said.
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, is_dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from haidang.core.errors import Conflict, InvalidInput
from haidang.desk.actor import Actor
from haidang.store.tables import idempotency_keys, operations


def once(
    conn: Connection,
    operation_id: str,
    *,
    kind: str,
    actor: Actor,
    request: object,
    now_us: int,
    do: Callable[[], Mapping[str, Any]],
) -> tuple[dict[str, Any], bool]:
    """Do a human write unless it was done; the store's transaction holds both the change and the answer.

    Args:
        conn: a writing connection.
        operation_id: the client's UUID.
        kind: e.g. `alert.resolve`.
        actor: who.
        request: the contents (JSON types or a dataclass), to tell a repetition from a mistake.
        now_us: when, UTC microseconds.
        do: makes the change and returns its answer as JSON types.

    Returns:
        (answer, whether it is a repetition).

    Raises:
        InvalidInput: the id is not a UUID.
        Conflict: the id was used for something else, or by somebody else.
    """
    key = operation_key(operation_id)
    fingerprint = fingerprint_of([kind, request])
    row = conn.execute(select(operations).where(operations.c.operation_id == key)).mappings().first()
    if row is not None:
        if row["request_sha256"] != fingerprint or row["actor"] != actor.username:
            raise Conflict(
                f"operation {key} was used before for {row['kind']} by {row['actor']}: make a new id for a new step",
                code="operation_reused",
            )
        return dict(row["result"]), True
    answer = dict(do())
    conn.execute(insert(operations).values(
        operation_id=key, kind=kind, actor=actor.username, request_sha256=fingerprint, recorded_us=now_us,
        result=answer,
    ))  # fmt: skip
    return answer, False


def operation_key(operation_id: str) -> str:
    """Return the UUID in its one spelling.

    Raises:
        InvalidInput: it is not a UUID.
    """
    try:
        return str(uuid.UUID(operation_id))
    except ValueError as error:
        raise InvalidInput(f"operation_id {operation_id[:60]!r}: expected a UUID made by the client") from error


def find_answer(conn: Connection, feed_id: str, key: str, request_sha256: str) -> dict[str, Any] | None:
    """Return the answer a feed got for this key; None if the key is fresh.

    Raises:
        Conflict: the key was used with other contents.
    """
    k = idempotency_keys.c
    row = conn.execute(select(k.request_sha256, k.answer).where(k.feed_id == feed_id, k.key == key)).first()
    if row is None:
        return None
    if row.request_sha256 != request_sha256:
        raise Conflict(f"Idempotency-Key {key[:60]!r} was used with other contents", code="key_reused")
    return dict(row.answer)


def keep_answer(
    conn: Connection, feed_id: str, key: str, *, request_sha256: str, answer: Mapping[str, Any], now_us: int
) -> None:
    """Keep what a feed was answered, in the transaction that stored its positions."""
    conn.execute(insert(idempotency_keys).values(
        feed_id=feed_id, key=key, request_sha256=request_sha256, recorded_us=now_us, answer=dict(answer),
    ))  # fmt: skip


def fingerprint_of(request: object) -> str:
    """Return the SHA-256 of a request: of bytes as they are, of anything else as canonical JSON."""
    if isinstance(request, bytes):
        return hashlib.sha256(request).hexdigest()
    text = json.dumps(request, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(thing: object) -> object:
    if is_dataclass(thing) and not isinstance(thing, type):
        return asdict(thing)
    return str(thing)
