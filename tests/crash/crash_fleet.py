"""A seeded fleet that posts its fixes in batches: late, twice, out of order, some unreadable, so that things happen.

Silences that late fixes take back, crossings of an alert boundary, boats lying beside one another, one number on two
hulls: the events that a server killed in between could lose, double or tell differently.
"""

import json
import random
from dataclasses import dataclass, field
from pathlib import Path

from haidang.core.time import HOUR_US, MINUTE_US, format_iso

BOUNDARY_LON_DEG = 111.0
EVERY_US, SPAN_US = 30 * MINUTE_US, 24 * HOUR_US
#: (vessel, fix time, latitude, longitude): what makes a position the same.
Key = tuple[str, int, int, int]


@dataclass(frozen=True)
class Posted:
    """One body with its Idempotency-Key; `keys` are its readable rows, `n_rejected` the others."""

    key: str
    body: bytes
    keys: list[Key]
    n_rejected: int


@dataclass
class Fleet:
    """Layers for the server and the bodies to post, in order of arrival."""

    zones: Path
    vessels: Path
    posts: list[Posted] = field(default_factory=list)

    @property
    def keys(self) -> set[Key]:
        """Return every distinct readable position."""
        return {key for post in self.posts for key in post.keys}


def build(folder: Path, now_us: int, *, seed: int, n_vessels: int = 200, rows_per_post: int = 80) -> Fleet:
    """Write the layers into the folder and return the fleet's posts; the newest fix is a few minutes old."""
    chance = random.Random(seed)
    fleet = Fleet(_zones(folder), _register(folder, n_vessels))
    end_us = now_us // MINUTE_US * MINUTE_US - 3 * MINUTE_US
    rows = [row for i in range(n_vessels) for row in _boat(i, end_us, chance)]
    # What arrives twice arrives later the second time; the same program may also repeat itself at once.
    rows += [(min(end_us, at + chance.choice((0, 5 * HOUR_US))), row) for at, row in rows if chance.random() < 0.03]
    rows.sort(key=lambda one: (one[0], one[1]["vessel_id"], one[1]["fix_time"]))
    for start in range(0, len(rows), rows_per_post):
        fleet.posts.append(_post(seed, len(fleet.posts), rows[start : start + rows_per_post], chance))
    return fleet


def _boat(i: int, end_us: int, chance: random.Random) -> list[tuple[int, dict[str, object]]]:
    """Return one boat's (arrival, row), by her part in the story."""
    part = ("plain", "crosses", "silent", "held_back", "stops", "meets", "twin", "jumps", "plain", "crosses")[i % 10]
    lat, lon = 11.0 + (i // 10) * 0.25, 110.55 + 0.02 * (i % 10)
    east = 0.012 if part == "crosses" else 0.0
    start_us = end_us - SPAN_US + chance.randrange(0, 20 * MINUTE_US, 1_000_000)
    rows = []
    for n in range(SPAN_US // EVERY_US):
        time_us = start_us + n * EVERY_US
        at_us, away = time_us + chance.randrange(0, 2 * MINUTE_US, 1_000_000), 0.0
        if part == "silent" and 18 <= n < 18 + 14 + i % 40:
            continue
        if part == "held_back" and 12 <= n < 26:
            at_us = start_us + 30 * EVERY_US
        if part == "stops" and n >= 16:
            lat_n, lon_n = lat + 16 * 0.02, lon
        elif part == "meets":
            lat_n, lon_n = 11.05 + (i // 20) * 0.5, lon + 0.0002 * (i // 10 % 2)
        else:
            lat_n, lon_n = lat + 0.02 * n if part != "crosses" else lat, lon + east * n
        if part == "twin" and n % 2:
            away = 3.0
        if part == "jumps" and n % 17 == 5:
            away = 25.0
        row: dict[str, object] = {
            "vessel_id": f"QNa-{90000 + i}-TS", "fix_time": format_iso(time_us), "lat_deg": round(lat_n, 7),
            "lon_deg": round(lon_n + away, 7), "sog_kn": 0.2 if part == "meets" else round(chance.uniform(0, 8), 1),
        }  # fmt: skip
        if chance.random() < 0.5:
            row["received_time"] = format_iso(min(at_us, end_us))
        rows.append((min(at_us, end_us), row))
        if chance.random() < 0.004:
            rows.append((at_us, {**row, "lat_deg": 99.0}))
    if i % 50 == 7:
        # Older than the engine's window: stored all the same.
        rows.append((end_us - HOUR_US, {**rows[0][1], "fix_time": format_iso(end_us - 12 * 24 * HOUR_US)}))
    return [(max(at, _time_us(row)), row) for at, row in rows]


def _time_us(row: dict[str, object]) -> int:
    from haidang.core.time import parse_iso_us

    return parse_iso_us(str(row["fix_time"]))


def _post(seed: int, number: int, rows: list[tuple[int, dict[str, object]]], chance: random.Random) -> Posted:
    bodies = [row for _, row in rows]
    chance.shuffle(bodies)
    readable = [row for row in bodies if float(str(row["lat_deg"])) <= 90]
    keys = [
        (str(r["vessel_id"]), _time_us(r), round(float(str(r["lat_deg"])) * 1e7), round(float(str(r["lon_deg"])) * 1e7))
        for r in readable
    ]
    body = json.dumps({"positions": bodies}).encode()
    return Posted(f"crash-{seed}-{number}", body, keys, len(bodies) - len(readable))


def _zones(folder: Path) -> Path:
    def zone(zone_id: str, kind: str, shape: str, coordinates: object, **more: object) -> dict[str, object]:
        properties = {"zone_id": zone_id, "name": zone_id, "kind": kind, "authority": "test", "source": "test", **more}
        geometry = {"type": shape, "coordinates": coordinates}
        return {"type": "Feature", "properties": {**properties, "version": "1"}, "geometry": geometry}

    line = [[BOUNDARY_LON_DEG, 8.0], [BOUNDARY_LON_DEG, 13.0], [BOUNDARY_LON_DEG, 19.0]]
    closed = [[[110.5, 12.0], [110.8, 12.0], [110.8, 14.0], [110.5, 14.0], [110.5, 12.0]]]
    path = folder / "zones.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [
        zone("boundary", "permitted_boundary", "LineString", line, is_alert_boundary=True, inside="left"),
        zone("closed", "closed", "Polygon", closed),
    ]}), "utf-8")  # fmt: skip
    return path


def _register(folder: Path, n_vessels: int) -> Path:
    lines = ["vessel_id,registration,length_m,gear,supplier,kind"]
    for i in range(n_vessels):
        name, supplier = f"QNa-{90000 + i}-TS", ("VNPT", "Viettel", "Zunibal")[i // 10 % 3]
        lines.append(f"{name},{name},{16 + i % 12},gillnet,{supplier},fishing")
    path = folder / "vessels.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path
