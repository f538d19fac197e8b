"""What a CSV file does not say of itself: encoding, delimiter, where the header is, decimal sign, order of dates.

Read from the first part of the file; every guess is said in a sentence.
"""

import codecs
import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from haidang.core.errors import DecodeError
from haidang.feeds.table_layout import Layout

SAMPLE_BYTES = 1 << 20
_DELIMITERS = (",", ";", "\t", "|")
_DECIMAL_COMMA = re.compile(r"\s*[+-]?\d{1,3},\d+\s*\Z")
_POINTLESS = re.compile(r"\s*[+-]?\d+\s*\Z")
_DATE = re.compile(r"(?:^|[ ,])(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}\b")
#: Letters that windows-1258 (Vietnamese) has and Latin-1 text of the same bytes would hardly show.
_VIETNAMESE = set("ĐđƠơƯưĂă\u0300\u0309\u0303\u0301\u0323₫")


@dataclass(frozen=True, slots=True)
class Shape:
    """How the bytes of a CSV file are cut into cells.

    Attributes:
        encoding: a Python codec name; `utf-8` covers a byte order mark too.
        delimiter: one character.
        headers: the header's cells.
        skip_lines: lines up to and with the header.
        rows: some first data rows, for guessing.
        assumed: sentences on what was guessed.
    """

    encoding: str
    delimiter: str
    headers: tuple[str, ...]
    skip_lines: int
    rows: tuple[tuple[str, ...], ...]
    assumed: tuple[str, ...]


def sniff_encoding(sample: bytes) -> tuple[str, str]:
    """Return the codec and a sentence ("" where nothing had to be guessed)."""
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", ""
    half = max(1, len(sample[:2000]) // 2)
    if sample[1:2000:2].count(0) > 0.4 * half or sample[:2000:2].count(0) > 0.4 * half:
        little = sample[1:2000:2].count(0) >= sample[:2000:2].count(0)
        return ("utf-16-le" if little else "utf-16-be"), "Text is taken as UTF-16 without a byte order mark."
    try:
        # A multi-byte character may be cut by the end of the sample.
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError as error:
        if len(re.findall(rb"[\x80-\xff]", sample[error.start :])) < 4 and sample[: error.start].count(b"\n") > 50:
            return "utf-8", "Text is UTF-8 with some damaged characters."
        decoded = sample.decode("cp1258", "replace")
        if any(c in _VIETNAMESE for c in decoded):
            return "cp1258", "Text is not UTF-8; it is taken as windows-1258 (Vietnamese)."
        return "latin-1", "Text is not UTF-8; it is taken as Latin-1."
    return "utf-8", ""


def _count(line: str, delimiter: str) -> int:
    """Return the delimiters outside quotes."""
    return sum(part.count(delimiter) for part in line.split('"')[::2])


def _sniff_delimiter(lines: Sequence[str]) -> str:
    """Return the delimiter that cuts the header and agrees with the lines after it; "" if none does."""
    best, best_score = "", 0.0
    for delimiter in _DELIMITERS:
        width = _count(lines[0], delimiter)
        if width:
            same = sum(_count(line, delimiter) == width for line in lines[1:]) / max(1, len(lines) - 1)
            score = width * (0.1 + same)
            if score > best_score:
                best, best_score = delimiter, score
    return best


def cells(line: str, delimiter: str) -> tuple[str, ...]:
    """Return the cells of one line; a broken quote is kept as a character.

    Raises:
        csv.Error: the csv module refuses the line (an endless field).
    """
    return tuple(next(csv.reader([line], delimiter=delimiter), []))


def sniff(sample: bytes) -> Shape:
    """Return the shape of a CSV file from its first bytes.

    Raises:
        DecodeError: this is no table: empty, binary, or one column only.
    """
    encoding, said = sniff_encoding(sample)
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(sample).lstrip("\ufeff")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise DecodeError("the file is empty: a table with a header line was expected")
    delimiter = ""
    if lines[first].strip().lower().startswith("sep=") and len(lines[first].strip()) == 5:
        # Excel writes its delimiter on a line of its own.
        delimiter, first = lines[first].strip()[4], first + 1
    body = [line for line in lines[first : first + 60] if line.strip()]
    delimiter = delimiter or (_sniff_delimiter(body) if body else "")
    if not delimiter or "\0" in body[0]:
        raise DecodeError("no header with columns apart by comma, semicolon, tab or bar was found")
    try:
        headers = tuple(h.strip() for h in cells(body[0], delimiter))
        rows = tuple(cells(line, delimiter) for line in lines[first + 1 : -1 if len(lines) > 2 else None] if line)
    except csv.Error as error:
        raise DecodeError(f"the table cannot be cut into cells ({error})") from error
    names = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
    assumed = [s for s in (said, "" if delimiter == "," else f"Columns are apart by {names.get(delimiter)}.") if s]
    return Shape(encoding, delimiter, headers, first + 1, rows, tuple(assumed))


def refine(layout: Layout, shape: Shape) -> Layout:
    """Return the layout with decimal sign and order of dates read from the sample rows."""
    at = {field: shape.headers.index(theirs) for field, theirs in layout.columns.items()}

    def sampled(field: str) -> list[str]:
        column = at.get(field)
        return [] if column is None else [r[column] for r in shape.rows if len(r) > column and r[column].strip()]

    places = sampled("lat_deg") + sampled("lon_deg")
    with_comma = sum(bool(_DECIMAL_COMMA.match(v)) for v in places)
    if not layout.decimal_comma and with_comma and with_comma >= sum("." in v for v in places):
        layout = replace(layout, decimal_comma=True).saying("Numbers are written with a decimal comma.")
    if layout.date_order:
        return layout
    dates = [m for v in sampled("fix_time") + sampled("date") if (m := _DATE.search(v))]
    day_first = sum(int(m.group(1)) > 12 for m in dates)
    month_first = sum(int(m.group(2)) > 12 for m in dates)
    if month_first > day_first:
        return replace(layout, date_order="mdy").saying("Dates are month/day/year: a second number above 12 shows it.")
    layout = replace(layout, date_order="dmy")
    if day_first:
        return layout.saying("Dates are day/month/year: a first number above 12 shows it.")
    if dates:
        return layout.saying("Dates are taken as day/month/year; the data does not show which.")
    return layout
