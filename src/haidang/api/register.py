"""The register: vessels as the office knows them, and import of a list with a preview of what it would do."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from pydantic import Field
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from haidang.api import show
from haidang.api.deps import TheActor, TheRoom
from haidang.api.operation import Operation, operate, shown
from haidang.api.picture import time_of
from haidang.api.problem import TooLarge
from haidang.core.registration import parse
from haidang.core.vessel import Vessel
from haidang.desk.actor import Actor, require
from haidang.desk.register.vessel import ImportPlan, allowed_actions, merge, plan_import, write_down
from haidang.feeds.registers import read_vessels_csv
from haidang.live.room import Room
from haidang.store import vessels
from haidang.store.operations import fingerprint_of

router = APIRouter(prefix="/api/register", tags=["register"])
MAX_IMPORT_BYTES = 16 * 1024 * 1024
#: Of a long preview the first so many of each kind are shown; the counts are of all.
SHOWN_ROWS = 200


class VesselEntry(Operation):
    """A vessel is written down or corrected."""

    base_version: int | None = None
    vessel_id: str = Field(min_length=1, max_length=80)
    name: str | None = Field(default=None, max_length=200)
    kind: str = Field(default="unknown", max_length=20)
    registration: str | None = Field(default=None, max_length=40)
    mmsi: str | None = Field(default=None, max_length=20)
    imo: str | None = Field(default=None, max_length=20)
    call_sign: str | None = Field(default=None, max_length=20)
    length_m: float | None = None
    gear: str | None = Field(default=None, max_length=80)
    supplier: str | None = Field(default=None, max_length=80)
    home_port: str | None = Field(default=None, max_length=80)
    licence_to: str | None = Field(default=None, max_length=40)
    pair_id: str | None = Field(default=None, max_length=80)


class ImportStep(Operation):
    """The operation under which an import is written, and what was imported."""

    body_sha256: str


def _shown(one: vessels.StoredVessel, person: Actor) -> dict[str, Any]:
    return {
        **shown(one.vessel),
        "licence_to": show.iso(one.vessel.licence_to_us),
        "is_registered": one.is_registered,
        "provenance": dict(one.provenance),
        "version": one.version,
        "actions": allowed_actions(person),
    }


@router.get("/vessels")
def registered(
    room: TheRoom,
    person: TheActor,
    query: Annotated[str, Query(max_length=100)] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> dict[str, Any]:
    """Return vessels of the register; a registration number is understood in any spelling."""
    number = parse(query)
    wanted = number.canonical if query and number.valid and number.canonical else query
    with room.store.read() as conn:
        found, total = vessels.find(conn, query=wanted, limit=limit, offset=offset)
    return {"vessels": [_shown(one, person) for one in found], "total": total, "actions": allowed_actions(person)}


@router.post("/vessels", status_code=201)
def write_vessel(change: VesselEntry, room: TheRoom, person: TheActor) -> dict[str, Any]:
    """Write a vessel into the register or correct her."""
    values = change.model_dump(exclude={"operation_id", "base_version", "licence_to"})
    asked = Vessel(**values, licence_to_us=time_of(change.licence_to, "licence_to"))

    def do(conn: Connection, now_us: int) -> dict[str, Any]:
        done = vessels.save(conn, write_down(asked, person), base_version=change.base_version, now_us=now_us)
        return _shown(done, person)

    answer = operate(room, person, "register.vessel", change, do)
    _learn(room, [change.vessel_id])
    return answer


@router.post("/import")
async def import_list(
    request: Request,
    room: TheRoom,
    person: TheActor,
    dry_run: Annotated[bool, Query()] = False,
    operation_id: Annotated[str, Header(alias="x-operation-id", max_length=60)] = "",
) -> dict[str, Any]:
    """Import a CSV list; with `dry_run` only say what would change. A second import changes nothing."""
    require(person, "register")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_IMPORT_BYTES:
            raise TooLarge(f"the list is larger than {MAX_IMPORT_BYTES} bytes: import it in parts")
    return await run_in_threadpool(_import, room, person, bytes(body), None if dry_run else operation_id)


def _import(room: Room, person: Actor, body: bytes, operation_id: str | None) -> dict[str, Any]:
    assumed: list[str] = []
    said, refused = read_vessels_csv(body, assumed=assumed)
    rows = list(enumerate(said.values()))
    if operation_id is None:
        with room.store.read() as conn:
            plan = plan_import(rows, _known(conn, said), refused=refused)
        return _shown_plan(plan, assumed, is_written=False)

    def do(conn: Connection, now_us: int) -> dict[str, Any]:
        plan = plan_import(rows, _known(conn, said), refused=refused)
        before = vessels.load_many(conn, [c.vessel.vessel_id for c in plan.changed])
        for one in plan.added:
            _add(conn, one, now_us)
        for change in plan.changed:
            version = before[change.vessel.vessel_id].version
            vessels.save(conn, change.vessel, base_version=version, now_us=now_us)
        return _shown_plan(plan, assumed, is_written=True)

    answer = operate(
        room, person, "register.import", ImportStep(operation_id=operation_id, body_sha256=fingerprint_of(body)), do
    )
    _learn(room, list(said))
    return answer


def _known(conn: Connection, said: dict[str, Vessel]) -> dict[str, Vessel]:
    found = vessels.load_many(conn, list(said))
    return {vessel_id: one.vessel for vessel_id, one in found.items() if one.is_registered}


def _add(conn: Connection, one: Vessel, now_us: int) -> None:
    """Write a vessel the register lacks; what a feed said of her is kept where the list is silent."""
    heard = vessels.load_many(conn, [one.vessel_id]).get(one.vessel_id)
    vessels.save(conn, one if heard is None else merge(heard.vessel, one), base_version=None, now_us=now_us)


def _shown_plan(plan: ImportPlan, assumed: list[str], *, is_written: bool) -> dict[str, Any]:
    changed = [
        {
            "vessel_id": change.vessel.vessel_id,
            "differences": [{"field": d.field, "before": d.before, "after": d.after} for d in change.differences],
        }
        for change in plan.changed[:SHOWN_ROWS]
    ]
    refused = [{"row": r.row, "reason": r.reason, "excerpt": r.excerpt} for r in plan.refused[:SHOWN_ROWS]]
    counts = {name: len(getattr(plan, name)) for name in ("added", "changed", "same", "refused")}
    added = [one.vessel_id for one in plan.added[:SHOWN_ROWS]]
    return {
        "is_written": is_written,
        "counts": counts,
        "added": added,
        "changed": changed,
        "refused": refused,
        "assumed": assumed,
    }


def _learn(room: Room, vessel_ids: list[str]) -> None:
    """Put what the register now says on the picture; the engine takes it with its next turn."""
    with room.store.read() as conn:
        found = vessels.load_many(conn, vessel_ids)
    numbers = room.picture.learn({vessel_id: one.vessel for vessel_id, one in found.items()})
    room.is_register_changed = True
    if numbers:
        room.fanout.publish("vessels", numbers)
