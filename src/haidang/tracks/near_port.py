"""How far the nearest port is: quiet boats in port are not lost, slow boats in port are not meeting."""

from collections.abc import Sequence

from haidang.core.columns import F64
from haidang.core.zone import Port


def nearest_port_m(lat_deg: F64, lon_deg: F64, ports: Sequence[Port]) -> F64:
    """Return metres (n,) to the nearest port point or port polygon vertex; inf without ports."""
    raise NotImplementedError
