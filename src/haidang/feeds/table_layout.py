"""Which column of a table is what: headers as they come, in four languages, and mapping files for the rest.

A header is compared without case, accents, spaces and units, so `Vĩ độ`, `VI DO` and `vĩ_độ` (composed or decomposed)
are one. Everything that had to be guessed is said in plain sentences in `Layout.assumed`.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from haidang.core.errors import InvalidInput, NotFound, SchemaError
from haidang.core.registration import fold

#: Our field -> folded headers, best first.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "vessel_id": (
        "vesselid", "ssvid", "mmsi", "mmsinumber", "sodangky", "sodk", "sohieutau", "registration",
        "registrationnumber", "veref", "rnp", "vessel", "boatid", "vesselfk", "mathietbi", "terminalid", "deviceid",
        "imei",
    ),
    "fix_time": (
        "fixtime", "timestamp", "ts", "timestamputc", "datetime", "datetimeutc", "basedatetime", "snapshotts",
        "timestampz", "timeutc", "thoigian", "thoidiem", "ngaygio", "gpstime", "fecharecepcionunitrac", "time",
    ),
    "date": ("sidate", "date", "ngay"),
    "clock": ("sitime", "time", "gio", "thoigian"),
    "lat_deg": ("latdeg", "lat", "latitude", "vido", "silati", "latitud"),
    "lon_deg": ("londeg", "lon", "long", "lng", "longitude", "kinhdo", "silong", "longitud"),
    "sog_kn": ("sogkn", "sog", "speed", "speedkn", "speedknots", "tocdo", "vantoc", "sisp", "velocidad"),
    "cog_deg": ("cogdeg", "cog", "course", "huong", "huongdi", "sihe", "rumbo"),
    "received_time": ("receivedtime", "received", "thoigiannhan"),
    "kind": ("kind",),
    "ship_type": ("vesseltype", "shiptype"),
    "mobile_type": ("typeofmobile",),
    "name": ("vesselname", "shipname", "name", "tentau", "nombre"),
    "registration": ("registration", "registrationnumber", "sodangky", "sodk"),
    "mmsi": ("mmsi", "mmsinumber", "ssvid"),
    "imo": ("imo",),
    "call_sign": ("callsign", "hohieu"),
    "length_m": ("lengthm", "length", "chieudai", "chieudailonnhat", "lmax"),
    "gear": ("gear", "nghe", "nghekhaithac"),
    "supplier": ("supplier", "nhacungcap"),
    "home_port": ("homeport", "puertobase", "cangdangky"),
}  # fmt: skip

#: Mapping files may name these, beside `columns`.
_OPTIONS = ("columns", "time_zone", "date_order", "speed_unit", "decimal_comma")
_SPEED_UNITS = {"kn": 1.0, "kmh": 1.0 / 1.852, "mps": 3600.0 / 1852.0}
_VIETNAMESE_TIME = {"thoigian", "thoidiem", "ngaygio", "ngay", "gio"}
_ZONE = re.compile(r"(?:utc|gmt)?\s*([+-])(\d{1,2})(?::?(\d{2}))?\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Layout:
    """How to read one table.

    Attributes:
        columns: our field -> their column's name.
        zone_us: offset of naive times from UTC, microseconds (Vietnam: +7 h).
        date_order: "dmy" or "mdy" for dates like 03/04/2026; year-first dates need none.
        speed_factor: their speed times this is knots.
        decimal_comma: numbers are written 15,123.
        assumed: sentences on what was guessed.
        if_naive: the sentence to say once a time without a zone is met; "" where the zone is known.
    """

    columns: Mapping[str, str]
    zone_us: int = 0
    date_order: str = ""
    speed_factor: float = 1.0
    decimal_comma: bool = False
    assumed: tuple[str, ...] = field(default=())
    if_naive: str = ""

    def saying(self, *sentences: str) -> "Layout":
        """Return the layout with more said."""
        return replace(self, assumed=(*self.assumed, *sentences))


def header_key(header: str) -> str:
    """Return the header without case, accents, units in brackets, spaces and signs."""
    return fold(re.sub(r"[(\[].*?[)\]]", "", header)).replace(" ", "")


def parse_zone_us(text: str) -> int:
    """Return microseconds of an offset like `UTC+7`, `+07:00`, `UTC` or `Asia/Ho_Chi_Minh`.

    Raises:
        InvalidInput: it is none of these.
    """
    plain = text.strip()
    if plain.upper() in {"UTC", "GMT", "Z", ""}:
        return 0
    if plain in {"Asia/Ho_Chi_Minh", "Asia/Saigon", "Asia/Bangkok"}:
        return 7 * 3_600_000_000
    found = _ZONE.match(plain)
    if found is None:
        raise InvalidInput(f"time zone {text!r} is not understood: write an offset such as UTC+7")
    minutes = int(found.group(2)) * 60 + int(found.group(3) or 0)
    return minutes * 60_000_000 * (-1 if found.group(1) == "-" else 1)


def load_mapping(path: Path) -> dict[str, object]:
    """Return a mapping file (TOML or JSON): `[columns]` theirs = ours, and options.

    Raises:
        NotFound: no such file.
        InvalidInput: not TOML or JSON, or it names what does not exist.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise NotFound(f"{path}: no such mapping file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path}: the mapping file cannot be read ({error})") from error
    try:
        mapping = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{path}: neither TOML nor JSON ({error})") from error
    check_mapping(mapping)
    return dict(mapping)


