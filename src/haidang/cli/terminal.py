"""What the command line says: text to people, progress bars when a terminal is there, silence when a pipe is."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: Exit codes, the same for every command (docs/cli.md).
DONE, BROKEN, BAD_INPUT, UNAVAILABLE, INTERRUPTED = 0, 1, 2, 3, 130


def say(text: str = "") -> None:
    """Write one line to standard output at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def warn(text: str) -> None:
    """Write one line to standard error at once."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


@contextmanager
def progress(label: str, total: float | None) -> Iterator[Callable[[float], None]]:
    """Show a bar while the block runs; yields `advance(by)`. On a pipe nothing is drawn.

    Args:
        label: what is being done, in the reader's words.
        total: the amount of work in any unit; None if unknown.
    """
    if not sys.stderr.isatty():
        yield lambda _by: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    with Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task(label, total=total)
        yield lambda by: bar.advance(task, by)
