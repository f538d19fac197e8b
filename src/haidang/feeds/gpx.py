"""GPX tracks of hand-held devices and phones: what a skipper or a patrol brings back after a trip.

Read as a stream, for a season's log has millions of points. The trouble: files cut off when the battery died, points
without a time, GPX 1.0 with `speed` in the point and 1.1 with it in somebody's extension, and, since anybody can send
one, entity bombs: a file with a DOCTYPE is refused, GPX has none.

Source: GPX 1.0 and 1.1 schemas (topografix.com), Garmin TrackPointExtension v2 (speed in m/s, course in degrees).
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

import numpy as np

from haidang.core.columns import Positions, Reject
from haidang.core.registration import parse
from haidang.core.time import parse_iso_us
from haidang.core.units import mps_to_kn
from haidang.core.vessel import Vessel
from haidang.feeds.decoded import Decoded
from haidang.feeds.table_rows import excerpt
from haidang.feeds.vessel_ids import is_vessel_id

#: Reject reasons of GPX. The first two end the file.
REASONS: tuple[str, ...] = (
    "bad_xml", "doctype", "no_vessel", "bad_vessel", "bad_time", "bad_latitude", "bad_longitude", "no_place",
)  # fmt: skip
#: Points handed out at once.
BATCH_ROWS = 50_000
#: No schema nests deeper; a file that does is meant to hurt.
_MAX_DEPTH = 64
_MAX_TEXT_CHARS = 1000
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?\Z")
_POINT_FIELDS = ("time", "speed", "course")
#: Places without a track: marks and plans.
_OTHER_PLACES = ("wpt", "rtept")
_SOG_LIMIT_KN = 102.25


class _Refused(Exception):
    """The file is not to be read further; its text is the reason."""


@dataclass(slots=True)
class _Track:
    """The track that is open. Its name may come after its points, which therefore wait for it."""

    name: str = ""
    points: list[tuple[int, Mapping[str, str]]] = field(default_factory=list)


class GpxDecoder:
    """Bytes in any pieces -> positions and rejects; `row` counts the track points of the file from 0.

    The name of a track is the vessel id; a track without one takes `vessel_id`. Waypoints and routes are counted as
    `other_message`.
    """

    def __init__(self, *, vessel_id: str = "", assumed: list[str] | None = None) -> None:
        self._default_id = vessel_id
        self._assumed = assumed
        self._path: list[str] = []
        self._text: list[str] = []
        self._track = _Track()
        self._point: dict[str, str] | None = None
        self._row = 0
        self._is_over = False
        self._batch = _Batch()
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def feed(self, data: bytes) -> Decoded:
        """Return what the tracks and batches completed by these bytes say."""
        return self._read(data, is_end=False)

    def flush(self) -> Decoded:
        """Return what is left at the end of the input; points before a cut are good."""
        return self._read(b"", is_end=True)

    def _read(self, data: bytes, *, is_end: bool) -> Decoded:
        if not self._is_over:
            try:
                self._parser.Parse(data, is_end)
            except _Refused as refused:
                self._stop(str(refused), "")
            # An encoding that is not known, or of several bytes, raises the last two.
            except (expat.ExpatError, ValueError, LookupError) as error:
                self._stop("bad_xml", str(error))
        if is_end:
            self._close_track()
        batch, self._batch = self._batch, _Batch()
        return batch.decoded()

    def _stop(self, reason: str, why: str) -> None:
        self._is_over = True
        self._batch.reject(self._row, reason, why or "<!DOCTYPE>")

    def _doctype(self, *_said: object) -> None:
        raise _Refused("doctype")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if len(self._path) >= _MAX_DEPTH:
            raise _Refused("bad_xml")
        self._path.append(name)
        self._text = []
        if name == "trkpt":
            self._point = dict(attributes)
        elif name in _OTHER_PLACES:
            self._batch.counts["other_message"] += 1

    def _characters(self, text: str) -> None:
        if len(self._text) < _MAX_TEXT_CHARS:
            self._text.append(text[:_MAX_TEXT_CHARS])

    def _end(self, name: str) -> None:
        name = self._path.pop()
        text = "".join(self._text)[:_MAX_TEXT_CHARS].strip()
        self._text = []
        parent = self._path[-1] if self._path else ""
        if self._point is not None:
            if name == "trkpt":
                self._track.points.append((self._row, self._point))
                self._row += 1
                self._point = None
                if len(self._track.points) >= BATCH_ROWS:
                    self._take_points()
            elif name in _POINT_FIELDS and text:
                self._point.setdefault(name, text)
        elif name == "name" and parent == "trk":
            self._track.name = self._track.name or text
        elif name == "trk":
            self._close_track()

    def _close_track(self) -> None:
        self._take_points()
        self._track = _Track()

    def _take_points(self) -> None:
        """Judge the points that wait, under the track's name as far as it is known."""
        if not self._track.points:
            return
        vessel_id = self._track.name or self._default_id
        sentence = f"Tracks without a name are taken as vessel {vessel_id!r}."
        if not self._track.name and vessel_id and self._assumed is not None and sentence not in self._assumed:
            self._assumed.append(sentence)
        found = parse(vessel_id)
        vessel_id = found.canonical if found.valid else vessel_id
        problem = "" if is_vessel_id(vessel_id) else "bad_vessel" if vessel_id else "no_vessel"
        for row, point in self._track.points:
            self._batch.add(row, vessel_id, point, problem)
        if not problem and found.valid:
            self._batch.vessels[vessel_id] = Vessel(vessel_id, registration=vessel_id)
        self._track.points = []


