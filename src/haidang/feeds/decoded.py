"""What every decoder returns: positions and rejects side by side, so that nothing is dropped silently."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

from haidang.core.columns import Positions, Reject
from haidang.core.vessel import Vessel


@dataclass(frozen=True, slots=True)
class Decoded:
    """The outcome of decoding a piece of input.

    Attributes:
        positions: rows that can be used, in input order.
        rejects: rows that cannot, each with its reason.
        vessels: what was learned of vessels, by vessel id; may be partial.
        counts: how many lines or rows of each class; for text feeds `position`, `other_message`, `part`, `comment` and
            `reject` sum to the lines, and `type_<n>` counts AIS message types.
    """

    positions: Positions
    rejects: list[Reject] = field(default_factory=list)
    vessels: Mapping[str, Vessel] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def join(cls, pieces: "Sequence[Decoded]") -> "Decoded":
        """Return one outcome of all pieces in order: counts added, later vessel statements over earlier ones."""
        vessels: dict[str, Vessel] = {}
        counts: dict[str, int] = {}
        for piece in pieces:
            for vessel_id, said in piece.vessels.items():
                known = vessels.get(vessel_id)
                vessels[vessel_id] = said if known is None else merge_vessel(known, said)
            for name, count in piece.counts.items():
                counts[name] = counts.get(name, 0) + count
        rejects = [reject for piece in pieces for reject in piece.rejects]
        return cls(Positions.concat([piece.positions for piece in pieces]), rejects, vessels, counts)


def merge_vessel(known: Vessel, said: Vessel) -> Vessel:
    """Return `known` with every field that `said` knows laid over it."""
    changes = {
        name: value
        for name in (f.name for f in fields(Vessel))
        if (value := getattr(said, name)) is not None and value != "unknown"
    }
    return replace(known, **changes)
