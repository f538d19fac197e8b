"""The rules both AIS decoders share: reasons, limits, message types; numbers only, no code that decodes.

The compiled decoder and its plain twin must agree on what a line is. What counts as broken, how long a half
message may wait for its other half, and what is too short to be its type stand here once.
"""

from haidang.core.time import NO_TIME_US, SECOND_US

#: Line classes by code; a line with several sentences takes the highest. Order of precedence, lowest first.
COMMENT, REJECT, PART, OTHER, POSITION = 0, 1, 2, 3, 4
CLASS_NAMES: tuple[str, ...] = ("comment", "reject", "part", "other_message", "position")

#: Why a line was rejected; the code is the index.
REASONS: tuple[str, ...] = (
    "",
    "not_nmea",
    "bad_checksum",
    "bad_sentence",
    "empty_payload",
    "bad_payload",
    "too_short",
    "bad_mmsi",
    "unknown_type",
    "bad_latitude",
    "bad_longitude",
    "no_time",
    "line_too_long",
)
(
    NOT_NMEA,
    BAD_CHECKSUM,
    BAD_SENTENCE,
    EMPTY_PAYLOAD,
    BAD_PAYLOAD,
    TOO_SHORT,
    BAD_MMSI,
    UNKNOWN_TYPE,
    BAD_LATITUDE,
    BAD_LONGITUDE,
    NO_TIME,
    LINE_TOO_LONG,
) = range(1, len(REASONS))

NO_US = NO_TIME_US
#: A line longer than this is no sentence (NMEA 0183 allows 82 characters; tag blocks and glued lines add some).
MAX_LINE = 4096
#: Room for the payload of one message, characters. ITU-R M.1371-5: at most five slots, 168 characters.
MAX_PAYLOAD = 1024
#: A part waits this many lines, and this long by the log's own times, for the next part of its message.
#: Sequence numbers run 0 to 9 and come round again within a minute on a busy coast.
STALE_LINES = 1000
STALE_US = 30 * SECOND_US
MAX_MMSI = 999_999_999
#: Fewest bits of each type that hold all fields we read; shorter is cut. ITU-R M.1371-5 annex 8, less spare tails.
MIN_BITS: dict[int, int] = {
    1: 149, 2: 149, 3: 149, 4: 149, 5: 420, 9: 149, 11: 149, 18: 149, 19: 301, 21: 269, 24: 160, 27: 94,
}  # fmt: skip
#: Messages that place a vessel; base stations (4, 11) and aids to navigation (21) are no vessels.
POSITION_TYPES: tuple[int, ...] = (1, 2, 3, 9, 18, 19, 27)
STATIC_TYPES: tuple[int, ...] = (5, 19, 24)
#: Ship types (ITU-R M.1371-5 table 53) we put in a kind: fishing; pilots stay unknown, law enforcement and
#: search and rescue and military are patrol; passenger, cargo, tanker are merchant.
FISHING_SHIP_TYPES = frozenset({30})
PATROL_SHIP_TYPES = frozenset({35, 51, 55})
MERCHANT_SHIP_TYPES = frozenset(range(60, 90))


def kind_of_ship_type(ship_type: int) -> str:
    """Return the vessel kind (a name of core KINDS) that an AIS ship type means to the desk."""
    if ship_type in FISHING_SHIP_TYPES:
        return "fishing"
    if ship_type in PATROL_SHIP_TYPES:
        return "patrol"
    return "merchant" if ship_type in MERCHANT_SHIP_TYPES else "unknown"
