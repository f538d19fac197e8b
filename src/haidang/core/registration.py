"""Registration numbers of Vietnamese fishing boats: PREFIX-NNNNN-TS, as officers, feeds and papers really write them.

The trouble, all seen: `QNG 97468TS`, `KH96275-TS`, `BÐ 94555 TS` with an Icelandic Eth for Đ, decomposed accents from
one operating system and composed ones from another, six digits by a slip. QN, QNa and QNg are three provinces, so the
prefix is matched whole; a digit is never dropped, for the wrong boat is worse than no boat. A prefix says where the
boat was first registered, not its province of today: provinces merged in July 2025 and boats kept their numbers.

Source: Circular 23/2018/TT-BNNPTNT art. 20 (form); prefixes as noted in PREFIXES.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from haidang.core.columns import F64


@dataclass(frozen=True, slots=True)
class Prefix:
    """A province prefix and how far it can be trusted.

    Attributes:
        letters: as painted, e.g. `QNa`.
        unit: the province at the time the prefix was given.
        seen: True where published numbers carry it; False is general knowledge, unverified.
        valid_from, valid_to: ISO dates as far as known, None is open; boats keep an old number.
        note: what the desk should know.
    """

    letters: str
    unit: str
    seen: bool
    valid_from: str | None = None
    valid_to: str | None = None
    note: str = ""


_MERGED = "province merged on 2025-07-01; boats still carry the prefix, no new one is known"

PREFIXES: tuple[Prefix, ...] = (
    Prefix("QNa", "Quảng Nam", seen=True, note=_MERGED),
    Prefix("ĐNa", "Đà Nẵng", seen=True),
    Prefix("ĐN", "Đà Nẵng", seen=True, note="old form of ĐNa"),
    Prefix("QNg", "Quảng Ngãi", seen=True),
    Prefix("BĐ", "Bình Định", seen=True, note=_MERGED),
    Prefix("KH", "Khánh Hòa", seen=True),
    Prefix("BTh", "Bình Thuận", seen=True, note=_MERGED),
    Prefix("BV", "Bà Rịa-Vũng Tàu", seen=True, note=_MERGED),
    Prefix("NT", "Ninh Thuận", seen=True, note=_MERGED),
    Prefix("TH", "Thanh Hóa", seen=True),
    Prefix("QB", "Quảng Bình", seen=True, note=_MERGED),
    Prefix("QT", "Quảng Trị", seen=True),
    Prefix("TTH", "Thừa Thiên Huế", seen=True),
    Prefix("KG", "Kiên Giang", seen=True, note=_MERGED),
    Prefix("CM", "Cà Mau", seen=True),
    Prefix("QN", "Quảng Ninh", seen=True),
    Prefix("HP", "Hải Phòng", seen=False),
    Prefix("TB", "Thái Bình", seen=False, note=_MERGED),
    Prefix("NĐ", "Nam Định", seen=False, note=_MERGED),
    Prefix("NB", "Ninh Bình", seen=False),
    Prefix("NA", "Nghệ An", seen=False),
    Prefix("HT", "Hà Tĩnh", seen=False),
    Prefix("PY", "Phú Yên", seen=False, note=_MERGED),
    Prefix("SG", "Thành phố Hồ Chí Minh", seen=False),
    Prefix("LA", "Long An", seen=False, note=_MERGED),
    Prefix("TG", "Tiền Giang", seen=False, note=_MERGED),
    Prefix("BTr", "Bến Tre", seen=False, note=_MERGED),
    Prefix("TV", "Trà Vinh", seen=False, note=_MERGED),
    Prefix("ST", "Sóc Trăng", seen=False, note=_MERGED),
    Prefix("BL", "Bạc Liêu", seen=False, note=_MERGED),
)

#: Every problem `parse` can report.
PROBLEMS: tuple[str, ...] = (
    "empty", "not_a_number", "prefix_missing", "prefix_unknown", "digits_not_five", "digits_zero", "suffix_missing",
    "suffix_unknown",
)  # fmt: skip

# Đ has no decomposition, and keyboards and copied fonts put three look-alikes in its place.
_D_LOOKALIKES = str.maketrans({"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "ɖ": "đ"})
_D_BARE = str.maketrans({"Đ": "D", "đ": "d"})
_FORM = re.compile(r"([^\W\d_]*)([0-9]+)([^\W\d_]*)\Z")
#: Read or typed for one another: half an edit.
_CONFUSABLE = tuple(zip("000111123356678" + "9mu", "odqilt7z8esbgtb" + "gnv", strict=True))


@dataclass(frozen=True, slots=True)
class Registration:
    """A registration number as read.

    Attributes:
        prefix: province letters as painted (`QNa`), upper case if unknown; "" if missing.
        digits: every digit that was written, in order.
        suffix: normally `TS`.
        canonical: `QNa-91234-TS`; for a text that is no number at all, the cleaned text.
        valid: known prefix, five digits (00001-99999), suffix TS or left out.
        problems: members of PROBLEMS; `suffix_missing` alone leaves it valid.
    """

    prefix: str
    digits: str
    suffix: str
    canonical: str
    valid: bool
    problems: tuple[str, ...] = ()


def fold(text: str) -> str:
    """Return a search key: lower case, no diacritics, đ = d, letters and digits only, words kept apart by one space."""
    plain = unicodedata.normalize("NFKC", text).translate(_D_LOOKALIKES).translate(_D_BARE)
    parts = unicodedata.normalize("NFD", plain.casefold())
    kept = "".join(c if c.isalnum() else " " for c in parts if not unicodedata.combining(c))
    return " ".join(kept.split())


_BY_KEY = {fold(p.letters): p for p in PREFIXES}


def known_prefix(letters: str) -> Prefix | None:
    """Return the table's entry for these letters in any case and spelling, or None."""
    return _BY_KEY.get(fold(letters))


