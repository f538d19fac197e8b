"""A recording is played as the desk of that day would have heard it, ends when it ends, and goes on where it stood."""

import os
import threading
from pathlib import Path

from haidang.core.columns import Positions
from haidang.core.time import SECOND_US, ManualClock
from haidang.live.intake import Intake
from haidang.live.modes import Options, set_up
from haidang.live.recordings import UNTIMED_LINES_PER_S, PlaybackSource, Recording
from haidang.store.location import locate

LINE = "!AIVDM,1,1,,A,13aEOK?P00PD2wVMdLDRhgvL289?,0*26\n"
WRITTEN_S = 1_500_000_000


def untimed(folder: Path) -> Path:
    path = folder / "receiver.nmea"
    path.write_text(LINE * (3 * UNTIMED_LINES_PER_S) + "nonsense\n", "ascii")
    os.utime(path, (WRITTEN_S, WRITTEN_S))
    return path


def test_a_log_without_times_can_be_played(tmp_path: Path) -> None:
    recording = Recording(untimed(tmp_path))
    assert len(recording.positions) == 3 * UNTIMED_LINES_PER_S
    assert recording.end_us <= WRITTEN_S * SECOND_US
    assert recording.end_us - recording.start_us >= SECOND_US, "a log that is over at once cannot be watched"
    assert len(recording.between(recording.start_us - 1, recording.end_us)) == len(recording.positions)


def test_what_is_given_out_once_is_not_given_out_again_after_a_restart(tmp_path: Path) -> None:
    place = locate(data=tmp_path, mode="recording", environment={})
    options = Options(replay=untimed(tmp_path))
    fresh = set_up(place, options, None)
    (source,) = fresh.sources(fresh.preload_from_us)
    assert isinstance(source, PlaybackSource)
    assert source.first is not None
    assert fresh.end_us is not None
    (source,) = set_up(place, options, fresh.end_us).sources(fresh.end_us)
    assert isinstance(source, PlaybackSource)
    assert source.first is None, "rejects and counts would be doubled"


def test_time_stops_with_the_recording() -> None:
    ended = threading.Event()
    source = PlaybackSource("r", lambda _a, _b: Positions.empty(), ManualClock(10), after_us=0)
    source.end_us, source.on_end = 5, ended.set
    source.run(Intake(), threading.Event())
    assert ended.is_set()
