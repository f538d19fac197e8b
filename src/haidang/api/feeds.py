"""Feeds: their health for the officer, and the door by which suppliers send positions."""

import json
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from haidang.api import show
from haidang.api.deps import WALL, TheActor, TheRoom
from haidang.api.problem import NotLoggedIn, TooLarge
from haidang.core.errors import InvalidInput, Unavailable
from haidang.feeds.json_rows import decode_rows
from haidang.live.intake import Arrival, Receipt
from haidang.live.room import Room
from haidang.store import accounts, feeds, operations
from haidang.store.batch import BatchResult

router = APIRouter(prefix="/api", tags=["feeds"])
MAX_BODY_BYTES = 32 * 1024 * 1024
MAX_ROWS = 50_000
#: How long a sender waits for the commit before it is told to try again.
COMMIT_WAIT_S = 60.0


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
            "text_vi": show.event(event)["text_vi"],
            "text_en": show.event(event)["text_en"],
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
    return await run_in_threadpool(_store, room, token, bytes(body), idempotency_key)


def _store(room: Room, token: accounts.FeedToken, body: bytes, key: str | None) -> dict[str, object]:
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
    room.intake.put(Arrival(token.feed_id, decoded, receipt=receipt, within=within))
    try:
        receipt.result(timeout=COMMIT_WAIT_S)
    except FutureTimeout as error:
        raise Unavailable(
            "the desk could not store this in time: send it again with the same Idempotency-Key"
        ) from error
    return answers[0]
