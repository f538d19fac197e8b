"""`haidang decode`: an AIS log to one JSON object per message, for people and other programs.

Half the lines of a real log are no messages; what was left out, and why, stands in the closing line.
"""

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

HELP = "AIS log -> one JSON object per message"
_STDOUT = "-"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("file", type=Path, metavar="FILE", help=".nmea, .aivdm, .log or .txt, also .gz or .zst")
    parser.add_argument(
        "--out",
        default=_STDOUT,
        metavar="X.jsonl",
        help="where to write, one message a line (default: -, the terminal)",
    )


def run(args: argparse.Namespace) -> int:
    """Decode the file; 0 also where lines were rejected."""
    import sys

    from haidang.cli.terminal import DONE, progress, say, warn
    from haidang.core.errors import InvalidInput
    from haidang.feeds.opening import read_blocks

    if args.file.is_dir():
        raise InvalidInput(f"{args.file}: is a folder; give one AIS log")
    to_terminal = args.out == _STDOUT
    with progress("decoding", args.file.stat().st_size) as advance:
        done = 0

        def on_progress(read: int, _total: int) -> None:
            nonlocal done
            advance(read - done)
            done = read

        # small blocks, so that the bar moves: this reader takes some seconds per megabyte
        blocks = read_blocks(args.file, size=1 << 18, on_progress=on_progress)
        closing = _write(blocks, sys.stdout) if to_terminal else _write_file(blocks, Path(args.out))
    (warn if to_terminal else say)(f"{args.file}: {closing}")
    return DONE


def _write_file(blocks: Iterable[bytes], out: Path) -> str:
    """Write to a neighbour first, so that a broken run never leaves half a file under the asked name."""
    from haidang.core.errors import Unavailable

    unfinished = out.with_name(out.name + ".part")
    try:
        stream = unfinished.open("w", encoding="utf-8")
    except OSError as error:
        raise Unavailable(f"{out}: cannot be written ({error.strerror})") from error
    try:
        with stream:
            closing = _write(blocks, stream)
        unfinished.replace(out)
    except OSError as error:
        raise Unavailable(f"{out}: cannot be written ({error.strerror})") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return closing


def _write(blocks: Iterable[bytes], stream: TextIO) -> str:
    """Write the records; return the closing line."""
    import json
    from collections import Counter

    from haidang.feeds.ais_messages import Translator
    from haidang.feeds.ais_rules import CLASS_NAMES, REASONS, REJECT
    from haidang.feeds.ais_sentences import read_outcomes

    translator = Translator()
    classes: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    messages = 0
    for outcome in read_outcomes(blocks):
        classes[CLASS_NAMES[outcome.code]] += 1
        if outcome.code == REJECT:
            reasons[REASONS[outcome.reason]] += 1
        for record in translator.records(outcome):
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")
            messages += 1
    why = ", ".join(f"{reason} {n:,}" for reason, n in reasons.most_common())
    return (
        f"{messages:,} messages from {classes.total():,} lines: {classes['position']:,} positions, "
        f"{classes['other_message']:,} other messages, {classes['part']:,} parts, {classes['comment']:,} comments, "
        f"{classes['reject']:,} rejects" + (f" ({why})" if why else "")
    )
