"""NAF, the North Atlantic Format in which fisheries monitoring centres send each other positions.

One message is `//SR//FD/value//FD/value//ER//`, fields in any order. Centres differ: national fields stand empty
(`//XR///`), the last slashes are missing, e-mail gateways wrap or glue lines, half write `LT/+09.579`, half `LA/N0934`,
years have two digits or four. All times are UTC. Letters are ISO 8859-1 by the book, UTF-8 in practice.

Source: NAF as used by NEAFC and in Commission Regulation (EC) 2244/2003, annex; fields seen in real messages.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from haidang.core.columns import Positions, Reject
from haidang.core.registration import parse
from haidang.core.time import from_datetime
from haidang.core.vessel import Vessel
from haidang.feeds.decoded import Decoded, merge_vessel
from haidang.feeds.table_rows import excerpt
from haidang.feeds.vessel_ids import is_vessel_id

#: Types of message that say where a vessel is: report, report by hand, entry into an area, exit from it.
POSITION_TYPES: tuple[str, ...] = ("POS", "MAN", "ENT", "EXI")
#: Reject reasons of NAF, the first that fits.
REASONS: tuple[str, ...] = (
    "no_message", "no_end", "no_type", "no_vessel", "bad_vessel", "bad_time", "bad_latitude", "bad_longitude",
    "no_place",
)  # fmt: skip
#: A real message has some 200 bytes; one that goes on for longer has lost its end.
MAX_MESSAGE_BYTES = 4096
_START = re.compile(rb"//SR(?=//)", re.IGNORECASE)
_BOUND = re.compile(rb"//(?:(SR)(?=//)|(ER)(?=//|/?\s|/?$))", re.IGNORECASE)
#: Bytes beyond a bound that decide whether it is one.
_LOOK_AHEAD = 8
#: A field is empty with its slash (`//XR///RN/1`) or without (`//XR//RN/1`).
_FIELD = re.compile(r"//([A-Z0-9]{2})(?:(?=//[A-Z0-9]{2}/)|/(.*?)(?=//|$))")
_DECIMAL = re.compile(r"[+-]?(?:\d{1,3}(?:[.,]\d*)?|[.,]\d+)\Z")
_MINUTES = re.compile(r"([NSEW])(\d{2,3})(\d{2}(?:[.,]\d+)?)\Z")
_CARD_FIELDS = ("NA", "RC", "XR", "IM", "FR")
_SOG_LIMIT_KN = 102.25


class _Damaged(Exception):
    """A message that cannot be used; its text is the reason."""


@dataclass(slots=True)
class _Columns:
    """What has been read since the last batch was handed out."""

    code: dict[str, int] = field(default_factory=dict)
    cells: list[tuple[int, int, int, float, float, float, float, int]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    vessels: dict[str, Vessel] = field(default_factory=dict)
    cards: dict[str, tuple[str | None, ...]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def decoded(self) -> Decoded:
        if not self.cells:
            return Decoded(Positions.empty(), self.rejects, self.vessels, self.counts)
        vessel, fix, received, lat, lon, sog, cog, row = zip(*self.cells, strict=True)
        positions = Positions.build(
            tuple(self.code), vessel, fix, lat, lon, received_time_us=received, sog_kn=sog, cog_deg=cog, row=row
        )
        return Decoded(positions, self.rejects, self.vessels, self.counts)


class NafDecoder:
    """Bytes in any pieces -> positions and rejects; `row` is the line a message begins on.

    `counts` names each message once (position, other_message or reject) and each line without any (comment or reject).
    """

    def __init__(self) -> None:
        self._rest = b""
        self._line = 0
        self._is_line_start = True

    def feed(self, data: bytes, received_us: int | None = None) -> Decoded:
        """Return what the messages ended by these bytes say.

        Args:
            data: the next bytes, cut anywhere.
            received_us: UTC microseconds when they arrived. None for a file: the time at which the sending centre
                recorded the message (RD, RT) is taken, else the time of the fix.
        """
        return self._read(self._rest + data, received_us, is_end=False)

    def flush(self) -> Decoded:
        """Return what is left at the end of the input."""
        return self._read(self._rest, None, is_end=True)

    def _read(self, data: bytes, received_us: int | None, *, is_end: bool) -> Decoded:
        columns = _Columns()
        at = 0
        while at < len(data):
            if _START.match(data, at):
                after = self._message_at(data, at, received_us, columns, is_end=is_end)
            else:
                after = self._text_at(data, at, columns, is_end=is_end)
            if after == at:
                # More bytes decide what this is.
                break
            at = after
        self._rest = data[at:]
        return columns.decoded()

    def _message_at(self, data: bytes, at: int, received_us: int | None, columns: _Columns, *, is_end: bool) -> int:
        """Read the message that begins at `at`; return where it ends, or `at` while its end has not come."""
        bound = _BOUND.search(data, at + 4, at + MAX_MESSAGE_BYTES)
        if bound is None:
            is_decided = len(data) - at >= MAX_MESSAGE_BYTES + _LOOK_AHEAD
        else:
            tail = data[bound.end() : bound.end() + 2]
            is_decided = tail == b"//" or tail[:1].isspace()
        if not is_decided and not is_end:
            return at
        if bound is not None and bound[2]:
            end = bound.end()
            self._message(data[at:end], received_us, columns)
        else:
            end = min(at + MAX_MESSAGE_BYTES, len(data)) if bound is None else bound.start()
            self._reject("no_end", data[at:end], columns)
        lines = data.count(b"\n", at, end)
        self._line += lines
        self._is_line_start = data[end - 1 : end] == b"\n"
        return end

    def _text_at(self, data: bytes, at: int, columns: _Columns, *, is_end: bool) -> int:
        """Account for one line, or piece of a line, between messages; return where it ends."""
        newline = data.find(b"\n", at, at + MAX_MESSAGE_BYTES)
        reach = newline if newline >= 0 else min(at + MAX_MESSAGE_BYTES, len(data))
        start = _START.search(data, at, reach + _LOOK_AHEAD)
        if start is not None and start.start() < reach:
            reach, newline = start.start(), -1
        elif newline < 0 and not is_end and len(data) - at < MAX_MESSAGE_BYTES + _LOOK_AHEAD:
            return at
        piece = data[at:reach]
        if piece.strip(b" \r\t\x00/"):
            self._reject("no_message", piece, columns)
        elif newline >= 0 and self._is_line_start:
            columns.counts["comment"] += 1
        self._is_line_start = newline >= 0
        self._line += newline >= 0
        return reach + 1 if newline >= 0 else reach

    def _reject(self, reason: str, piece: bytes, columns: _Columns) -> None:
        columns.counts["reject"] += 1
        columns.rejects.append(Reject(self._line, reason, excerpt(_text(piece[:200]))))

    def _message(self, raw: bytes, received_us: int | None, columns: _Columns) -> None:
        fields = read_fields(_text(raw))
        kind = fields.get("TM", "").upper()
        if not kind:
            self._reject("no_type", raw, columns)
        elif kind in POSITION_TYPES:
            try:
                self._position(fields, received_us, columns)
            except _Damaged as damage:
                self._reject(str(damage), raw, columns)
        else:
            columns.counts["other_message"] += 1
            columns.counts[
                f"type_{kind}" if kind.isascii() and kind.isalnum() and len(kind) == 3 else "type_unknown"
            ] += 1

    def _position(self, fields: dict[str, str], received_us: int | None, columns: _Columns) -> None:
        vessel_id = _vessel_id(fields)
        fix_us = _time_us(fields.get("DA", ""), fields.get("TI", ""))
        if fix_us is None:
            raise _Damaged("bad_time")
        lat = _degrees(fields.get("LT", ""), fields.get("LA", ""), limit=90.0, reason="bad_latitude")
        lon = _degrees(fields.get("LG", ""), fields.get("LO", ""), limit=180.0, reason="bad_longitude")
        if lat is None or lon is None or (lat == 0.0 and lon == 0.0):
            raise _Damaged("no_place")
        if received_us is None:
            # The sending centre's own record; its clock may run behind the device's.
            received_us = max(fix_us, _time_us(fields.get("RD", ""), fields.get("RT", "")) or fix_us)
        sog, cog = _tenths_kn(fields.get("SP", "")), _course(fields.get("CO", ""))
        code = columns.code.setdefault(vessel_id, len(columns.code))
        columns.cells.append((code, fix_us, received_us, lat, lon, sog, cog, self._line))
        columns.counts["position"] += 1
        card = tuple(map(fields.get, _CARD_FIELDS))
        # A vessel says the same of itself in every report.
        if columns.cards.get(vessel_id) != card:
            columns.cards[vessel_id] = card
            said = _vessel(vessel_id, fields)
            known = columns.vessels.get(vessel_id)
            if said is not None:
                columns.vessels[vessel_id] = said if known is None else merge_vessel(known, said)


def read_fields(message: str) -> dict[str, str]:
    """Return the fields of one message, trimmed; of a field given twice the first that says something."""
    fields: dict[str, str] = {}
    for name, value in _FIELD.findall(message):
        if not fields.get(name):
            fields[name] = value.strip()
    return fields


def _text(raw: bytes) -> str:
    """Return the message as one line of text: gateways wrap at some column, in the middle of a value too."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return text.replace("\r", "").replace("\n", "")


