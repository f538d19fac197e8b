"""The bit fields of AIS messages 1 to 27, one line each: the declaration is the format's documentation.

Names are gpsd's, so that its users find their way. Receivers send fields cut short, hence fields past the
end read as zero.

Source: ITU-R M.1371-5 annex 8 (layouts and tables 46 to 84); names and units: gpsd_json(5), class AIS.
"""

from typing import NamedTuple

#: How a field's bits are read.
UINT, SINT, BOOL, TEXT, SKIP = "uint", "sint", "bool", "text", "skip"


class Field(NamedTuple):
    """A run of bits; `divisor` turns the number into the unit of the output (degrees, knots, metres)."""

    name: str
    width: int
    read: str = UINT
    divisor: float = 1


def _spare(width: int) -> Field:
    return Field("", width, SKIP)


_FINE, _COARSE = 600_000, 600
_ACCURACY, _RAIM = Field("accuracy", 1, BOOL), Field("raim", 1, BOOL)
_PLACE = (_ACCURACY, Field("lon", 28, SINT, _FINE), Field("lat", 27, SINT, _FINE))
_COURSE, _HEADING, _SECOND = Field("course", 12, UINT, 10), Field("heading", 9), Field("second", 6)
_SPEED = Field("speed", 10, UINT, 10)
_SIZES = (Field("to_bow", 9), Field("to_stern", 9), Field("to_port", 6), Field("to_starboard", 6))
_SHIP_NAME, _SHIP_TYPE, _EPFD = Field("shipname", 120, TEXT), Field("shiptype", 8), Field("epfd", 4)
_CALL_SIGN = Field("callsign", 42, TEXT)
_BOX = (
    Field("ne_lon", 18, SINT, _COARSE), Field("ne_lat", 17, SINT, _COARSE),
    Field("sw_lon", 18, SINT, _COARSE), Field("sw_lat", 17, SINT, _COARSE),
)  # fmt: skip

_CLASS_A = (
    Field("status", 4), Field("turn", 8, SINT), _SPEED, *_PLACE, _COURSE, _HEADING, _SECOND,
    Field("maneuver", 2), _spare(3), _RAIM, Field("radio", 19),
)  # fmt: skip
_BASE_STATION = (
    Field("year", 14), Field("month", 4), Field("day", 5), Field("hour", 5), Field("minute", 6), _SECOND,
    *_PLACE, _EPFD, _spare(10), _RAIM, Field("radio", 19),
)  # fmt: skip
_ACKNOWLEDGE = (
    _spare(2), Field("mmsi1", 30), _spare(2), Field("mmsi2", 30), _spare(2), Field("mmsi3", 30), _spare(2),
    Field("mmsi4", 30),
)  # fmt: skip

#: Message type -> its fields after type (6 bits), repeat (2) and MMSI (30), in wire order.
FIELDS: dict[int, tuple[Field, ...]] = {
    1: _CLASS_A,
    2: _CLASS_A,
    3: _CLASS_A,
    4: _BASE_STATION,
    5: (
        Field("ais_version", 2), Field("imo", 30), _CALL_SIGN, _SHIP_NAME, _SHIP_TYPE, *_SIZES, _EPFD,
        Field("month", 4), Field("day", 5), Field("hour", 5), Field("minute", 6),
        Field("draught", 8, UINT, 10), Field("destination", 120, TEXT), Field("dte", 1),
    ),
    6: (
        Field("seqno", 2), Field("dest_mmsi", 30), Field("retransmit", 1, BOOL), _spare(1), Field("dac", 10),
        Field("fid", 6),
    ),
    7: _ACKNOWLEDGE,
    8: (_spare(2), Field("dac", 10), Field("fid", 6)),
    9: (
        Field("alt", 12), Field("speed", 10), *_PLACE, _COURSE, _SECOND, Field("regional", 8), Field("dte", 1),
        _spare(3), Field("assigned", 1, BOOL), _RAIM, Field("radio", 20),
    ),
    10: (_spare(2), Field("dest_mmsi", 30)),
    11: _BASE_STATION,
    12: (Field("seqno", 2), Field("dest_mmsi", 30), Field("retransmit", 1, BOOL), _spare(1)),
    13: _ACKNOWLEDGE,
    14: (_spare(2),),
    15: (
        _spare(2), Field("mmsi1", 30), Field("type1_1", 6), Field("offset1_1", 12), _spare(2), Field("type1_2", 6),
        Field("offset1_2", 12), _spare(2), Field("mmsi2", 30), Field("type2_1", 6), Field("offset2_1", 12),
    ),
    16: (
        _spare(2), Field("mmsi1", 30), Field("offset1", 12), Field("increment1", 10), Field("mmsi2", 30),
        Field("offset2", 12), Field("increment2", 10),
    ),
    17: (_spare(2), Field("lon", 18, SINT, _COARSE), Field("lat", 17, SINT, _COARSE), _spare(5)),
    18: (
        Field("reserved", 8), _SPEED, *_PLACE, _COURSE, _HEADING, _SECOND, Field("regional", 2), Field("cs", 1, BOOL),
        Field("display", 1, BOOL), Field("dsc", 1, BOOL), Field("band", 1, BOOL), Field("msg22", 1, BOOL),
        Field("assigned", 1, BOOL), _RAIM, Field("radio", 20),
    ),
    19: (
        Field("reserved", 8), _SPEED, *_PLACE, _COURSE, _HEADING, _SECOND, Field("regional", 4), _SHIP_NAME,
        _SHIP_TYPE, *_SIZES, _EPFD, _RAIM, Field("dte", 1), Field("assigned", 1, BOOL),
    ),
    20: (
        _spare(2),
        *(
            Field(f"{name}{i}", width)
            for i in (1, 2, 3, 4)
            for name, width in (("offset", 12), ("number", 4), ("timeout", 3), ("increment", 11))
        ),
    ),
    21: (
        Field("aid_type", 5), Field("name", 120, TEXT), *_PLACE, *_SIZES, _EPFD, _SECOND,
        Field("off_position", 1, BOOL), Field("regional", 8), _RAIM, Field("virtual_aid", 1, BOOL),
        Field("assigned", 1, BOOL),
    ),
    22: (
        _spare(2), Field("channel_a", 12), Field("channel_b", 12), Field("txrx", 4), Field("power", 1, BOOL), *_BOX,
        Field("addressed", 1, BOOL), Field("band_a", 1, BOOL), Field("band_b", 1, BOOL), Field("zonesize", 3),
    ),
    23: (
        _spare(2), *_BOX, Field("stationtype", 4), _SHIP_TYPE, _spare(22), Field("txrx", 2), Field("interval", 4),
        Field("quiet", 4),
    ),
    25: (Field("addressed", 1, BOOL), Field("structured", 1, BOOL)),
    26: (Field("addressed", 1, BOOL), Field("structured", 1, BOOL)),
    27: (
        _ACCURACY, _RAIM, Field("status", 4), Field("lon", 18, SINT, _COARSE), Field("lat", 17, SINT, _COARSE),
        Field("speed", 6), Field("course", 9), Field("gnss", 1, BOOL),
    ),
}  # fmt: skip

