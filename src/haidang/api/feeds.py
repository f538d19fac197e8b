"""Feeds: their health for the officer, and the door by which suppliers send positions."""

import asyncio
import json
from collections.abc import AsyncIterator
from concurrent.futures import Future
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from haidang.api import show
from haidang.api.deps import WALL, TheActor, TheRoom
from haidang.api.problem import NotLoggedIn, TooLarge
from haidang.core.errors import InvalidInput, Unavailable
from haidang.events.text import text
from haidang.feeds.json_rows import decode_rows
from haidang.live.intake import Arrival, Closed, Receipt
from haidang.live.room import Room
from haidang.store import accounts, feeds, operations
from haidang.store.batch import BatchResult

router = APIRouter(prefix="/api", tags=["feeds"])
MAX_BODY_BYTES = 32 * 1024 * 1024
MAX_ROWS = 50_000
#: How long a sender waits for the commit before it is told to try again.
COMMIT_WAIT_S = 60.0
#: How long it waits for room in the queue of what is to be stored.
QUEUE_WAIT_S = 10.0


@router.get("/feeds")
def all_feeds(room: TheRoom, _actor: TheActor) -> dict[str, object]:
    """Return every feed's health, and supplier outages that are running."""
    return feeds_state(room)


def feeds_state(room: Room) -> dict[str, object]:
    """Return feed health and running outages, as the screen is sent them."""
    now_us = room.clock.now_us()
    outages = [
        {
            "supplier": event.vessel_id.removeprefix("supplier:"),
            "since": show.iso(event.start_us),
            "silent": event.details.get("silent"),
            "expected": event.details.get("expected"),
            "text_vi": text(event, "vi"),
            "text_en": text(event, "en"),
        }
        for event in room.outages
    ]
    return {"feeds": [show.feed(health, now_us) for health in room.board.all()], "outages": outages}


@router.get("/feeds/{feed_id:path}/rejects")
def rejects(
    feed_id: str, room: TheRoom, _actor: TheActor, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> dict[str, object]:
    """Return a feed's newest rejects with reason and excerpt."""
    with room.store.read() as conn:
        found = feeds.latest_rejects(conn, feed_id, limit=limit)
    rows = [
        {
            "recorded": show.iso(one.recorded_us),
            "row": one.reject.row,
            "reason": one.reject.reason,
            "excerpt": one.reject.excerpt,
        }
        for one in found
    ]
    return {"feed_id": feed_id, "rejects": rows}


def _token(room: Room, authorization: str) -> accounts.FeedToken:
    scheme, _, secret = authorization.partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise NotLoggedIn("send `Authorization: Bearer TOKEN`; make a token with `haidang token create --name N`")
    with room.store.read() as conn:
        token = accounts.check_feed_token(conn, secret.strip())
    if token is None:
        raise NotLoggedIn("this feed token is unknown or revoked", code="bad_token")
    return token


def _rows(body: bytes) -> list[object]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"the body is not JSON: {str(error)[:200]}") from error
    rows = document.get("positions") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise InvalidInput('expected {"positions": [ … ]} with one object per position')
    if len(rows) > MAX_ROWS:
        raise TooLarge(f"{len(rows)} positions in one request: expected at most {MAX_ROWS}; send them in parts")
    return rows


@router.post("/positions")
async def take_positions(
    request: Request,
    room: TheRoom,
    authorization: Annotated[str, Header()] = "",
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> dict[str, object]:
    """Store positions of a supplier. 2xx means stored for good; the same Idempotency-Key again changes nothing."""
    token = await run_in_threadpool(_token, room, authorization)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise TooLarge(f"the body is larger than {MAX_BODY_BYTES} bytes: send the positions in parts")
    if idempotency_key is None:
        return await _store(room, token, bytes(body), None)
    # Two requests with one key at the same moment: the second waits for the first one's answer.
    async with _in_turn(room, (token.feed_id, idempotency_key)):
        return await _store(room, token, bytes(body), idempotency_key)


@asynccontextmanager
async def _in_turn(room: Room, key: tuple[str, str]) -> AsyncIterator[None]:
    lock, n_waiting = room.keys_in_hand.get(key, (asyncio.Lock(), 0))
    room.keys_in_hand[key] = (lock, n_waiting + 1)
    try:
        async with lock:
            yield
    finally:
        lock, n_waiting = room.keys_in_hand.pop(key)
        if n_waiting > 1:
            room.keys_in_hand[key] = (lock, n_waiting - 1)


async def _store(room: Room, token: accounts.FeedToken, body: bytes, key: str | None) -> dict[str, object]:
    """Hand the rows to the pipeline and wait for the commit; no thread is kept waiting, so that officers find one."""
    asked = await run_in_threadpool(_ask, room, token, body, key)
    if isinstance(asked, dict):
        return asked
    receipt, answers = asked
    try:
        await asyncio.wait_for(asyncio.wrap_future(receipt), COMMIT_WAIT_S)
    except TimeoutError as error:
        raise Unavailable(
            "the desk could not store this in time: send it again with the same Idempotency-Key"
        ) from error
    return answers[0]


def _ask(
    room: Room, token: accounts.FeedToken, body: bytes, key: str | None
) -> dict[str, object] | tuple["Future[Receipt]", list[dict[str, object]]]:
    """Return the answer given before for this key, or a receipt to wait for and where the answer will stand."""
    fingerprint = operations.fingerprint_of(body)
    if key is not None:
        with room.store.read() as conn:
            before = operations.find_answer(conn, token.feed_id, key, fingerprint)
        if before is not None:
            return before
    decoded = decode_rows(_rows(body), WALL.now_us())
    rejected = [{"row": reject.row, "reason": reject.reason} for reject in decoded.rejects]
    answers: list[dict[str, object]] = []

    def within(conn: Connection, result: BatchResult) -> None:
        answer: dict[str, object] = {
            "stored": result.stored,
            "duplicates": int(result.is_duplicate.sum()),
            "rejected": rejected,
        }
        now_us = WALL.now_us()
        if key is not None:
            before = operations.find_answer(conn, token.feed_id, key, fingerprint)
            if before is not None:
                answer = before
            else:
                operations.keep_answer(
                    conn, token.feed_id, key, request_sha256=fingerprint, answer=answer, now_us=now_us
                )
        accounts.feed_token_used(conn, token.token_id, now_us=now_us)
        answers[:] = [answer]

    receipt: Future[Receipt] = Future()
    # Whoever waits may give up; the pipeline must still be able to set it.
    receipt.set_running_or_notify_cancel()
    try:
        room.intake.put(Arrival(token.feed_id, decoded, receipt=receipt, within=within), within_s=QUEUE_WAIT_S)
    except Closed as error:
        raise Unavailable("the desk is stopping or changing its mode: send it again in a minute") from error
    return receipt, answers
