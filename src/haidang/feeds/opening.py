"""Opening an input, plain or compressed, as a stream of bytes with bounded memory.

What a file is packed with is read from its first bytes, not from its name: archives arrive as `x.csv` that are gzip,
and as `x.gz` that somebody already unpacked.
"""

import contextlib
import gzip
import io
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

import zstandard

from haidang.core.errors import DecodeError, InvalidInput, NotFound, Unavailable

BLOCK_BYTES = 8 << 20
#: What a packed file may unpack to on disk; a few kilobytes of gzip can otherwise fill any disk.
MAX_UNPACKED_BYTES = 8 << 30
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"

#: Called with the bytes of the file (packed) read so far and its size.
Progress = Callable[[int, int], None]


@contextlib.contextmanager
def open_stream(path: Path) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """Yield the unpacked stream and the raw file under it (whose `tell` is the progress).

    Raises:
        NotFound: no such file.
        InvalidInput: it is a folder.
        Unavailable: the file cannot be read.
    """
    try:
        raw = path.open("rb")
    except FileNotFoundError:
        raise NotFound(f"{path}: no such file") from None
    except IsADirectoryError:
        raise InvalidInput(f"{path}: is a folder; name the files in it") from None
    except OSError as error:
        raise Unavailable(f"{path}: cannot be read ({error.strerror})") from error
    with raw:
        magic = raw.read(4)
        raw.seek(0)
        if magic.startswith(_GZIP):
            with gzip.open(raw, "rb") as stream:
                yield cast("BinaryIO", stream), raw
        elif magic == _ZSTD:
            with zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True) as reader:
                yield cast("BinaryIO", io.BufferedReader(cast("io.RawIOBase", reader))), raw
        else:
            yield raw, raw


def read_blocks(path: Path, *, size: int = BLOCK_BYTES, on_progress: Progress | None = None) -> Iterator[bytes]:
    """Yield the unpacked bytes in blocks of at most `size`.

    Raises:
        DecodeError: the packing is broken; blocks before the break have been yielded.
    """
    with open_stream(path) as (stream, raw):
        total = path.stat().st_size
        while True:
            try:
                block = stream.read(size)
            except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
                raise DecodeError(f"{path}: the compressed file is damaged ({error})") from error
            if on_progress is not None:
                on_progress(raw.tell(), total)
            if not block:
                return
            yield block


def is_packed(path: Path) -> bool:
    """Return whether the file is gzip or Zstandard, by its first bytes.

    Raises:
        NotFound, Unavailable: the file is not there or cannot be read.
    """
    with open_stream(path) as (stream, raw):
        return stream is not raw


@contextlib.contextmanager
def unpacked_file(path: Path, *, limit_bytes: int = MAX_UNPACKED_BYTES) -> Iterator[BinaryIO]:
    """Yield a packed file's content as a temporary file that can be read in any order; it is gone afterwards.

    Raises:
        DecodeError: the packing is broken, or the content is larger than `limit_bytes`.
        Unavailable: the temporary file cannot be written.
    """
    try:
        stored = tempfile.TemporaryFile()  # noqa: SIM115 -- closed below; opening it can fail by itself
    except OSError as error:
        raise Unavailable(f"{path}: no place to unpack it ({error.strerror})") from error
    with stored:
        for block in read_blocks(path):
            if stored.tell() + len(block) > limit_bytes:
                raise DecodeError(f"{path}: unpacks to more than {limit_bytes:,} bytes; unpack it first")
            try:
                stored.write(block)
            except OSError as error:
                raise Unavailable(
                    f"{path}: cannot be unpacked to {tempfile.gettempdir()} ({error.strerror})"
                ) from error
        stored.seek(0)
        yield cast("BinaryIO", stored)


def read_head(path: Path, size: int) -> bytes:
    """Return up to `size` unpacked bytes from the start; what can be read of a damaged file."""
    with open_stream(path) as (stream, _):
        try:
            return stream.read(size)
        except (OSError, EOFError, zlib.error, zstandard.ZstdError):
            return b""
