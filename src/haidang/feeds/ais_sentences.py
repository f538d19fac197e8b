"""AIS sentences to whole messages, plainly: the readable twin of ais_kernels, line by line.

What counts as a line's class is written twice on purpose; the tests compare both on every real log. The
half messages of a busy coast are the trouble: sequence numbers come round within a minute, receivers are
mixed into one stream, and half of an old message must never be completed by half of a new one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from haidang.feeds import ais_rules as rules
from haidang.feeds.ais_tagblock import checksum, pghp_time_us, prefix_time_us, read_tag_block, suffix_time_us

_AIS = re.compile(rb"!..VD[MO],", re.DOTALL)
_FIELDS = re.compile(rb"!..VD[MO],(\d),(\d),(\d{0,3}),([^,]?),([^,]*),([0-5])$", re.DOTALL)
_OTHER_SENTENCE = re.compile(rb"[$!][A-Z0-9]{3,8}(?:[,*]|$)")
_TOKEN = re.compile(rb"[\\!$]")
_PAYLOAD = re.compile(rb"[0-W`-w]*")
_SIX = {c: (c - 48 if c < 88 else c - 56) for c in range(48, 120)}


@dataclass(frozen=True, slots=True)
class Message:
    """One whole AIS message.

    Attributes:
        bits: the payload as one number, most significant bit first.
        n_bits: its length without fill bits.
        line: 0-based line that completed it.
        own_us: receive time given with the sentence; None if none.
        base_us: time of the `$PGHP` line before it; None if none.
        log_us: the last time the log gave, this message's included; None if none yet.
    """

    bits: int
    n_bits: int
    line: int
    own_us: int | None
    base_us: int | None
    log_us: int | None

    def uint(self, start: int, width: int) -> int:
        """Return `width` bits from `start` as an unsigned number; bits past the end are 0."""
        shift = self.n_bits - start - width
        value = self.bits >> shift if shift >= 0 else self.bits << -shift
        return value & ((1 << width) - 1)

    def sint(self, start: int, width: int) -> int:
        """Return `width` bits from `start` as a two's complement number."""
        value = self.uint(start, width)
        return value - (1 << width) if value >> (width - 1) else value

    @property
    def kind(self) -> int:
        """The message type, 0 to 63."""
        return self.uint(0, 6)

    @property
    def mmsi(self) -> int:
        """The sender."""
        return self.uint(8, 30)


@dataclass(slots=True)
class _Open:
    """A message that waits for its next part."""

    total: int
    next: int
    line: int
    own_us: int | None
    base_us: int | None
    payload: bytes = b""


@dataclass(slots=True)
class LineOutcome:
    """What one line was: its class (code of ais_rules), why if rejected, the messages it completed."""

    line: int
    code: int
    reason: int
    messages: list[Message] = field(default_factory=list)


