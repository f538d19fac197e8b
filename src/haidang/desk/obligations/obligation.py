"""An obligation: something owed, by whom, to whom, from which text, by when, and what proves it done.

Meetings conclude and nobody knows in autumn what was promised in spring. Owners are units and posts, not persons.
"""

from dataclasses import dataclass, replace

from haidang.core.errors import IllegalTransition
from haidang.desk.actor import Actor, require, require_version
from haidang.desk.history import Entry
from haidang.desk.text import MAX_LINE, written

STATES: tuple[str, ...] = ("open", "completed")


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something owed.

    Attributes:
        source_text: which resolution, directive, conclusion or law, and where in it.
        owner: the unit or post that owes it; owed_to: to whom.
        measure: how it will be seen that it is done.
        proof: what proved it, once completed.
        deadline_us: UTC microseconds; None is without a date.
    """

    obligation_id: str
    title: str
    source_text: str
    owner: str
    owed_to: str = ""
    measure: str = ""
    state: str = "open"
    created_us: int = 0
    deadline_us: int | None = None
    parent_id: str | None = None
    completed_us: int | None = None
    proof: str = ""
    version: int = 1

    def is_overdue(self, now_us: int) -> bool:
        """Return whether it should have been done by now."""
        return self.state == "open" and self.deadline_us is not None and now_us > self.deadline_us


@dataclass(frozen=True, slots=True)
class ObligationChange:
    """An obligation after a step, with its history line."""

    obligation: Obligation
    entry: Entry


def allowed_actions(obligation: Obligation, person: Actor) -> list[str]:
    """Return what this person may do with the obligation now."""
    return ["complete"] if obligation.state == "open" and person.can("obligations") else []


def write_down(obligation: Obligation, person: Actor, *, now_us: int) -> ObligationChange:
    """Enter an obligation.

    Raises:
        NotAllowed: no role of obligations.
        InvalidInput: no title, source or owner.
    """
    require(person, "obligations")
    ready = replace(
        obligation, title=written(obligation.title, "title", max_length=MAX_LINE),
        source_text=written(obligation.source_text, "source_text"),
        owner=written(obligation.owner, "owner", max_length=MAX_LINE),
        state="open", created_us=now_us, completed_us=None, proof="", version=1,
    )  # fmt: skip
    return ObligationChange(ready, Entry(now_us, person.username, "create", "", "", "open"))


def complete(obligation: Obligation, person: Actor, *, proof: str, base_version: int, now_us: int) -> ObligationChange:
    """Mark as done, with what proves it.

    Raises:
        NotAllowed, Conflict: no role of obligations; changed meanwhile.
        IllegalTransition: completed already.
        InvalidInput: no proof named.
    """
    require(person, "obligations")
    require_version(obligation.version, base_version, f"obligation {obligation.obligation_id}")
    if obligation.state != "open":
        raise IllegalTransition(f"obligation {obligation.obligation_id} is completed already", state=obligation.state)
    words = written(proof, "proof")
    done = replace(obligation, state="completed", completed_us=now_us, proof=words, version=obligation.version + 1)
    return ObligationChange(done, Entry(now_us, person.username, "complete", words, "open", "completed"))
