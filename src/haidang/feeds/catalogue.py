"""Every input format there is, how to know it, and one door to read any of them.

Names lie (`.txt`, `.log`, `export.dat`), so content decides wherever the name leaves a doubt.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from haidang.core.errors import DecodeError
from haidang.feeds.csv_sniff import sniff as sniff_csv
from haidang.feeds.decoded import Decoded
from haidang.feeds.opening import Progress, read_blocks, read_head

_HEAD_BYTES = 64 << 10
#: A block of the formats that are read message by message; it bounds the rows of a piece.
_TEXT_BYTES = 1 << 20
_NMEA = re.compile(rb"[!$][A-Z]{2}[A-Z0-9]{3},|\\[a-z]:[^\\]*\\!")
_NAF = re.compile(rb"//SR//", re.IGNORECASE)
_GPX = re.compile(rb"<gpx[\s>]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Format:
    """One input format: its name, the file name endings (without .gz/.zst) and what it is."""

    name: str
    extensions: tuple[str, ...]
    description: str


FORMATS: tuple[Format, ...] = (
    Format("nmea", (".nmea", ".aivdm", ".aivdo", ".ais"), "AIS sentences (NMEA 0183), with or without tag blocks"),
    Format("csv", (".csv", ".tsv"), "tables of text: ours, MarineCadastre, DMA, VMS exports, tacsat"),
    Format("parquet", (".parquet", ".pq", ".geoparquet"), "tables in columns: ours and the AIS habit's names"),
    Format("naf", (".naf",), "North Atlantic Format position reports"),
    Format("gpx", (".gpx",), "GPS tracks and waypoints of hand-held devices"),
)
_BY_EXTENSION = {extension: f.name for f in FORMATS for extension in f.extensions}


def sniff(path: Path) -> str:
    """Return the format's name, from the content where it is plain and from the file name otherwise.

    Raises:
        NotFound, Unavailable: the file is not there or cannot be read.
        DecodeError: neither says what it is.
    """
    head = read_head(path, _HEAD_BYTES)
    if head.startswith(b"PAR1"):
        return "parquet"
    named = _BY_EXTENSION.get(_bare(path).suffix.lower())
    if named is not None:
        return named
    if _GPX.search(head):
        return "gpx"
    if _NAF.search(head):
        return "naf"
    if _NMEA.search(head):
        return "nmea"
    try:
        sniff_csv(head)
    except DecodeError as error:
        endings = ", ".join(_BY_EXTENSION)
        raise DecodeError(f"{path}: not a known format; known are {endings}, each also .gz or .zst") from error
    return "csv"


def _bare(path: Path) -> Path:
    """Return the file's name without the ending of its packing."""
    return path.with_suffix("") if path.suffix.lower() in {".gz", ".zst", ".zstd"} else path


def read_file(
    path: Path,
    *,
    mapping: Mapping[str, object] | Path | None = None,
    on_progress: Progress | None = None,
    assumed: list[str] | None = None,
) -> Iterator[Decoded]:
    """Yield what a file holds in pieces of at most a million rows; row or line numbers are global to the file.

    Args:
        path: any format of FORMATS, plain, .gz or .zst.
        mapping: for tables, their columns or the file that names them.
        on_progress: called with bytes read and the file's size.
        assumed: sentences on what was guessed are appended.

    Raises:
        NotFound, Unavailable, DecodeError, SchemaError: the file as a whole cannot be read.
    """
    kind = sniff(path)
    if kind == "csv":
        from haidang.feeds.table_csv import read_csv

        yield from read_csv(path, mapping=mapping, assumed=assumed, on_progress=on_progress)
    elif kind == "parquet":
        from haidang.feeds.table_parquet import read_parquet

        yield from read_parquet(path, mapping=mapping, assumed=assumed, on_progress=on_progress)
    elif kind == "nmea":
        from haidang.feeds.ais_nmea import NmeaDecoder

        # A log without any time still says where ships were; when the file was last written is the best we know.
        written_us = path.stat().st_mtime_ns // 1000
        decoder = NmeaDecoder(default_received_us=written_us)
        for block in read_blocks(path, on_progress=on_progress):
            yield _said(decoder.feed(block), written_us, assumed)
        yield _said(decoder.flush(), written_us, assumed)
    elif kind == "naf":
        from haidang.feeds.naf import NafDecoder

        messages = NafDecoder()
        for block in read_blocks(path, size=_TEXT_BYTES, on_progress=on_progress):
            yield messages.feed(block)
        yield messages.flush()
    else:
        from haidang.feeds.gpx import GpxDecoder

        tracks = GpxDecoder(vessel_id=_bare(path).stem, assumed=assumed)
        for block in read_blocks(path, size=_TEXT_BYTES, on_progress=on_progress):
            yield tracks.feed(block)
        yield tracks.flush()


def _said(piece: Decoded, written_us: int, assumed: list[str] | None) -> Decoded:
    """Return the piece; says once that the file's own date stands for times that the log lacks."""
    sentence = "The log has no time of reception: the date of the file was taken."
    if assumed is not None and sentence not in assumed and (piece.positions.received_time_us == written_us).any():
        assumed.append(sentence)
    return piece


def read_all(path: Path, *, mapping: Mapping[str, object] | Path | None = None) -> Decoded:
    """Return a whole file as one piece; for files that fit in memory."""
    return Decoded.join(list(read_file(path, mapping=mapping)))
