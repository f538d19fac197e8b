"""The vessel register: writing a hull down, and an import that says beforehand what it would do.

The office sends a spreadsheet every month in which most rows are as before, some are corrected and some are wrong.
Nobody dares to press a button that may spoil a register; so rows are first compared, shown, and only then written.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from haidang.core.columns import KINDS, Reject
from haidang.core.errors import InvalidInput
from haidang.core.vessel import Vessel
from haidang.desk.actor import Actor, require
from haidang.desk.text import MAX_LINE

#: Longest ships afloat are 460 m.
_MAX_LENGTH_M = 500.0
_MAX_ID = 80
_FAULTS = {
    "no_vessel_id": "it needs an id of 1 to 80 characters",
    "unknown_kind": f"its kind must be one of {', '.join(KINDS)}",
    "bad_length": f"its length must be between 0 and {_MAX_LENGTH_M:g} m",
    "text_too_long": f"a text has more than {MAX_LINE} characters",
}
FIELDS: tuple[str, ...] = tuple(f.name for f in fields(Vessel) if f.name != "vessel_id")


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that an import would change: its name, what stands there, what would stand there."""

    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Changed:
    """A vessel that an import would change. What the file leaves empty stays as it is."""

    vessel: Vessel
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do; writing it again afterwards gives only `same`.

    Attributes:
        added: vessels that are not in the register.
        changed: vessels that are, with what differs.
        same: ids of vessels that stay as they are.
        refused: rows that cannot be used, with the reason.
    """

    added: tuple[Vessel, ...]
    changed: tuple[Changed, ...]
    same: tuple[str, ...]
    refused: tuple[Reject, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Return how many of each, and of refused rows by reason."""
        reasons = Counter(f"refused_{reject.reason}" for reject in self.refused)
        totals = {"added": len(self.added), "changed": len(self.changed), "same": len(self.same)}
        return {**totals, "refused": len(self.refused), **reasons}


def allowed_actions(person: Actor) -> list[str]:
    """Return what this person may do in the register."""
    return ["create", "update", "import"] if person.can("register") else []


def check(vessel: Vessel) -> Vessel:
    """Return the vessel if it may be written down.

    Raises:
        InvalidInput: no id, an unknown kind, an impossible length, a text too long.
    """
    reason = _fault(vessel)
    if reason is not None:
        raise InvalidInput(f"vessel {vessel.vessel_id!r}: {_FAULTS[reason]}", code=reason)
    return vessel


def write_down(vessel: Vessel, person: Actor) -> Vessel:
    """Return the vessel to store, new or changed.

    Raises:
        NotAllowed: no role of the register.
        InvalidInput: see `check`.
    """
    require(person, "register")
    return check(vessel)


def plan_import(
    rows: Iterable[tuple[int, Vessel]], known: Mapping[str, Vessel], *, refused: Sequence[Reject] = ()
) -> ImportPlan:
    """Compare rows of a file with the register; changes nothing.

    Args:
        rows: (row number, vessel as the file says it).
        known: vessel id -> vessel as the register has it.
        refused: rows that could not be read at all; carried into the plan.
    """
    added: list[Vessel] = []
    changed: list[Changed] = []
    same: list[str] = []
    bad = list(refused)
    seen: dict[str, int] = {}
    for row, vessel in rows:
        excerpt = f"{vessel.vessel_id} {vessel.registration or ''}"[:120]
        reason = "duplicate_in_file" if vessel.vessel_id in seen else _fault(vessel)
        if reason is not None:
            bad.append(Reject(row, reason, excerpt))
            continue
        seen[vessel.vessel_id] = row
        before = known.get(vessel.vessel_id)
        if before is None:
            added.append(vessel)
            continue
        after = merge(before, vessel)
        differences = tuple(
            Difference(name, getattr(before, name), getattr(after, name))
            for name in FIELDS
            if getattr(before, name) != getattr(after, name)
        )
        if differences:
            changed.append(Changed(after, differences))
        else:
            same.append(vessel.vessel_id)
    return ImportPlan(tuple(added), tuple(changed), tuple(same), tuple(bad))


def merge(before: Vessel, said: Vessel) -> Vessel:
    """Return `before` with every field that `said` fills; an empty field says nothing."""
    values = {name: getattr(said, name) for name in FIELDS if getattr(said, name) not in {None, "", "unknown"}}
    kept = {name: getattr(before, name) for name in FIELDS}
    return Vessel(before.vessel_id, **{**kept, **values})


def _fault(vessel: Vessel) -> str | None:
    """Return the code of what is wrong with a vessel, None if nothing."""
    if not vessel.vessel_id.strip() or len(vessel.vessel_id) > _MAX_ID:
        return "no_vessel_id"
    if vessel.kind not in KINDS:
        return "unknown_kind"
    if vessel.length_m is not None and not 0 < vessel.length_m <= _MAX_LENGTH_M:
        return "bad_length"
    texts = (vessel.name, vessel.registration, vessel.gear, vessel.supplier, vessel.home_port, vessel.call_sign)
    if any(text is not None and len(text) > MAX_LINE for text in texts):
        return "text_too_long"
    return None