@dataclass(slots=True)
class SentenceReader:
    """Reads lines in order; keeps half messages and the pending `$PGHP` time between them."""

    line: int = 0
    pghp_us: int | None = None
    log_us: int | None = None
    waiting: dict[tuple[bytes, bytes, bytes], _Open] = field(default_factory=dict)

    def read(self, line: bytes) -> LineOutcome:
        """Return the outcome of the next line, given without its end."""
        outcome = LineOutcome(self.line, rules.COMMENT, 0)
        if len(line) > rules.MAX_LINE:
            outcome.code, outcome.reason = rules.REJECT, rules.LINE_TOO_LONG
        elif line and not line.startswith(b"#"):
            self._cut(line, outcome)
        self.line += 1
        return outcome

    def _cut(self, line: bytes, outcome: LineOutcome) -> None:
        """Walk over the tag blocks and sentences of a line."""
        best, outcome.reason = -1, rules.NOT_NMEA
        stream, own_us = b"", prefix_time_us(line)
        pos, after_tag = 0, 0
        while found := _TOKEN.search(line, pos):
            pos = found.start()
            fresh = not line[after_tag:pos].strip(bytes(range(33))) or (after_tag == 0 and own_us is not None)
            code, reason = -1, 0
            close = line.find(b"\\", pos + 1) if found[0] == b"\\" else -1
            block = read_tag_block(line[pos + 1 : close]) if close > 0 else None
            if block is not None:
                own_us = own_us if block.time_us is None else block.time_us
                stream, best = block.stream, max(best, rules.COMMENT)
                pos = after_tag = close + 1
                continue
            if _AIS.match(line, pos):
                star = line.find(b"*", pos)
                stated = re.match(rb"\*([0-9A-Fa-f]{2})", line[star : star + 3]) if star > 0 else None
                code, reason = rules.REJECT, rules.BAD_CHECKSUM
                after_tag = -1
                if stated and int(stated[1], 16) == checksum(line[pos + 1 : star]):
                    own_us = suffix_time_us(line[star + 3 :]) if own_us is None else own_us
                    code, reason = self._sentence(line[pos:star], stream, own_us, outcome)
                    pos, stream, own_us = star + 2, b"", None
            elif after_tag >= 0 and fresh and found[0] != b"\\" and _OTHER_SENTENCE.match(line, pos):
                if (time_us := pghp_time_us(line[pos:])) is not None:
                    self.pghp_us = self.log_us = time_us
                best = max(best, rules.COMMENT)
                break
            if code > best or (code == rules.REJECT and best == rules.COMMENT):
                best, outcome.reason = code, reason
            pos += 1
        outcome.code = best if best >= 0 else rules.REJECT
        if outcome.code != rules.REJECT:
            outcome.reason = 0

    def _sentence(self, sentence: bytes, stream: bytes, own_us: int | None, outcome: LineOutcome) -> tuple[int, int]:
        """Return (class, reason) of a VDM or VDO whose checksum fits; a whole message is added to the outcome."""
        fields = _FIELDS.match(sentence)
        if fields is None or not 1 <= int(fields[2]) <= int(fields[1]):
            return rules.REJECT, rules.BAD_SENTENCE
        total, part, payload = int(fields[1]), int(fields[2]), fields[5]
        if not payload:
            return rules.REJECT, rules.EMPTY_PAYLOAD
        if len(payload) > rules.MAX_PAYLOAD or not _PAYLOAD.fullmatch(payload):
            return rules.REJECT, rules.BAD_PAYLOAD
        base_us = None
        if part == 1:
            base_us, self.pghp_us = self.pghp_us, None
        if total > 1:
            key = (stream or b"t" + sentence[1:3], fields[3], fields[4])
            whole = self._join(key, _Open(total, part, outcome.line, own_us, base_us, payload))
            if isinstance(whole, int):
                return (rules.PART, 0) if whole == 0 else (rules.REJECT, whole)
            own_us, base_us, payload = own_us if whole.own_us is None else whole.own_us, whole.base_us, whole.payload
        if own_us is not None:
            self.log_us = own_us
        bits = 0
        for c in payload:
            bits = bits << 6 | _SIX[c]
        pad = int(fields[6])
        message = Message(bits >> pad, len(payload) * 6 - pad, outcome.line, own_us, base_us, self.log_us)
        code, reason = judge(message)
        if code != rules.REJECT:
            outcome.messages.append(message)
        return code, reason

    def _join(self, key: tuple[bytes, bytes, bytes], said: _Open) -> _Open | int:
        """Return the message completed by this part, 0 while parts are missing, or the reject reason."""
        known = self.waiting.pop(key, None)
        if said.next == 1:
            known = _Open(said.total, 1, said.line, said.own_us, said.base_us)
        elif known is None or (known.total, known.next) != (said.total, said.next) or _is_stale(known, said):
            return 0
        if len(known.payload) + len(said.payload) > rules.MAX_PAYLOAD:
            return rules.BAD_PAYLOAD
        known.payload += said.payload
        known.next, known.line = said.next + 1, said.line
        if said.next == said.total:
            return known
        self.waiting[key] = known
        return 0


def _is_stale(known: _Open, said: _Open) -> bool:
    if said.line - known.line > rules.STALE_LINES:
        return True
    return None not in (known.own_us, said.own_us) and abs((said.own_us or 0) - (known.own_us or 0)) > rules.STALE_US


def judge(message: Message) -> tuple[int, int]:
    """Return (class, reason) of a whole message by its bits alone."""
    if message.n_bits < 38:
        return rules.REJECT, rules.TOO_SHORT
    kind = message.kind
    if not 1 <= kind <= 27:
        return rules.REJECT, rules.UNKNOWN_TYPE
    if message.n_bits < rules.MIN_BITS.get(kind, 38):
        return rules.REJECT, rules.TOO_SHORT
    if not 1 <= message.mmsi <= rules.MAX_MMSI:
        return rules.REJECT, rules.BAD_MMSI
    if kind == 24 and message.uint(38, 2) == 1 and message.n_bits < 162:
        return rules.REJECT, rules.TOO_SHORT
    if kind not in rules.POSITION_TYPES:
        return rules.OTHER, 0
    lon_deg, lat_deg = place_deg(message)
    if lon_deg == 181.0 or lat_deg == 91.0:
        return rules.OTHER, 0
    if not -90.0 <= lat_deg <= 90.0:
        return rules.REJECT, rules.BAD_LATITUDE
    if not -180.0 <= lon_deg <= 180.0:
        return rules.REJECT, rules.BAD_LONGITUDE
    return rules.POSITION, 0


def place_deg(message: Message) -> tuple[float, float]:
    """Return (longitude, latitude) in degrees as sent, marks for "not available" included."""
    if message.kind == 27:
        return message.sint(44, 18) / 600.0, message.sint(62, 17) / 600.0
    at = 57 if message.kind in (18, 19) else 61
    return message.sint(at, 28) / 600_000.0, message.sint(at + 28, 27) / 600_000.0


def read_outcomes(blocks: bytes | Iterable[bytes]) -> Iterator[LineOutcome]:
    """Yield the outcome of each line of a whole log, given at once or in blocks cut anywhere."""
    reader = SentenceReader()
    carry = b""
    for block in (blocks,) if isinstance(blocks, bytes) else blocks:
        *lines, carry = (carry + block).split(b"\n")
        # a log without line feeds must not fill the memory; such a line is a reject by its length anyway
        carry = carry[: 2 * rules.MAX_LINE]
        for line in lines:
            yield reader.read(line.removesuffix(b"\r"))
    if carry:
        yield reader.read(carry.removesuffix(b"\r"))
