"""Zones, lines and ports: places with a kind, a legal source, a version and a period.

Disputed waters have no line of ours: every layer is loaded by the authority that uses it and names its source.
"""

from dataclasses import dataclass

from haidang.core.columns import F64

ZONE_KINDS: tuple[str, ...] = (
    "permitted_boundary", "closed", "inshore", "midshore", "offshore", "foreign", "port", "shelter", "danger", "watch",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Zone:
    """An area or line with a meaning in law.

    Attributes:
        polygons: one entry per polygon; each a tuple of rings, first outer, then holes; each ring (m, 2) float64 of
            lon, lat degrees, closed (first point repeated). Empty for a line.
        lines: one entry per line; each (m, 2) float64 of lon, lat degrees. Empty for an area.
        inside: for a line, which side counts as inside when walking along it as drawn: "left" or "right"; "" leaves it
            to the detector (the side where the ports lie, else left). Going inside is crossing_in, leaving is
            crossing_out.
        is_alert_boundary: crossing this layer raises the alert; exactly what is drawn is measured.
        valid_from_us, valid_to_us: UTC microseconds, None is open.
    """

    zone_id: str
    name: str
    kind: str
    polygons: tuple[tuple[F64, ...], ...] = ()
    lines: tuple[F64, ...] = ()
    inside: str = ""
    is_alert_boundary: bool = False
    authority: str = ""
    source: str = ""
    version: str = ""
    valid_from_us: int | None = None
    valid_to_us: int | None = None


@dataclass(frozen=True, slots=True)
class Port:
    """A port or landing place: a point (radius rules apply) or a polygon (rings as in Zone)."""

    port_id: str
    name: str
    lat_deg: float
    lon_deg: float
    polygons: tuple[tuple[F64, ...], ...] = ()