def _vessel_id(fields: dict[str, str]) -> str:
    """Return the community register number, else the call sign, the external mark or the IMO number."""
    named = next((fields[n] for n in ("IR", "RC", "XR", "IM") if fields.get(n)), None)
    if named is None:
        raise _Damaged("no_vessel")
    if not is_vessel_id(named):
        raise _Damaged("bad_vessel")
    # Foreign marks can look like a Vietnamese number; the tail TS tells.
    if named.upper().endswith("TS") and (found := parse(named)).valid:
        return found.canonical
    return named


def _time_us(date: str, clock: str) -> int | None:
    """Return UTC microseconds of yymmdd or yyyymmdd and hhmm; None where they are no time."""
    clock = clock.replace(":", "")
    if not (date.isascii() and clock.isascii() and (date + clock).isdigit()):
        return None
    if len(date) not in {6, 8} or len(clock) not in {4, 6}:
        return None
    if len(date) == 6:
        # The format is younger than 1990.
        date = ("19" if date >= "90" else "20") + date
    clock = clock.ljust(6, "0")
    try:
        day = datetime(int(date[:4]), int(date[4:6]), int(date[6:]), tzinfo=UTC)
        moment = day.replace(hour=int(clock[:2]), minute=int(clock[2:4]), second=int(clock[4:]))
        return from_datetime(moment) if moment.year >= 1000 else None
    except ValueError:
        return None


