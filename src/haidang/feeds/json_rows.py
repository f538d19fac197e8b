"""JSON rows posted by another system: canonical names or the AIS habit's, each row judged on its own.

Senders are programs, so types are looked at strictly (true is not a number), but a number in a string passes, as many
systems send nothing else. Nothing that can stand in a JSON body makes this raise.
"""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pyarrow as pa

from haidang.core.columns import Positions, Reject
from haidang.feeds.decoded import Decoded
from haidang.feeds.table_layout import SYNONYMS, Layout, header_key
from haidang.feeds.table_rows import decode_columns, excerpt

_NUMERIC = ("lat_deg", "lon_deg", "sog_kn", "cog_deg", "length_m")
_FIELDS = tuple(name for name in SYNONYMS if name not in {"date", "clock", "mobile_type"})


def decode_rows(rows: Sequence[object], received_us: int) -> Decoded:
    """Return the positions and rejects of posted rows; `row` is the index in the list.

    Args:
        rows: what stood under `positions`, normally a list of objects.
        received_us: UTC microseconds when the body arrived; used where a row gives no `received_time`.
    """
    good: list[Mapping[str, object]] = []
    at: list[int] = []
    rejects: list[Reject] = []
    for i, row in enumerate(rows):
        if isinstance(row, Mapping):
            good.append(row)
            at.append(i)
        else:
            rejects.append(Reject(i, "bad_fields", _shown(row)))
    if not good:
        return Decoded(Positions.empty(), rejects, {}, {"position": 0, "reject": len(rejects)})
    theirs = _names(good)
    columns = {name: _column(good, name, keys) for name, keys in theirs.items()}
    for name in ("vessel_id", "fix_time", "lat_deg", "lon_deg"):
        columns.setdefault(name, pa.nulls(len(good), pa.string()))
    layout = Layout({name: name for name in columns}, date_order="dmy")
    decoded = decode_columns(columns, layout, np.array(at, np.int64), lambda i: _shown(good[i]))
    rejects = sorted(rejects + decoded.rejects, key=lambda r: r.row)
    positions = decoded.positions
    if len(positions):
        positions = _received(positions, columns.get("received_time"), received_us, at)
    return Decoded(positions, rejects, decoded.vessels, {"position": len(positions), "reject": len(rejects)})


def _received(positions: Positions, given: pa.Array | None, received_us: int, at: list[int]) -> Positions:
    """Return the positions with the arrival time of the body where the row named none that is readable."""
    said = np.zeros(len(positions), np.bool_)
    if given is not None:
        index = np.searchsorted(np.array(at), positions.row)
        said = np.array(given.is_valid().to_numpy(zero_copy_only=False))[index]
    time = np.where(said, positions.received_time_us, np.int64(received_us))
    return Positions.build(
        positions.vessel_ids, positions.vessel, positions.fix_time_us, positions.lat_deg, positions.lon_deg,
        received_time_us=time, sog_kn=positions.sog_kn, cog_deg=positions.cog_deg, kind=positions.kind,
        row=positions.row,
    )  # fmt: skip


def _names(rows: Sequence[Mapping[str, object]]) -> dict[str, tuple[str, ...]]:
    """Return our field -> the keys that mean it, best first, over all rows: rows may differ."""
    keys = {key: header_key(key[:80]) for row in rows for key in row if isinstance(key, str)}
    names: dict[str, tuple[str, ...]] = {}
    for field in _FIELDS:
        rank = {word: n for n, word in enumerate(SYNONYMS[field])}
        found = sorted((k for k, folded in keys.items() if folded in rank), key=lambda k: (rank[keys[k]], k))
        if found:
            names[field] = tuple(found)
    return names


def _column(rows: Sequence[Mapping[str, object]], field: str, keys: tuple[str, ...]) -> pa.Array:
    """Return one field as strings or floats; what has no business there becomes a text that cannot be read."""
    convert: Callable[[object], object] = _number_text if field in _NUMERIC else _text
    return pa.array([convert(next((r[k] for k in keys if r.get(k) is not None), None)) for r in rows], pa.string())


def _number_text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "?"
    if isinstance(value, int | float):
        # repr of an integer of a million digits is refused by Python; no coordinate is that long.
        if isinstance(value, int) and value.bit_length() > 64:
            return "?"
        return repr(value) if math.isfinite(value) else "?"
    return _clean(value) if isinstance(value, str) else "?"


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return None if value is None else _clean(value)
    if isinstance(value, bool):
        return None
    if isinstance(value, int) and value.bit_length() <= 64:
        return str(value)
    if isinstance(value, float) and math.isfinite(value):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return None


def _clean(value: str) -> str:
    """Return the text cut to a sane length; a lone surrogate cannot be stored and becomes `?`."""
    return value[:400].encode("utf-8", "replace").decode("utf-8")


def _shown(row: object) -> str:
    """Return a short picture of a row of any shape and depth."""
    if isinstance(row, Mapping):
        cells = ", ".join(f"{str(k)[:30]}: {_brief(v)}" for k, v in list(row.items())[:8])
        return excerpt("{" + cells + "}")
    return excerpt(_brief(row))


def _brief(value: object) -> str:
    if isinstance(value, Mapping | list | tuple):
        return f"<{type(value).__name__} of {len(value)}>"
    if isinstance(value, int) and value.bit_length() > 64:
        return "<huge integer>"
    return _clean(value) if isinstance(value, str) else str(value)