def _compact(text: str) -> str:
    """Return letters and ASCII digits only, composed, with Đ for its look-alikes."""
    composed = unicodedata.normalize("NFKC", text).translate(_D_LOOKALIKES)
    return "".join(
        str(unicodedata.decimal(c)) if c.isdecimal() else c
        for c in composed
        if c.isdecimal() or c.isalpha()
    )  # fmt: skip


def parse(text: str) -> Registration:
    """Return the number in `text`, with everything that is wrong with it; never raises and never drops a digit."""
    compact = _compact(text)
    found = _FORM.match(compact)
    if found is None:
        cleaned = " ".join(unicodedata.normalize("NFC", text).split())
        return Registration("", "".join(c for c in compact if c in "0123456789"), "", cleaned, valid=False,
                            problems=("not_a_number" if compact else "empty",))  # fmt: skip
    letters, digits, suffix = found.group(1), found.group(2), found.group(3).upper()
    if not suffix and known_prefix(letters) is None:
        # "TS" written before the digits, or before everything.
        for rest in (letters[:-2] if letters.upper().endswith("TS") else "", letters.upper().removeprefix("TS")):
            if known_prefix(rest) is not None:
                letters, suffix = rest, "TS"
                break
    problems: list[str] = []
    entry = known_prefix(letters)
    if entry is None:
        problems.append("prefix_unknown" if letters else "prefix_missing")
    if len(digits) != 5:
        problems.append("digits_not_five")
    if not digits.strip("0"):
        problems.append("digits_zero")
    if suffix != "TS":
        problems.append("suffix_unknown" if suffix else "suffix_missing")
    prefix = entry.letters if entry else letters.upper()
    canonical = "-".join(part for part in (prefix, digits, suffix or "TS") if part)
    valid = not problems or problems == ["suffix_missing"]
    return Registration(prefix, digits, suffix, canonical, valid=valid, problems=tuple(problems))


def search_key(text: str) -> str:
    """Return the key under which two spellings of one registration number meet, e.g. `qna91234ts`."""
    return fold(parse(text).canonical).replace(" ", "")


def did_you_mean(text: str, known: Iterable[str], *, limit: int = 5, max_edits: float = 2.0) -> list[str]:
    """Return the known numbers nearest to `text`, best first, as they stand in `known`.

    An edit is a letter or digit added, left out, changed or swapped with its neighbour; look-alikes (0/O, 1/l, 5/S)
    count half. Every known number is compared, in columns: 80,000 take some two seconds.
    """
    names = list(dict.fromkeys(known))
    key = search_key(text)[:40]
    if not names or not key:
        return []
    distance = _edit_distances(key, [search_key(name)[:40] for name in names])
    order = np.lexsort((np.array(names, dtype=object).astype(str), distance))
    return [names[i] for i in order[:limit] if distance[i] <= max_edits]


def _edit_distances(key: str, others: list[str]) -> F64:
    """Return the edit distance (n,) of `key` to each of `others`, one table for all of them at once."""
    width = max(len(o) for o in others)
    codes = np.array([[ord(c) for c in o.ljust(width, "\0")] for o in others], np.int32).reshape(len(others), width)
    lengths = np.array([len(o) for o in others])
    half = {(ord(a), ord(b)) for x, y in _CONFUSABLE for a, b in ((x, y), (y, x))}
    n = len(others)
    before: F64 | None = None
    row = np.broadcast_to(np.arange(width + 1, dtype=np.float64), (n, width + 1)).copy()
    for i, letter in enumerate(map(ord, key), start=1):
        nxt = np.empty_like(row)
        nxt[:, 0] = i
        alike = [b for a, b in half if a == letter]
        for j in range(1, width + 1):
            there = codes[:, j - 1]
            change = np.where(there == letter, 0.0, np.where(np.isin(there, alike), 0.5, 1.0))
            nxt[:, j] = np.minimum(np.minimum(row[:, j], nxt[:, j - 1]) + 1.0, row[:, j - 1] + change)
            if before is not None and j > 1:
                swapped = (there == ord(key[i - 2])) & (codes[:, j - 2] == letter)
                nxt[:, j] = np.where(swapped, np.minimum(nxt[:, j], before[:, j - 2] + 1.0), nxt[:, j])
        before, row = row, nxt
    return np.asarray(row[np.arange(n), lengths], np.float64)
