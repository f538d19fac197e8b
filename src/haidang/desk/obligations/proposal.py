"""A proposal: recorded, routed to who must answer, answered by a date, settled.

A unit asks for a radio mast and never hears again whether anybody read it. So a proposal has an addressee and a
deadline, and its answer is one of four: accepted, explained, refused with a reason, settled.
"""

from dataclasses import dataclass, replace

from haidang.core.errors import IllegalTransition
from haidang.desk.actor import Actor, require, require_version
from haidang.desk.history import Entry
from haidang.desk.text import MAX_LINE, one_of, written

STATES: tuple[str, ...] = ("waiting", "accepted", "explained", "refused", "settled")
ANSWERS: tuple[str, ...] = STATES[1:]

#: State -> answers that may follow. Refused is an end; accepted becomes settled when it is done.
_STEPS: dict[str, tuple[str, ...]] = {
    "waiting": ANSWERS,
    "accepted": ("settled", "refused"),
    "explained": ("accepted", "settled", "refused"),
    "refused": (),
    "settled": (),
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a unit asks of another.

    Attributes:
        proposed_by, routed_to: units or posts.
        deadline_us: by when it must be answered, UTC microseconds; None is without a date.
        answer: the newest answer's words; earlier ones stand in the history.
    """

    proposal_id: str
    title: str
    text: str
    proposed_by: str
    routed_to: str
    state: str = "waiting"
    created_us: int = 0
    deadline_us: int | None = None
    answer: str = ""
    answered_us: int | None = None
    settled_us: int | None = None
    version: int = 1

    def is_overdue(self, now_us: int) -> bool:
        """Return whether it should have been answered by now."""
        return self.state == "waiting" and self.deadline_us is not None and now_us > self.deadline_us


@dataclass(frozen=True, slots=True)
class ProposalChange:
    """A proposal after a step, with its history line."""

    proposal: Proposal
    entry: Entry


def allowed_actions(proposal: Proposal, person: Actor) -> list[str]:
    """Return `answer` where one may follow."""
    return ["answer"] if possible_answers(proposal) and person.can("obligations") else []


def possible_answers(proposal: Proposal) -> tuple[str, ...]:
    """Return the answers that may follow now."""
    return _STEPS[proposal.state]


def write_down(proposal: Proposal, person: Actor, *, now_us: int) -> ProposalChange:
    """Record a proposal and its addressee.

    Raises:
        NotAllowed: no role of obligations.
        InvalidInput: no title, proposer or addressee.
    """
    require(person, "obligations")
    ready = replace(
        proposal, title=written(proposal.title, "title", max_length=MAX_LINE),
        proposed_by=written(proposal.proposed_by, "proposed_by", max_length=MAX_LINE),
        routed_to=written(proposal.routed_to, "routed_to", max_length=MAX_LINE),
        state="waiting", created_us=now_us, answer="", answered_us=None, settled_us=None, version=1,
    )  # fmt: skip
    return ProposalChange(ready, Entry(now_us, person.username, "create", "", "", "waiting"))


def answer(
    proposal: Proposal, person: Actor, *, kind: str, text: str, base_version: int, now_us: int
) -> ProposalChange:
    """Answer it: accepted, explained, refused or settled. All but `accepted` need words.

    Raises:
        NotAllowed, Conflict: no role of obligations; changed meanwhile.
        IllegalTransition: this answer cannot follow.
        InvalidInput: unknown answer, or no words where they are needed.
    """
    require(person, "obligations")
    require_version(proposal.version, base_version, f"proposal {proposal.proposal_id}")
    one_of(kind, ANSWERS, "answer")
    if kind not in _STEPS[proposal.state]:
        allowed = ", ".join(_STEPS[proposal.state]) or "nothing more"
        raise IllegalTransition(
            f"proposal {proposal.proposal_id} is {proposal.state}: {kind} cannot follow, only {allowed}",
            state=proposal.state,
        )
    words = text.strip() if kind == "accepted" else written(text, "reason" if kind == "refused" else "text")
    done = replace(
        proposal, state=kind, answer=words,
        answered_us=now_us if proposal.answered_us is None else proposal.answered_us,
        settled_us=now_us if kind == "settled" else None, version=proposal.version + 1,
    )  # fmt: skip
    return ProposalChange(done, Entry(now_us, person.username, "answer", words, proposal.state, kind))
