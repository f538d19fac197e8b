"""What every decoder returns: positions and rejects side by side, so that nothing is dropped silently."""

from collections.abc import Mapping
from dataclasses import dataclass, field

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
