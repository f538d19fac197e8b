"""CSV of every kind: ours, MarineCadastre's, the Danish DMA's, VMS exports in Vietnamese or Spanish, tacsat.

No list of dialects decides: the header is recognised word by word (`table_layout`), cells by their looks
(`csv_sniff`, `table_values`), and what had to be guessed is said. Files are read in blocks, so size does not matter.
"""

import codecs
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

from haidang.core.columns import Positions
from haidang.core.errors import DecodeError
from haidang.feeds import csv_blocks
from haidang.feeds.csv_sniff import SAMPLE_BYTES, Shape, refine, sniff
from haidang.feeds.decoded import Decoded
from haidang.feeds.opening import Progress, read_blocks
from haidang.feeds.table_layout import Layout, find_layout, load_mapping
from haidang.feeds.table_rows import decode_columns, needed_columns

#: Bytes parsed at once; a line longer than this is not a table's.
PARSE_BYTES = 8 << 20
_NUMERIC = ("lat_deg", "lon_deg", "sog_kn", "cog_deg", "length_m")


def read_csv(
    source: bytes | Path,
    *,
    mapping: Mapping[str, object] | Path | None = None,
    assumed: list[str] | None = None,
    on_progress: Progress | None = None,
) -> Iterator[Decoded]:
    """Yield the positions and rejects of a CSV file, block by block; row numbers are global to the file.

    Args:
        source: the file (plain, .gz, .zst) or its bytes.
        mapping: their columns and options, or the file they stand in; see `docs/feeds.md`.
        assumed: sentences on what was guessed are appended; the one on times without a zone when one is met.
        on_progress: called with bytes read and the file's size.

    Raises:
        DecodeError: this is no table.
        SchemaError: vessel, time or place columns are not found.
        InvalidInput: the mapping cannot be used.
    """
    blocks = iter((source,)) if isinstance(source, bytes) else read_blocks(source, on_progress=on_progress)
    head = b""
    for block in blocks:
        head += block
        if len(head) >= SAMPLE_BYTES:
            break
    shape = sniff(head[:SAMPLE_BYTES])
    options = load_mapping(mapping) if isinstance(mapping, Path) else mapping
    layout = refine(find_layout(shape.headers, options), shape)
    if assumed is not None:
        assumed.extend((*shape.assumed, *layout.assumed))
    return _decode(chain((head,), blocks), shape, layout, assumed)


def _decode(blocks: Iterable[bytes], shape: Shape, layout: Layout, assumed: list[str] | None) -> Iterator[Decoded]:
    wanted = needed_columns(layout)
    numeric = list(dict.fromkeys(layout.columns[f] for f in _NUMERIC if f in layout.columns))
    row = 0
    for lines in whole_lines(blocks, shape):
        block = csv_blocks.cut(
            lines, shape, first_row=row, wanted=wanted, numeric=numeric, decimal_comma=layout.decimal_comma
        )
        row = block.next_row
        decoded = decode_columns(block.columns, layout, block.rows, block.lines.text, assumed=assumed)
        rejects = sorted(block.rejects + decoded.rejects, key=lambda r: r.row)
        yield Decoded(
            decoded.positions if len(decoded.positions) else Positions.empty(), rejects, decoded.vessels,
            {"position": len(decoded.positions), "reject": len(rejects)},
        )  # fmt: skip


def whole_lines(blocks: Iterable[bytes], shape: Shape) -> Iterator[bytes]:
    """Yield UTF-8 blocks of whole data lines, each ending with a line feed; the header is left out.

    Raises:
        DecodeError: a line is longer than a block.
    """
    skip = shape.skip_lines
    rest = b""
    for block in chain(_utf8_pieces(blocks, shape.encoding), (None,)):
        if block is None:
            # The last line may lack its end.
            rest = rest + b"\n" if rest else rest
        else:
            rest += block
            if len(rest) < PARSE_BYTES // 8:
                continue
        end = rest.rfind(b"\n") + 1
        if not end and len(rest) > PARSE_BYTES * 2:
            raise DecodeError(f"a line of more than {PARSE_BYTES * 2} bytes: this is no table")
        lines, rest = rest[:end], rest[end:]
        while skip and lines:
            _, _, lines = lines.partition(b"\n")
            skip -= 1
        if lines:
            yield lines


def _utf8_pieces(blocks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Yield the blocks in UTF-8 with lone carriage returns as line feeds; damaged characters become U+FFFD."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for block in chain(blocks, (b"",)):
        # Pieces keep the memory flat while a block is turned over.
        for start in range(0, max(len(block), 1), PARSE_BYTES):
            text = decoder.decode(block[start : start + PARSE_BYTES], final=not block)
            if "\r" in text:
                # A pair cut in two by a block's end gives one empty line more, and empty lines are no rows.
                text = text.replace("\r\n", "\n").replace("\r", "\n")
            yield text.encode("utf-8", "replace")