def _degrees(decimal: str, minutes: str, *, limit: float, reason: str) -> float | None:
    """Return signed degrees from LT/LG, else from LA/LO; None where neither says anything."""
    if not decimal and not minutes:
        return None
    if decimal:
        if not _DECIMAL.match(decimal):
            raise _Damaged(reason)
        value = float(decimal.replace(",", "."))
    else:
        found = _MINUTES.match(minutes.upper().replace(" ", ""))
        is_lat = limit == 90.0
        if found is None or (found[1] in "NS") != is_lat or len(found[2]) != (2 if is_lat else 3):
            raise _Damaged(reason)
        whole, part = float(found[2]), float(found[3].replace(",", "."))
        if part >= 60.0:
            raise _Damaged(reason)
        value = (whole + part / 60.0) * (-1.0 if found[1] in "SW" else 1.0)
    if abs(value) > limit:
        raise _Damaged(reason)
    return value


def _tenths_kn(text: str) -> float:
    """Return knots of a speed in tenths of knots; NaN where there is none or it is impossible."""
    if not (text.isascii() and text.isdigit()) or len(text) > 6:
        return np.nan
    speed_kn = int(text) / 10.0
    return speed_kn if speed_kn < _SOG_LIMIT_KN else np.nan


def _course(text: str) -> float:
    """Return degrees; 360 is north here, other than in AIS. NaN where there is none or it is impossible."""
    if not (text.isascii() and text.isdigit()) or len(text) > 6 or int(text) > 360:
        return np.nan
    return float(int(text) % 360)


def _vessel(vessel_id: str, fields: dict[str, str]) -> Vessel | None:
    """Return what the message says of the vessel; None where that is nothing.

    The sending centre (FR) is the supplier: when it falls silent, its whole fleet does.
    """
    said = {
        "name": fields.get("NA"), "call_sign": fields.get("RC"), "registration": fields.get("XR"),
        "imo": fields.get("IM"), "supplier": fields.get("FR"),
    }  # fmt: skip
    known = {name: value for name, value in said.items() if value and is_vessel_id(value)}
    return Vessel(vessel_id, **known) if known else None  # type: ignore[arg-type]
