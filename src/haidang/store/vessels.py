"""Hulls as stored: what feeds say of them, what the register says, and which of the two holds.

A transponder is typed in by hand and copied between boats; the register is kept by an office. So a field that the
register gave stays, whatever a feed sends; a feed fills and refreshes only its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, func, insert, or_, select, update

from haidang.core.errors import Conflict, NotFound
from haidang.core.vessel import Vessel
from haidang.store.bulk import insert_columns, keys_of
from haidang.store.feeds import storable
from haidang.store.tables import identities, vessels

REGISTER = "register"
_FIELDS = tuple(f.name for f in fields(Vessel) if f.name != "vessel_id")
_IDENTITY_FIELDS = ("mmsi", "imo", "call_sign", "registration", "name")


@dataclass(frozen=True, slots=True)
class StoredVessel:
    """A vessel with where each field comes from.

    Attributes:
        provenance: field -> `register` or `feed:NAME`.
        is_registered: an officer or an import has written it down.
        version: grows with each change by a person.
    """

    vessel: Vessel
    provenance: Mapping[str, str] = field(default_factory=dict)
    is_registered: bool = False
    version: int = 1
    updated_us: int = 0


def keys(conn: Connection, vessel_ids: Sequence[str], *, now_us: int) -> dict[str, int]:
    """Return vessel id -> key for all of them, writing down those seen for the first time."""
    found = keys_of(conn, vessels, name_column="vessel_id", key_column="vessel_key", names=vessel_ids)
    missing = [v for v in dict.fromkeys(vessel_ids) if v not in found]
    if missing:
        next_key = (conn.scalar(select(func.max(vessels.c.vessel_key))) or 0) + 1
        added = {vessel_id: next_key + i for i, vessel_id in enumerate(missing)}
        n = len(missing)
        insert_columns(conn, vessels, {
            "vessel_key": list(added.values()), "vessel_id": missing, "kind": ["unknown"] * n,
            "provenance": ["{}"] * n, "is_registered": [False] * n, "version": [1] * n, "updated_us": [now_us] * n,
        })  # fmt: skip
        found.update(added)
    return found


def learn(conn: Connection, learned: Mapping[str, Vessel], *, source: str, now_us: int) -> list[str]:
    """Take in statics from a feed; returns the ids of vessels that changed.

    Args:
        conn: a writing connection.
        learned: vessel id -> what the feed said; None fields say nothing.
        source: e.g. `feed:ais`.
        now_us: when, UTC microseconds.
    """
    if not learned:
        return []
    keys(conn, list(learned), now_us=now_us)
    known = load_many(conn, list(learned))
    rows: list[dict[str, Any]] = []
    former: list[dict[str, Any]] = []
    for vessel_id, said in learned.items():
        before = known[vessel_id]
        fresh = {
            name: storable(value) if isinstance(value, str) else value
            for name in _FIELDS
            if (value := getattr(said, name)) not in {None, "", "unknown"}
            and value != getattr(before.vessel, name)
            and before.provenance.get(name) != REGISTER
        }
        if not fresh:
            continue
        values = {name: fresh.get(name, getattr(before.vessel, name)) for name in _FIELDS}
        values["provenance"] = {**before.provenance, **dict.fromkeys(fresh, source)}
        rows.append({"of": vessel_id, "updated_us": now_us, **values})
        former.append({name: getattr(before.vessel, name) for name in _IDENTITY_FIELDS})
    if rows:
        # One statement for all: a national feed names 30,000 ships in its first minutes.
        conn.execute(update(vessels).where(vessels.c.vessel_id == bindparam("of")), rows)
        _note_identities(conn, rows, former, source=source, now_us=now_us)
    return [str(row["of"]) for row in rows]


def save(conn: Connection, vessel: Vessel, *, base_version: int | None, now_us: int) -> StoredVessel:
    """Write what the register says; base_version None for a vessel that is not in the register yet.

    Raises:
        Conflict: it is in the register already (base_version None) or was changed meanwhile.
    """
    known = load_many(conn, [vessel.vessel_id]).get(vessel.vessel_id)
    if base_version is None and known is not None and known.is_registered:
        raise Conflict(f"vessel {vessel.vessel_id} is in the register already", code="exists", version=known.version)
    if base_version is not None and (known is None or known.version != base_version):
        version = None if known is None else known.version
        raise Conflict(f"vessel {vessel.vessel_id} was changed meanwhile: version {version}", version=version)
    if known is None:
        keys(conn, [vessel.vessel_id], now_us=now_us)
        known = StoredVessel(Vessel(vessel.vessel_id))
    said = {name: getattr(vessel, name) for name in _FIELDS}
    changed = {name: value for name, value in said.items() if value != getattr(known.vessel, name)}
    owned = {name: REGISTER for name in _FIELDS if said[name] not in {None, "unknown"}}
    provenance = {**{k: v for k, v in known.provenance.items() if said.get(k) is not None}, **owned}
    version = known.version + (1 if base_version is not None else 0)
    values = {**said, "provenance": provenance, "is_registered": True, "version": version, "updated_us": now_us}
    conn.execute(update(vessels).where(vessels.c.vessel_id == vessel.vessel_id).values(values))
    former = {name: getattr(known.vessel, name) for name in _IDENTITY_FIELDS}
    row = {"of": vessel.vessel_id, **former, **changed}
    _note_identities(conn, [row], [former], source=REGISTER, now_us=now_us)
    return StoredVessel(vessel, provenance, is_registered=True, version=version, updated_us=now_us)


def load(conn: Connection, vessel_id: str) -> StoredVessel:
    """Return one vessel.

    Raises:
        NotFound: there is none.
    """
    found = load_many(conn, [vessel_id])
    if vessel_id not in found:
        raise NotFound(f"no vessel {vessel_id}")
    return found[vessel_id]


def load_many(conn: Connection, vessel_ids: Sequence[str]) -> dict[str, StoredVessel]:
    """Return vessel id -> vessel for those of the ids that are known."""
    found: dict[str, StoredVessel] = {}
    for start in range(0, len(vessel_ids), 1000):
        statement = select(vessels).where(vessels.c.vessel_id.in_(vessel_ids[start : start + 1000]))
        found.update((row["vessel_id"], _stored(row)) for row in conn.execute(statement).mappings())
    return found


def cards(conn: Connection) -> dict[str, Vessel]:
    """Return every vessel by id: what the engine and the picture start with."""
    return {row["vessel_id"]: _stored(row).vessel for row in conn.execute(select(vessels)).mappings()}


def find(
    conn: Connection,
    *,
    query: str = "",
    kind: str | None = None,
    is_registered: bool | None = None,
    limit: int = 100,
    offset: int = 0,
) -> tuple[list[StoredVessel], int]:
    """Return one page of vessels by id, and how many match in all. `query` is any part of an identity."""
    v = vessels.c
    where: list[ColumnElement[bool]] = []
    if query.strip():
        part = query.strip().lower()
        texts = (v.vessel_id, v.name, v.registration, v.mmsi, v.imo, v.call_sign)
        where.append(or_(*(func.lower(column).contains(part, autoescape=True) for column in texts)))
    if kind is not None:
        where.append(v.kind == kind)
    if is_registered is not None:
        where.append(v.is_registered == is_registered)
    total = conn.scalar(select(func.count()).select_from(vessels).where(*where)) or 0
    page = select(vessels).where(*where).order_by(v.vessel_id).limit(limit).offset(offset)
    return [_stored(row) for row in conn.execute(page).mappings()], total


def _note_identities(
    conn: Connection,
    rows: Sequence[Mapping[str, Any]],
    former: Sequence[Mapping[str, Any]],
    *,
    source: str,
    now_us: int,
) -> None:
    """Open a period for each identity that changed, and end the period of the one before from the same source."""
    ended, begun = [], []
    for row, before in zip(rows, former, strict=True):
        for kind in _IDENTITY_FIELDS:
            value = row[kind]
            if value == before[kind]:
                continue
            if before[kind] is not None:
                ended.append({"of": row["of"], "sort": kind})
            if value is not None:
                begun.append(
                    {
                        "vessel_id": row["of"],
                        "kind": kind,
                        "value": str(value),
                        "valid_from_us": now_us,
                        "source": source,
                    }
                )
    i = identities.c
    if ended:
        still_open = (i.vessel_id == bindparam("of")) & (i.kind == bindparam("sort")) & (i.source == source)
        conn.execute(update(identities).where(still_open, i.valid_to_us.is_(None)).values(valid_to_us=now_us), ended)
    if begun:
        conn.execute(insert(identities), begun)


def _stored(row: RowMapping) -> StoredVessel:
    vessel = Vessel(**{f.name: row[f.name] for f in fields(Vessel)})
    return StoredVessel(vessel, row["provenance"], row["is_registered"], row["version"], row["updated_us"])


def as_mapping(stored: StoredVessel) -> dict[str, object]:
    """Return a vessel as plain values, as an operation's answer keeps it."""
    return asdict(stored)