#: Message 24 is two messages; the part number (2 bits) stands first.
PART_A = (Field("partno", 2), _SHIP_NAME)
PART_B = (Field("partno", 2), _SHIP_TYPE, Field("vendorid", 42, TEXT), _CALL_SIGN, *_SIZES)
#: Part B of a craft that belongs to a mother ship (MMSI 98...).
PART_B_AUXILIARY = (
    Field("partno", 2), _SHIP_TYPE, Field("vendorid", 42, TEXT), _CALL_SIGN, Field("mothership_mmsi", 30),
)  # fmt: skip

STATUS: tuple[str, ...] = (
    "Under way using engine", "At anchor", "Not under command", "Restricted manoeuverability",
    "Constrained by her draught", "Moored", "Aground", "Engaged in fishing", "Under way sailing", "Reserved for HSC",
    "Reserved for WIG", "Power-driven vessel towing astern", "Power-driven vessel pushing ahead", "Reserved",
    "AIS-SART", "Not defined",
)  # fmt: skip
EPFD: tuple[str, ...] = (
    "Undefined", "GPS", "GLONASS", "Combined GPS/GLONASS", "Loran-C", "Chayka", "Integrated navigation system",
    "Surveyed", "Galileo",
)  # fmt: skip
AID_TYPE: tuple[str, ...] = (
    "Unspecified", "Reference point", "RACON", "Fixed offshore structure", "Spare, Reserved for future use.",
    "Light, without sectors", "Light, with sectors", "Leading Light Front", "Leading Light Rear",
    *(f"Beacon, Cardinal {side}" for side in "NESW"), "Beacon, Port hand", "Beacon, Starboard hand",
    "Beacon, Preferred Channel port hand", "Beacon, Preferred Channel starboard hand", "Beacon, Isolated danger",
    "Beacon, Safe water", "Beacon, Special mark", *(f"Cardinal Mark {side}" for side in "NESW"), "Port hand Mark",
    "Starboard hand Mark", "Preferred Channel Port hand", "Preferred Channel Starboard hand", "Isolated danger",
    "Safe Water", "Special Mark", "Light Vessel / LANBY / Rigs",
)  # fmt: skip
STATION_TYPE: tuple[str, ...] = (
    "All types of mobiles", "Reserved for future use", "All types of Class B mobile stations",
    "SAR airborne mobile station", "Aid to Navigation station", "Class B shipborne mobile station",
    "Regional use and inland waterways",
)  # fmt: skip
_SHIP_GROUPS = {
    2: "Wing in ground (WIG)", 4: "High speed craft (HSC)", 6: "Passenger", 7: "Cargo", 8: "Tanker", 9: "Other Type",
}  # fmt: skip
_SHIP_SINGLES = {
    0: "Not available", 30: "Fishing", 31: "Towing", 32: "Towing: length exceeds 200m or breadth exceeds 25m",
    33: "Dredging or underwater ops", 34: "Diving ops", 35: "Military ops", 36: "Sailing", 37: "Pleasure Craft",
    38: "Reserved", 39: "Reserved", 50: "Pilot Vessel", 51: "Search and Rescue vessel", 52: "Tug",
    53: "Port Tender", 54: "Anti-pollution equipment", 55: "Law Enforcement", 56: "Spare - Local Vessel",
    57: "Spare - Local Vessel", 58: "Medical Transport", 59: "Ship according to RR Resolution No. 18",
    99: "Other Type - no additional information",
}  # fmt: skip


def ship_type_text(ship_type: int) -> str:
    """Return the words for a ship type (ITU-R M.1371-5 table 53)."""
    if ship_type in _SHIP_SINGLES:
        return _SHIP_SINGLES[ship_type]
    group, digit = divmod(ship_type, 10)
    if group not in _SHIP_GROUPS:
        return "Reserved for future use" if ship_type < 100 else "INVALID SHIP TYPE"
    if digit == 0:
        meaning = "all ships of this type"
    elif digit <= 4:
        meaning = f"Hazardous category {' ABCD'[digit]}"
    else:
        meaning = "No additional information" if digit == 9 and group != 2 else "Reserved for future use"
    return f"{_SHIP_GROUPS[group]} - {meaning}"
