"""What a rule pack's file may hold, and the message when it holds something else.

A pack is edited by people who know the law, not the program: every refusal names the file, the entry, the key, the
value found and what was expected.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, NoReturn

from haidang.core.errors import InvalidInput
from haidang.core.time import VIETNAM, from_datetime

TRUST = ("A", "B", "C", "X")
STANDING = ("law", "practice", "desk")
SEVERITY = ("critical", "high", "notice", "info")

#: check -> its parameters: (smallest, largest, default); None default: must be given; bool default: a switch.
CHECKS: dict[str, dict[str, tuple[float, float, float | bool | None]]] = {
    "loss_of_signal": {
        "after_h": (0.0, 24.0 * 400, None),
        "min_length_m": (0.0, 400.0, 0.0),
        "in_port": (0, 1, False),
        "outage_slack_h": (0.0, 48.0, 4.0),
    },
    "boundary_crossing": {"after_h": (0.0, 24.0 * 400, 0.0)},
    "crossing_forecast": {
        "horizon_h": (1.0, 12.0, None),
        "raise_p": (0.01, 1.0, None),
        "lower_p": (0.0, 1.0, None),
        "max_age_h": (0.1, 48.0, 2.0),
    },
    "wrong_zone": {"linger_h": (0.0, 240.0, 6.0)},
    "encounter": {"linger_h": (0.0, 240.0, 6.0)},
}
HORIZONS_H = (1, 2, 4, 6, 12)

_TEXTS = (
    "id", "family", "version", "check", "title_vi", "title_en", "text_vi", "text_en", "legal_basis", "legal_basis_en",
    "trust", "standing", "severity", "next_vi", "next_en",
)  # fmt: skip
_CHOICES: dict[str, tuple[str, ...]] = {
    "trust": TRUST, "standing": STANDING, "severity": SEVERITY, "check": tuple(CHECKS),
}  # fmt: skip
_SWITCHES = ("enabled", "drill_enabled")
_DATES = ("valid_from", "valid_to")
_HOURS = ("deadline_h", "repeat_h")
_KNOWN = {*_TEXTS, *_SWITCHES, *_DATES, *_HOURS, "sources", "params"}
_HEAD = ("id", "version", "title_vi", "title_en")


class _Entry:
    """One entry while it is read; knows how to refuse."""

    def __init__(self, entry: Mapping[str, Any], name: str, where: str) -> None:
        self.entry, self.name, self.where = entry, name, where

    def refuse(self, key: str, expected: str) -> NoReturn:
        """Raise with file, entry, key, value and expectation."""
        found = repr(self.entry[key]) if key in self.entry else "missing"
        raise InvalidInput(f"{self.where}, {self.name}: key {key!r} is {found}; expected {expected}")

    def text(self, key: str) -> str:
        """Return a text that is not empty, one of the choices where there are any."""
        value = self.entry.get(key)
        choices = _CHOICES.get(key)
        if choices is not None and value not in choices:
            self.refuse(key, "one of " + ", ".join(choices))
        if not isinstance(value, str) or not value.strip():
            self.refuse(key, "a text that is not empty")
        return value.strip()

    def switch(self, key: str) -> bool:
        """Return true or false."""
        value = self.entry.get(key)
        if not isinstance(value, bool):
            self.refuse(key, "true or false")
        return value

    def day_us(self, key: str) -> int | None:
        """Return the midnight in Vietnam that begins a date, or a given moment, UTC microseconds; None if absent."""
        if key not in self.entry:
            return None
        value = self.entry[key]
        if isinstance(value, datetime):
            return from_datetime(value if value.tzinfo else value.replace(tzinfo=VIETNAM))
        if not isinstance(value, date):
            self.refuse(key, "a date like 2026-01-25, without quotes")
        return from_datetime(datetime.combine(value, time(), VIETNAM))

    def number(self, key: str, low: float, high: float) -> float:
        """Return a number in low..high."""
        value = self.entry.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.refuse(key, f"a number from {low:g} to {high:g}")
        return float(value)


def checked_head(document: Mapping[str, Any], where: str) -> dict[str, str]:
    """Return id, version and titles of a pack; makes sure that it has entries.

    Raises:
        InvalidInput: with file, key, value and expectation.
    """
    head = _Entry(document, "head of the pack", where)
    for key in document:
        if key not in {*_HEAD, "rule"}:
            head.refuse(key, "only " + ", ".join((*_HEAD, "[[rule]] entries")))
    entries = document.get("rule")
    if not isinstance(entries, list) or not entries or not all(isinstance(e, dict) for e in entries):
        raise InvalidInput(f"{where}: no [[rule]] entries; expected at least one")
    return {key: head.text(key) for key in _HEAD}


def checked_entry(entry: Mapping[str, Any], number: int, where: str) -> dict[str, Any]:
    """Return the fields of a Rule.

    Raises:
        InvalidInput: with file, entry, key, value and expectation.
    """
    name = f"rule {entry['id']!r}" if isinstance(entry.get("id"), str) else f"rule number {number + 1}"
    read = _Entry(entry, name, where)
    for key in entry:
        if key not in _KNOWN:
            read.refuse(key, "one of the known keys: " + ", ".join(sorted(_KNOWN)))
    fields: dict[str, Any] = {key: read.text(key) for key in _TEXTS}
    fields["rule_id"] = fields.pop("id")
    fields |= {key: read.switch(key) for key in _SWITCHES}
    fields |= {f"{key}_us": read.day_us(key) for key in _DATES}
    fields |= {key: read.number(key, 0.0, 24.0 * 400) if key in entry else None for key in _HOURS}
    fields["sources"] = _sources(read)
    fields["params"] = _params(read, fields["check"])
    _together(read, fields)
    return fields


def _sources(read: _Entry) -> tuple[str, ...]:
    value = read.entry.get("sources")
    if not isinstance(value, list) or not all(isinstance(s, str) and s.startswith("http") for s in value):
        read.refuse("sources", "a list of web addresses; empty only for standing = 'desk'")
    return tuple(value)


def _params(read: _Entry, check: str) -> dict[str, float | bool]:
    given = read.entry.get("params", {})
    if not isinstance(given, dict):
        read.refuse("params", "a table")
    inner = _Entry(given, f"{read.name}, params", read.where)
    known = CHECKS[check]
    for key in given:
        if key not in known:
            inner.refuse(key, f"one of {', '.join(known)} for the check {check!r}")
    params: dict[str, float | bool] = {}
    for key, (low, high, default) in known.items():
        if key not in given and default is not None:
            params[key] = default
        elif isinstance(default, bool):
            params[key] = inner.switch(key)
        else:
            params[key] = inner.number(key, low, high)
    return params


def _together(read: _Entry, fields: Mapping[str, Any]) -> None:
    """Refuse keys that do not go together."""
    params = fields["params"]
    from_us, to_us = fields["valid_from_us"], fields["valid_to_us"]
    if from_us is not None and to_us is not None and to_us <= from_us:
        read.refuse("valid_to", f"a date after valid_from {read.entry['valid_from']}")
    if fields["trust"] == "X" and fields["enabled"]:
        read.refuse("enabled", "false: an entry of trust X is off until the unit confirms it")
    if not fields["sources"] and fields["standing"] != "desk":
        read.refuse("sources", "at least one web address where the text can be read")
    if not fields["rule_id"].startswith(fields["family"]):
        read.refuse("id", f"to begin with the family {fields['family']!r}")
    if fields["check"] == "crossing_forecast":
        inner = _Entry(params, f"{read.name}, params", read.where)
        if params["lower_p"] > params["raise_p"]:
            inner.refuse("lower_p", f"at most raise_p ({params['raise_p']:g})")
        if params["horizon_h"] not in HORIZONS_H:
            inner.refuse("horizon_h", "one of " + ", ".join(map(str, HORIZONS_H)))
