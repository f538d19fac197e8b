"""AIS NMEA 0183 in any chunking of bytes: positions, vessel statements, and a class for every line.

The lines of a coast arrive with tag blocks, time lines, epochs, cut ends, glued sentences and noise, from
receivers that disagree about everything but the payload. Every line is exactly one of position, other
message, part of a message, comment (status lines too), reject; the counts sum to the lines.

Source: IEC 61162-1 (sentences), NMEA 0183 4.10 (tag blocks), ITU-R M.1371-5 (messages).
"""

from typing import Self

import numpy as np

from haidang.core.columns import Positions, Reject
from haidang.core.vessel import Vessel
from haidang.feeds.ais_kernels import count_lines, read_lines
from haidang.feeds.ais_message_kernels import index_ids
from haidang.feeds.ais_rules import CLASS_NAMES, MAX_LINE, NO_US, REASONS, kind_of_ship_type
from haidang.feeds.ais_sinks import (
    CLASSES,
    NO_POSITIONS,
    REJECTS,
    ROWS,
    STATIC_BYTES,
    STATICS,
    TYPES,
    Sink,
    make_sink,
    make_slots,
)
from haidang.feeds.decoded import Decoded, merge_vessel

_EXCERPT_CHARS = 120


class NmeaDecoder:
    """Decodes a stream of bytes; keeps cut lines and half messages until the rest comes.

    Times: `received_time` is the sentence's own (tag block `c:`, epoch behind the checksum or before the line),
    else the `$PGHP` line's before it, else the `received_us` of the call, else the last time seen in the log, else
    `default_received_us`; a position for which none is known is a reject (`no_time`). `fix_time` is the UTC
    second of the report in the minute nearest to the reception (to the `$PGHP` time where there is one: a satellite
    hears a ship long before the ground has the message), or the reception itself where the report has none.

    Args:
        default_received_us: UTC microseconds for logs that hold no time at all.
    """

    def __init__(self, *, default_received_us: int | None = None) -> None:
        self._carry = b""
        self._slots = make_slots()
        default = NO_US if default_received_us is None else default_received_us
        self._clock = np.array([0, NO_US, NO_US, NO_US, default], np.int64)

    def feed(self, data: bytes, received_us: int | None = None) -> Decoded:
        """Decode the lines completed by `data`.

        Args:
            data: any cut of the stream.
            received_us: when these bytes came in, UTC microseconds; None for files.

        Returns:
            The positions (row = 0-based line since the start), rejects, vessels and counts of these lines.
        """
        cut = data.rfind(b"\n") + 1
        if cut == 0:
            self._keep(self._carry + data)
            return Decoded(Positions.empty())
        whole = self._carry + data[:cut] if self._carry else data[:cut]
        self._carry = b""
        self._keep(data[cut:])
        return self._decode(whole, received_us)

    def flush(self) -> Decoded:
        """Decode what stands behind the last line feed, if anything: call at the end of a file or connection."""
        rest, self._carry = self._carry, b""
        return self._decode(rest + b"\n", None) if rest else Decoded(Positions.empty())

    def restart(self) -> Self:
        """Forget cut lines and half messages (the connection broke); line numbers go on."""
        self._carry = b""
        self._slots = make_slots()
        self._clock[1] = NO_US
        return self

    def _keep(self, rest: bytes) -> None:
        # a stream without line feeds must not fill the memory; the line is a reject by its length anyway
        self._carry = rest if len(rest) <= 2 * MAX_LINE else rest[: 2 * MAX_LINE]

    def _decode(self, whole: bytes, received_us: int | None) -> Decoded:
        self._clock[3] = NO_US if received_us is None else received_us
        buf = np.frombuffer(whole, np.uint8)
        lines, starts = count_lines(buf)
        sink = make_sink(lines, starts)
        read_lines(buf, sink, self._slots, self._clock)
        return Decoded(_positions(sink), _rejects(sink, whole), _vessels(sink), _counts(sink))


def _positions(sink: Sink) -> Positions:
    n = int(sink.tally[ROWS])
    mmsi, fix_time_us, received_time_us, row = sink.whole[:, :n]
    lat_deg, lon_deg, sog_kn, cog_deg = sink.real[:, :n]
    index, distinct = np.empty(n, np.int32), np.empty(n, np.int32)
    ids = distinct[: index_ids(mmsi, index, distinct)]
    return Positions(
        tuple(map(str, ids.tolist())),
        vessel=index,
        fix_time_us=fix_time_us,
        received_time_us=received_time_us,
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        sog_kn=sog_kn.astype(np.float32),
        cog_deg=cog_deg.astype(np.float32),
        kind=np.zeros(n, np.int8),
        row=row,
    )


def excerpt(line: bytes) -> str:
    """Return the first 120 characters of a line, with everything unprintable escaped."""
    text = line[: 4 * _EXCERPT_CHARS].decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)[:_EXCERPT_CHARS]


def _rejects(sink: Sink, whole: bytes) -> list[Reject]:
    rows = sink.rejects[: sink.tally[REJECTS]].tolist()
    return [Reject(row, REASONS[reason], excerpt(whole[start:end])) for row, reason, start, end in rows]


def _counts(sink: Sink) -> dict[str, int]:
    counts = {name: int(sink.tally[CLASSES + code]) for code, name in enumerate(CLASS_NAMES)}
    counts |= {f"type_{kind}": n for kind, n in enumerate(sink.tally[TYPES:].tolist()) if n}
    if sink.tally[NO_POSITIONS]:
        counts["no_position"] = int(sink.tally[NO_POSITIONS])
    return counts


def _vessels(sink: Sink) -> dict[str, Vessel]:
    """Return what the static messages say; equal records (most are repeats) are read once."""
    raw = sink.statics[: int(sink.tally[STATICS])].tobytes()
    cuts = range(len(raw) - STATIC_BYTES, -1, -STATIC_BYTES)
    last = dict.fromkeys(raw[i : i + STATIC_BYTES] for i in cuts)
    vessels: dict[str, Vessel] = {}
    for record in reversed(last):
        said = _vessel(record)
        known = vessels.get(said.vessel_id)
        vessels[said.vessel_id] = said if known is None else merge_vessel(known, said)
    return vessels


def _vessel(record: bytes) -> Vessel:
    imo = int.from_bytes(record[5:9], "little")
    length_m = int.from_bytes(record[10:12], "little") + int.from_bytes(record[12:14], "little")
    mmsi = str(int.from_bytes(record[:4], "little"))
    return Vessel(
        mmsi,
        name=_text(record[14:34]),
        kind=kind_of_ship_type(record[9]),
        mmsi=mmsi,
        imo=str(imo) if 1_000_000 <= imo <= 9_999_999 else None,
        call_sign=_text(record[34:41]),
        length_m=float(length_m) if length_m else None,
    )


def _text(raw: bytes) -> str | None:
    """Return six-bit text up to the first @, without blanks around it; None if nothing is left."""
    return raw.split(b"@", 1)[0].rstrip(b"\0").decode("ascii").strip() or None
