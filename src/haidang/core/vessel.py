"""A vessel is our own id for a hull; what transponders and papers call it are identities with a period.

MMSIs are shared, copied and mistyped, terminals change boats, registration prefixes outlive provinces. So no
identity is ever the key: events and alerts hang on the vessel id.
"""

from dataclasses import dataclass

#: What an identity can be.
IDENTITY_KINDS: tuple[str, ...] = ("mmsi", "imo", "call_sign", "terminal", "registration", "name")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a transponder or a paper claims, and when it held.

    Attributes:
        kind: one of IDENTITY_KINDS.
        value: normalised text, e.g. `574001234` or `QNa-91234-TS`.
        valid_from_us, valid_to_us: UTC microseconds; None is open.
        source: who says so (a feed, the register, an officer).
    """

    kind: str
    value: str
    valid_from_us: int | None = None
    valid_to_us: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Vessel:
    """What the desk needs to know of a hull to judge its track. Unknown is None, never a guess.

    Attributes:
        vessel_id: our own id; for plain AIS input the MMSI's digits until a register says more.
        length_m: largest length (Lmax), metres.
        licence_to_us: UTC microseconds until which the fishing licence holds.
        pair_id: registered pair trawlers share it.
    """

    vessel_id: str
    name: str | None = None
    kind: str = "unknown"
    registration: str | None = None
    mmsi: str | None = None
    imo: str | None = None
    call_sign: str | None = None
    length_m: float | None = None
    gear: str | None = None
    supplier: str | None = None
    home_port: str | None = None
    licence_to_us: int | None = None
    pair_id: str | None = None
