"""What the unit has set on this desk, and the zone and port layers it has loaded, each with its source."""

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from haidang.core.errors import Conflict, InvalidInput
from haidang.store import rows
from haidang.store.tables import layers, settings

LAYER_KINDS: tuple[str, ...] = ("zones", "ports")


@dataclass(frozen=True, slots=True)
class Layer:
    """A file of zones or ports as it was loaded.

    Attributes:
        is_sample: has no legal meaning and says so on the map.
        sha256: of `geojson`, so that it can be shown which file was in force.
    """

    layer_id: str
    kind: str
    name: str
    authority: str
    source: str
    version_label: str
    is_sample: bool
    loaded_us: int
    sha256: str
    geojson: str


def get(conn: Connection, name: str, default: Any = None) -> Any:
    """Return a setting's value, JSON types."""
    row = conn.execute(select(settings.c.value).where(settings.c.name == name)).first()
    return default if row is None else row.value


def put(conn: Connection, name: str, value: Any, *, by: str, now_us: int, base_version: int | None = None) -> int:
    """Set a value; returns its version. With `base_version` (0: not set yet) somebody else's change is not overwritten.

    Raises:
        Conflict: it was changed meanwhile.
    """
    present = conn.scalar(select(settings.c.version).where(settings.c.name == name)) or 0
    if base_version is not None and base_version != present:
        raise Conflict(f"setting {name} was changed meanwhile: it is at version {present}", version=present)
    values = {"value": value, "updated_us": now_us, "updated_by": by, "version": present + 1}
    if present:
        conn.execute(update(settings).where(settings.c.name == name).values(values))
    else:
        conn.execute(insert(settings).values(name=name, **values))
    return present + 1


def put_layer(
    conn: Connection,
    layer_id: str,
    geojson: str,
    *,
    kind: str,
    now_us: int,
    name: str = "",
    authority: str = "",
    source: str = "",
    version_label: str = "",
    is_sample: bool = False,
) -> Layer:
    """Load a layer, in place of the one of the same id.

    Raises:
        InvalidInput: unknown kind.
    """
    if kind not in LAYER_KINDS:
        raise InvalidInput(f"layer kind {kind!r}: expected one of {', '.join(LAYER_KINDS)}")
    digest = hashlib.sha256(geojson.encode()).hexdigest()
    layer = Layer(
        layer_id, kind, name or layer_id, authority, source, version_label, is_sample, now_us, digest, geojson
    )
    conn.execute(delete(layers).where(layers.c.layer_id == layer_id))
    conn.execute(insert(layers), rows.to_row(layer))
    return layer


def all_layers(conn: Connection, *, kind: str | None = None) -> list[Layer]:
    """Return the loaded layers by id."""
    where = [] if kind is None else [layers.c.kind == kind]
    return rows.load_all(conn, layers, Layer, *where, order_by=(layers.c.layer_id,))
