"""Sentences of findings, in Vietnamese as a duty officer writes them and in English; numbers in each one's manner."""

from collections.abc import Mapping

from haidang.core.time import VIETNAM, to_datetime
from haidang.core.units import METRES_PER_NM
from haidang.core.vessel import Vessel

#: One sentence in Vietnamese and in English.
Pair = tuple[str, str]


def label(vessel_id: str, vessels: Mapping[str, Vessel]) -> str:
    """Return what an officer calls the vessel: registration, else name, else id."""
    vessel = vessels.get(vessel_id)
    return vessel_id if vessel is None else vessel.registration or vessel.name or vessel_id


def moment(time_us: int) -> Pair:
    """Return `HH:MM ngày dd/mm/yyyy`, local time (UTC+7)."""
    local = to_datetime(time_us).astimezone(VIETNAM)
    return local.strftime("%H:%M ngày %d/%m/%Y"), local.strftime("%H:%M on %d/%m/%Y (UTC+7)")


def hours(value: float) -> Pair:
    """Return a length of time, hours or days."""
    if value >= 48.0:
        vi, en = decimal(value / 24.0)
        return f"{vi} ngày", f"{en} days"
    if value < 1.0:
        minutes = f"{value * 60.0:.0f}"
        return f"{minutes} phút", f"{minutes} minutes"
    vi, en = decimal(value)
    return f"{vi} giờ", f"{en} h"


def decimal(value: float, digits: int = 1) -> Pair:
    """Return a number with a decimal comma and with a decimal point; no trailing zeros."""
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ","), text


def miles(distance_m: float) -> Pair:
    """Return a distance in nautical miles."""
    vi, en = decimal(distance_m / METRES_PER_NM)
    return f"{vi} hải lý", f"{en} nm"


def place(lat_deg: float | None, lon_deg: float | None) -> Pair:
    """Return ` tại vị trí 15°30,2'N 108°45,1'E`, or nothing where there is no place."""
    if lat_deg is None or lon_deg is None:
        return "", ""
    lat, lon = _angle(lat_deg, "NS"), _angle(lon_deg, "EW")
    text = f"{lat} {lon}"
    return f" tại vị trí {text.replace('.', ',')}", f" at {text}"


def chance(probability: float) -> Pair:
    """Return a chance in words of ten: `khoảng 4 phần 10` / `about 4 in 10`."""
    tenths = round(probability * 10.0)
    if tenths <= 0:
        return "dưới 1 phần 10", "less than 1 in 10"
    if tenths >= 10:
        return "trên 9 phần 10", "more than 9 in 10"
    return f"khoảng {tenths} phần 10", f"about {tenths} in 10"


def _angle(value_deg: float, sides: str) -> str:
    tenths = round(abs(value_deg) * 600.0)
    degrees, rest = divmod(tenths, 600)
    return f"{degrees}°{rest / 10.0:04.1f}'{sides[value_deg < 0]}"
