"""AIS messages as readable records with gpsd's field names, in degrees, knots and metres.

For people and other programs (`haidang decode`); the desk itself reads columns. Marks for "not available"
keep their scaled number (speed 102.3, course 360.0, heading 511, longitude 181.0), so that nothing is lost;
only the rate of turn has words, as in gpsd: `"nan"`, `"fastleft"`, `"fastright"`, else degrees a minute.
"""

from collections.abc import Iterable, Iterator

from haidang.core.time import format_iso
from haidang.feeds import ais_fields as wire
from haidang.feeds.ais_sentences import LineOutcome, Message, read_outcomes

_TURN_WORDS = {-128: "nan", -127: "fastleft", 127: "fastright"}
Record = dict[str, object]


def iter_messages(data: bytes | Iterable[bytes]) -> Iterator[Record]:
    """Yield one record per message of a whole log; lines that are none are left out.

    Args:
        data: the log's bytes, at once or in blocks cut anywhere.
    """
    translator = Translator()
    for outcome in read_outcomes(data):
        yield from translator.records(outcome)


class Translator:
    """Turns messages into records; remembers the names of message 24 part A for the part B that follows."""

    def __init__(self) -> None:
        self._names: dict[int, object] = {}

    def records(self, outcome: LineOutcome) -> Iterator[Record]:
        """Yield the records of one line."""
        for message in outcome.messages:
            yield self.record(message)

    def record(self, message: Message) -> Record:
        """Return one message as a record; `received_time` stands in it where the log has one."""
        kind = message.kind
        fields, end = _read(message, _layout(message))
        out: Record = {"class": "AIS", "type": kind, "repeat": message.uint(6, 2), "mmsi": message.mmsi, "scaled": True}
        received_us = message.own_us if message.own_us is not None else message.base_us
        if received_us is None:
            received_us = message.log_us
        if received_us is not None:
            out["received_time"] = format_iso(received_us)
        _rewrite(message, kind, fields, end)
        if kind == 24:
            self._pair(message, fields)
        _put_words(kind, fields)
        return out | fields

    def _pair(self, message: Message, fields: Record) -> None:
        part = fields.pop("partno")
        if part == 0:
            fields["part"] = "A"
            self._names[message.mmsi] = fields["shipname"]
        elif part == 1:
            fields["part"] = "B"
            fields["model"], fields["serial"] = message.uint(66, 4), message.uint(70, 20)
            if message.mmsi in self._names:
                fields["shipname"] = self._names[message.mmsi]


def _layout(message: Message) -> tuple[wire.Field, ...]:
    if message.kind != 24:
        return wire.FIELDS[message.kind]
    if message.uint(38, 2) == 0:
        return wire.PART_A
    return wire.PART_B_AUXILIARY if message.mmsi // 10_000_000 == 98 else wire.PART_B


def _read(message: Message, layout: tuple[wire.Field, ...]) -> tuple[Record, int]:
    """Return the declared fields and the bit after them."""
    fields: Record = {}
    at = 38
    for name, width, read, divisor in layout:
        if read == wire.TEXT:
            fields[name] = text(message, at, width)
        elif read == wire.BOOL:
            fields[name] = bool(message.uint(at, 1))
        elif read != wire.SKIP:
            value = message.sint(at, width) if read == wire.SINT else message.uint(at, width)
            fields[name] = value if divisor == 1 else round(value / divisor, 7)
        at += width
    return fields, at


def text(message: Message, start: int, width: int) -> str:
    """Return six-bit text up to the first @ or the message's end, without blanks behind it (table 47)."""
    letters = []
    for at in range(start, min(start + width, message.n_bits) - 5, 6):
        c = message.uint(at, 6)
        if c == 0:
            break
        letters.append(chr(c + 64 if c < 32 else c))
    return "".join(letters).rstrip(" ")


def octets(message: Message, start: int, end: int) -> str:
    """Return bits as gpsd writes them: their number, a colon, and hexadecimal octets, filled up with zeros."""
    width = max(end - start, 0)
    value = message.uint(start, width) << (-width % 8) if width else 0
    return f"{width}:{value:0{2 * ((width + 7) // 8)}x}" if width else "0:"


def _rewrite(message: Message, kind: int, fields: Record, end: int) -> None:
    """Turn raw fields into gpsd's forms: times as text, turn in degrees a minute, variable tails."""
    if kind in (4, 11):
        part = [int(str(fields.pop(name))) for name in ("year", "month", "day", "hour", "minute", "second")]
        fields["timestamp"] = "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*part)
    elif kind == 5:
        part = [int(str(fields.pop(name))) for name in ("month", "day", "hour", "minute")]
        fields["eta"] = "{:02}-{:02}T{:02}:{:02}Z".format(*part)
    elif kind in (6, 8, 17):
        fields["data"] = octets(message, end, message.n_bits)
    elif kind in (7, 13):
        for i in (1, 2, 3, 4):
            fields.setdefault(f"mmsi{i}", 0)
    elif kind in (12, 14):
        fields["text"] = text(message, end, message.n_bits - end)
    elif kind == 21:
        if len(str(fields["name"])) == 20:
            fields["name"] = str(fields["name"]) + text(message, 272, min(message.n_bits - 272, 88))
    elif kind == 22 and fields["addressed"]:
        for name in ("ne_lon", "ne_lat", "sw_lon", "sw_lat"):
            del fields[name]
        fields["dest1"], fields["dest2"] = message.uint(69, 30), message.uint(104, 30)
    elif kind in (25, 26):
        _binary(message, kind, fields)
    if "turn" in fields:
        fields["turn"] = turn_deg_min(message.sint(42, 8))


def _binary(message: Message, kind: int, fields: Record) -> None:
    at = 40
    fields["dest_mmsi"], fields["app_id"] = 0, 0
    if fields["addressed"]:
        fields["dest_mmsi"] = message.uint(at, 30)
        at += 30
    if fields["structured"]:
        fields["app_id"] = message.uint(at, 16)
        at += 16
    stop = message.n_bits - (20 if kind == 26 else 0)
    fields["data"] = octets(message, at, stop)
    if kind == 26:
        fields["radio"] = message.uint(stop, 20)


def turn_deg_min(raw: int) -> float | str:
    """Return the rate of turn in degrees a minute, right positive: raw = 4.733 sqrt(rate) (table 48)."""
    if raw in _TURN_WORDS:
        return _TURN_WORDS[raw]
    rate = round((raw / 4.733) ** 2, 4)
    return -rate if raw < 0 else rate


def _put_words(kind: int, fields: Record) -> None:
    """Add the words gpsd puts beside coded fields."""
    tables = {"epfd": wire.EPFD, "aid_type": wire.AID_TYPE, "stationtype": wire.STATION_TYPE}
    if kind in (1, 2, 3):
        tables["status"] = wire.STATUS
    for name, table in tables.items():
        if name in fields:
            code = int(str(fields[name]))
            fields[f"{name}_text"] = table[code] if code < len(table) else f"INVALID {name.upper()}"
    if "shiptype" in fields:
        fields["shiptype_text"] = wire.ship_type_text(int(str(fields["shiptype"])))
