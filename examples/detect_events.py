"""Find what happened in a file of positions, in Python.

    python examples/detect_events.py [POSITIONS [ZONES.geojson]]

POSITIONS may be any format of docs/feeds.md. Without one, a boat that crosses a line and meets another is made up.
The command `haidang detect` does the same and writes files.
"""

import math
import sys
import tempfile
from pathlib import Path

from haidang.core.columns import Positions
from haidang.core.time import MINUTE_US, format_iso, parse_iso_us
from haidang.events.detect import detect
from haidang.events.text import text
from haidang.feeds.catalogue import read_file
from haidang.feeds.zones_geojson import read_zones

LINE = """{"type": "FeatureCollection", "features": [{"type": "Feature",
  "properties": {"zone_id": "line", "name": "Sample line, no legal meaning", "kind": "permitted_boundary",
                 "is_alert_boundary": true, "inside": "left"},
  "geometry": {"type": "LineString", "coordinates": [[110.0, 14.0], [110.0, 17.0]]}}]}"""


def write_sample(path: Path) -> None:
    """Write two invented tracks: one boat sails out and back, another waits for her beyond the line."""
    start_us = parse_iso_us("2026-03-01T00:00:00Z")
    rows = ["vessel_id,fix_time,lat_deg,lon_deg,sog_kn"]
    for minute in range(0, 24 * 60, 5):
        time = format_iso(start_us + minute * MINUTE_US)
        # Out for eight hours, alongside for eight, back for eight: 0.08 degrees an hour are some 5 knots.
        hours = minute / 60
        east = min(hours, 8.0, 24.0 - hours) * 0.08
        speed_kn = 4.6 if east < 0.64 else 0.3
        rows.append(f"QNa-90001-TS,{time},15.5,{109.6 + east:.5f},{speed_kn}")
        rows.append(f"QNa-90002-TS,{time},{15.5 + 0.0005 * math.sin(hours):.5f},110.2404,0.2")
    path.write_text("\n".join(rows) + "\n", encoding="utf8")


def find(path: Path, zones_path: Path) -> list[str]:
    """Return a sentence for every event in the file."""
    # A file comes in pieces, so that an archive needs no more memory than a piece of it. What cannot be read is never
    # an exception: it is a reject with its row and a reason.
    assumed: list[str] = []
    pieces = list(read_file(path, assumed=assumed))
    positions = Positions.concat([piece.positions for piece in pieces])
    vessels = {vessel_id: vessel for piece in pieces for vessel_id, vessel in piece.vessels.items()}
    zones, _ = read_zones(zones_path)
    print(f"{len(positions)} positions, {sum(len(p.rejects) for p in pieces)} rejects. {' '.join(assumed)}")

    detection = detect(positions, zones=zones, vessels=vessels)
    # An event is a fact with a kind, a time, a place, a confidence, and its evidence in `details`. `text` says it in
    # words, "vi" or "en"; times in words are Vietnamese local time, times in the event are UTC.
    return [f"{text(event, 'en')} [{event.kind}, confidence {event.confidence:.2f}]" for event in detection.events]


def main(words: list[str]) -> None:
    """Print the events of the file named, or of the sample."""
    with tempfile.TemporaryDirectory() as folder:
        path, zones = Path(folder) / "sample.csv", Path(folder) / "line.geojson"
        write_sample(path)
        zones.write_text(LINE, encoding="utf8")
        if words:
            path = Path(words[0])
        if len(words) > 1:
            zones = Path(words[1])
        for sentence in find(path, zones):
            print(sentence)


if __name__ == "__main__":
    main(sys.argv[1:])
