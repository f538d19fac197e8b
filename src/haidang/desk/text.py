"""Checks of what people type: present, not too long, in range; and lines that are struck, never edited."""

from dataclasses import dataclass

from haidang.core.errors import IllegalTransition, InvalidInput
from haidang.desk.actor import Actor

MAX_LINE, MAX_TEXT = 300, 20_000


def written(text: str, what: str, *, max_length: int = MAX_TEXT) -> str:
    """Return the text without surrounding blanks.

    Raises:
        InvalidInput: it is empty or too long.
    """
    trimmed = text.strip()
    if not trimmed:
        raise InvalidInput(f"{what} is empty: it must be filled in", field=what)
    if len(trimmed) > max_length:
        raise InvalidInput(f"{what} has {len(trimmed)} characters: expected at most {max_length}", field=what)
    return trimmed


def one_of(value: str, allowed: tuple[str, ...], what: str) -> str:
    """Return the value.

    Raises:
        InvalidInput: it is not one of the allowed codes.
    """
    if value not in allowed:
        raise InvalidInput(f"{what} {value!r}: expected one of {', '.join(allowed)}", field=what)
    return value


def count_of(value: int | None, what: str, *, most: int = 100_000) -> int | None:
    """Return the count; None is "not known".

    Raises:
        InvalidInput: it is negative or absurdly large.
    """
    if value is not None and not 0 <= value <= most:
        raise InvalidInput(f"{what} {value}: expected 0 to {most}", field=what)
    return value


def place_of(lat_deg: float | None, lon_deg: float | None) -> tuple[float | None, float | None]:
    """Return the place; both None is "not known".

    Raises:
        InvalidInput: only one is given, or they are not on the globe.
    """
    if lat_deg is None and lon_deg is None:
        return None, None
    if lat_deg is None or lon_deg is None or not (-90 <= lat_deg <= 90 and -180 <= lon_deg <= 180):
        raise InvalidInput(
            f"place {lat_deg}, {lon_deg}: expected latitude -90..90 and longitude -180..180, both or none"
        )
    return lat_deg, lon_deg


@dataclass(frozen=True, slots=True)
class Strike:
    """Who struck a line, when and why. The line stays readable below it."""

    struck_us: int
    struck_by: str
    strike_reason: str


def strike_of(struck_us: int | None, person: Actor, *, now_us: int, reason: str) -> Strike:
    """Return the strike of a line.

    Raises:
        IllegalTransition: the line is struck already.
        InvalidInput: no reason is given.
    """
    if struck_us is not None:
        raise IllegalTransition("this line is struck already")
    return Strike(now_us, person.username, written(reason, "reason", max_length=MAX_LINE))