def check_mapping(mapping: object) -> None:
    """Raise InvalidInput where a mapping names a field or option that does not exist."""
    if not isinstance(mapping, Mapping) or not isinstance(mapping.get("columns", {}), Mapping):
        raise InvalidInput("a mapping is a table with [columns] theirs = ours")
    unknown = [str(k) for k in mapping if k not in _OPTIONS]
    fields = [str(v) for v in mapping.get("columns", {}).values() if v not in SYNONYMS]
    if unknown or fields:
        raise InvalidInput(
            f"mapping: unknown {', '.join(unknown + fields)}; options are {', '.join(_OPTIONS)}, "
            f"fields are {', '.join(SYNONYMS)}"
        )


def find_layout(headers: Sequence[str], mapping: Mapping[str, object] | None = None) -> Layout:
    """Return the layout of a table with these headers.

    Raises:
        SchemaError: no vessel, time or place column is found.
        InvalidInput: the mapping is not usable.
    """
    columns = _recognise(headers)
    assumed: list[str] = []
    options: Mapping[str, object] = {}
    if mapping is not None:
        check_mapping(mapping)
        options = mapping
        given = mapping.get("columns", {})
        assert isinstance(given, Mapping)
        for theirs, ours in given.items():
            if theirs not in headers:
                raise SchemaError(f"the mapping names column {theirs!r}, the table has {', '.join(headers)}")
            columns[str(ours)] = str(theirs)
    _choose_time(columns)
    missing = [n for n in ("vessel_id", "lat_deg", "lon_deg") if n not in columns]
    if "fix_time" not in columns and not {"date", "clock"} <= columns.keys():
        missing.append("fix_time")
    if missing:
        seen = ", ".join(h[:40] for h in headers[:30])
        raise SchemaError(
            f"no column for {', '.join(missing)} among: {seen}; name it in a mapping file", missing=missing
        )
    if columns["vessel_id"] != next((h for h in headers if header_key(h) == "vesselid"), None):
        assumed.append(f"Vessels are told apart by column {columns['vessel_id']!r}.")
    layout = Layout(columns, assumed=tuple(assumed))
    return _units(_zone(layout, options), options)


def _recognise(headers: Sequence[str]) -> dict[str, str]:
    """Return our field -> their header for every synonym, the best synonym first."""
    by_key: dict[str, str] = {}
    for header in headers:
        by_key.setdefault(header_key(header), header)
    found = {ours: next((by_key[k] for k in keys if k in by_key), None) for ours, keys in SYNONYMS.items()}
    return {ours: theirs for ours, theirs in found.items() if theirs is not None}


def _choose_time(columns: dict[str, str]) -> None:
    """Decide between one time column and a pair of date and clock."""
    if "date" in columns and "clock" in columns and columns.get("fix_time") in {None, columns["clock"]}:
        columns.pop("fix_time", None)
        return
    columns.pop("clock", None)
    date = columns.pop("date", None)
    if "fix_time" not in columns and date is not None:
        columns["fix_time"] = date


def _zone(layout: Layout, options: Mapping[str, object]) -> Layout:
    """Return the layout with the offset of naive times."""
    if "time_zone" in options:
        return replace(layout, zone_us=parse_zone_us(str(options["time_zone"])))
    header = layout.columns.get("fix_time") or layout.columns["date"]
    if "utc" in header.lower() or "gmt" in header.lower():
        return layout
    if header_key(header) in _VIETNAMESE_TIME:
        said = f"Times in {header!r} without a zone are Vietnamese local time (UTC+7)."
        return replace(layout, zone_us=7 * 3_600_000_000, if_naive=said)
    return replace(layout, if_naive=f"Times in {header!r} without a zone are UTC.")


def _units(layout: Layout, options: Mapping[str, object]) -> Layout:
    """Return the layout with speed unit, date order and decimal sign of the mapping or the header."""
    unit = options.get("speed_unit")
    header = layout.columns.get("sog_kn", "")
    if unit is None:
        squeezed = header.lower().replace(" ", "")
        unit = "kmh" if re.search(r"km/?h", squeezed) else "mps" if re.search(r"m/s", squeezed) else "kn"
        if unit != "kn":
            layout = layout.saying(f"Speed in {header!r} is turned into knots.")
    if unit not in _SPEED_UNITS:
        raise InvalidInput(f"speed_unit {unit!r}: use one of {', '.join(_SPEED_UNITS)}")
    order = str(options.get("date_order", ""))
    if order not in {"", "dmy", "mdy", "ymd"}:
        raise InvalidInput(f"date_order {order!r}: use dmy, mdy or ymd")
    return replace(
        layout, speed_factor=_SPEED_UNITS[str(unit)], date_order=order, decimal_comma=bool(options.get("decimal_comma"))
    )
