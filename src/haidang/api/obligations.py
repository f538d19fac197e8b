"""Obligations and proposals: what is owed, what was asked, by when, and the answer."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy import Connection

from haidang.api.deps import TheActor, TheRoom
from haidang.api.operation import Operation, Step, may_create, operate, shown
from haidang.api.picture import time_of
from haidang.desk.actor import Actor
from haidang.desk.obligations import obligation as owed
from haidang.desk.obligations import proposal as asked
from haidang.live.room import Room
from haidang.store import obligations, proposals

router = APIRouter(prefix="/api", tags=["obligations"])


class ObligationEntry(Operation):
    """Something is owed."""

    title: str = Field(max_length=300)
    source_text: str = Field(max_length=2000)
    owner: str = Field(max_length=200)
    owed_to: str = Field(default="", max_length=200)
    measure: str = Field(default="", max_length=1000)
    deadline_time: str | None = None
    parent_id: str | None = Field(default=None, max_length=60)


class Completion(Step):
    """It was done, and this proves it."""

    proof: str = Field(max_length=4000)


class ProposalEntry(Operation):
    """The unit asks something of somebody."""

    title: str = Field(max_length=300)
    text: str = Field(default="", max_length=8000)
    proposed_by: str = Field(max_length=200)
    routed_to: str = Field(max_length=200)
    deadline_time: str | None = None


class Answer(Step):
    """The answer to a proposal."""

    kind: str = Field(max_length=40)
    text: str = Field(default="", max_length=8000)


def _overdue(room: Room, deadline_us: int | None, *, is_open: bool) -> bool:
    return is_open and deadline_us is not None and deadline_us < room.clock.now_us()


def _shown(one: owed.Obligation, person: Actor, room: Room) -> dict[str, Any]:
    is_overdue = _overdue(room, one.deadline_us, is_open=one.state == "open")
    return shown(one, is_overdue=is_overdue, actions=owed.allowed_actions(one, person))


def _shown_proposal(one: asked.Proposal, person: Actor, room: Room) -> dict[str, Any]:
    is_overdue = _overdue(room, one.deadline_us, is_open=one.state == "waiting")
    answers = list(asked.possible_answers(one))
    return shown(one, is_overdue=is_overdue, actions=asked.allowed_actions(one, person), possible_answers=answers)


@router.get("/obligations")
def all_obligations(
    room: TheRoom, person: TheActor, state: Annotated[str | None, Query(max_length=20)] = None
) -> dict[str, Any]:
    """Return obligations, open ones first, the nearest deadline first."""
    with room.store.read() as conn:
        found = obligations.find(conn, state=state)
    return {"obligations": [_shown(one, person, room) for one in found], "actions": may_create(person, "obligations")}


@router.post("/obligations", status_code=201)
def write_obligation(change: ObligationEntry, room: TheRoom, person: TheActor) -> dict[str, Any]:
    """Write down what is owed."""

    def do(conn: Connection, now_us: int) -> dict[str, Any]:
        values = change.model_dump(exclude={"operation_id", "deadline_time"})
        entry = owed.Obligation(
            obligation_id=change.operation_id,
            deadline_us=time_of(change.deadline_time, "deadline_time"),
            **values,
        )
        done = owed.write_down(entry, person, now_us=now_us)
        obligations.save(conn, done)
        return _shown(done.obligation, person, room)

    return operate(room, person, "obligation.create", change, do)


@router.post("/obligations/{obligation_id}/complete")
def complete(obligation_id: str, change: Completion, room: TheRoom, person: TheActor) -> dict[str, Any]:
    """Complete an obligation, naming the proof."""

    def do(conn: Connection, now_us: int) -> dict[str, Any]:
        done = owed.complete(
            obligations.load(conn, obligation_id),
            person,
            proof=change.proof,
            base_version=change.base_version,
            now_us=now_us,
        )
        obligations.save(conn, done)
        return _shown(done.obligation, person, room)

    return operate(room, person, f"obligation.complete/{obligation_id}", change, do)


@router.get("/proposals")
def all_proposals(
    room: TheRoom, person: TheActor, state: Annotated[str | None, Query(max_length=20)] = None
) -> dict[str, Any]:
    """Return proposals, those without an answer first."""
    with room.store.read() as conn:
        found = proposals.find(conn, state=state)
    return {
        "proposals": [_shown_proposal(one, person, room) for one in found],
        "actions": may_create(person, "obligations"),
    }


@router.post("/proposals", status_code=201)
def write_proposal(change: ProposalEntry, room: TheRoom, person: TheActor) -> dict[str, Any]:
    """Write down a proposal and whom it goes to."""

    def do(conn: Connection, now_us: int) -> dict[str, Any]:
        values = change.model_dump(exclude={"operation_id", "deadline_time"})
        entry = asked.Proposal(
            proposal_id=change.operation_id,
            deadline_us=time_of(change.deadline_time, "deadline_time"),
            **values,
        )
        done = asked.write_down(entry, person, now_us=now_us)
        proposals.save(conn, done)
        return _shown_proposal(done.proposal, person, room)

    return operate(room, person, "proposal.create", change, do)


@router.post("/proposals/{proposal_id}/answer")
def answer(proposal_id: str, change: Answer, room: TheRoom, person: TheActor) -> dict[str, Any]:
    """Record the answer."""

    def do(conn: Connection, now_us: int) -> dict[str, Any]:
        done = asked.answer(
            proposals.load(conn, proposal_id),
            person,
            kind=change.kind,
            text=change.text,
            base_version=change.base_version,
            now_us=now_us,
        )
        proposals.save(conn, done)
        return _shown_proposal(done.proposal, person, room)

    return operate(room, person, f"proposal.answer/{proposal_id}", change, do)