@dataclass(slots=True)
class _Batch:
    """What has been judged since the last pieces were handed out."""

    code: dict[str, int] = field(default_factory=dict)
    cells: list[tuple[int, int, float, float, float, float, int]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    vessels: dict[str, Vessel] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def reject(self, row: int, reason: str, shown: str) -> None:
        self.counts["reject"] += 1
        self.rejects.append(Reject(row, reason, excerpt(shown)))

    def add(self, row: int, vessel_id: str, point: Mapping[str, str], problem: str) -> None:
        """Add one point, or the reason why it cannot be used; `problem` is that of its vessel."""
        fix_us = _time_us(point.get("time", ""))
        lat, lon = point.get("lat", "").strip(), point.get("lon", "").strip()
        lat_deg, lon_deg = _number(lat), _number(lon)
        tests = (
            (problem, bool(problem)),
            ("bad_time", fix_us is None),
            ("bad_latitude", bool(lat) and not abs(lat_deg) <= 90.0),
            ("bad_longitude", bool(lon) and not abs(lon_deg) <= 180.0),
            ("no_place", not lat or not lon or (lat_deg == 0.0 and lon_deg == 0.0)),
        )
        reason = next((name for name, is_so in tests if is_so), None)
        if reason is not None or fix_us is None:
            shown = ", ".join(f"{name} {value[:40]}" for name, value in point.items())
            self.reject(row, reason or "bad_time", shown)
            return
        speed_kn, course_deg = mps_to_kn(_number(point.get("speed", ""))), _number(point.get("course", ""))
        sog = speed_kn if 0.0 <= speed_kn < _SOG_LIMIT_KN else np.nan
        cog = course_deg % 360.0 if 0.0 <= course_deg <= 360.0 else np.nan
        code = self.code.setdefault(vessel_id, len(self.code))
        self.cells.append((code, fix_us, lat_deg, lon_deg, sog, 0.0 if np.float32(cog) >= 360.0 else cog, row))
        self.counts["position"] += 1

    def decoded(self) -> Decoded:
        if not self.cells:
            return Decoded(Positions.empty(), self.rejects, self.vessels, self.counts)
        vessel, fix, lat, lon, sog, cog, row = zip(*self.cells, strict=True)
        positions = Positions.build(tuple(self.code), vessel, fix, lat, lon, sog_kn=sog, cog_deg=cog, row=row)
        return Decoded(positions, self.rejects, self.vessels, self.counts)


def _number(text: str) -> float:
    """Return the number, NaN where there is none."""
    return float(text) if _NUMBER.match(text) else np.nan


def _time_us(text: str) -> int | None:
    """Return UTC microseconds; GPX times are UTC, with or without the Z. None where it is no time."""
    if not text[:4].isdigit() or text[:1] == "0":
        return None
    try:
        return parse_iso_us(text)
    except (ValueError, OverflowError):
        return None
