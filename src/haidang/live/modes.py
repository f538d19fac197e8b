"""How each mode is set up: what feeds it, which zones and ports it uses, when its clock starts and how fast it runs.

The drill must be alive within a minute on a fresh machine, so its first three days are run through the same pipeline
at full speed before the door opens; a recording plays its first minutes the same way.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from haidang.core.columns import Reject
from haidang.core.errors import InvalidInput
from haidang.core.time import DAY_US, MINUTE_US, Clock, ScaledClock, SystemClock, parse_iso_us
from haidang.core.vessel import Vessel
from haidang.core.zone import Port, Zone
from haidang.live.intake import Source
from haidang.live.recordings import PlaybackSource, Recording
from haidang.live.sockets import parse_feed
from haidang.store.location import Location

#: The drill always begins on the same morning, so that an exercise can be repeated.
DRILL_START_US = parse_iso_us("2026-03-02T17:00:00Z")
DRILL_PRELOAD_US = 3 * DAY_US
DRILL_SEED = 20260613
DRILL_SPEED = 60.0
DRILL_FEED = "drill"
RECORDING_SPEED = 10.0
RECORDING_PRELOAD_US = 12 * MINUTE_US
RECORDING_FEED = "recording"
#: Of a layer's entries that could not be used, so many are said one by one.
SAID_REJECTS = 10
_log = logging.getLogger("haidang.layers")


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for on the command line; paths may be None."""

    feeds: Sequence[str] = ()
    replay: Path | None = None
    speed: float | None = None
    zones: Path | None = None
    ports: Path | None = None
    vessels: Path | None = None
    webhook: str | None = None
    n_drill_vessels: int = 1200


@dataclass(slots=True)
class Setting:
    """A mode, ready to be entered.

    Attributes:
        preload_until_us: run through the pipeline at full speed up to this time of the clock; None for live.
        preload_from_us: where an empty store begins.
        label_vi, label_en: what the menu says.
    """

    mode: str
    clock: Clock
    label_vi: str
    label_en: str
    zones: Sequence[Zone] = ()
    ports: Sequence[Port] = ()
    vessels: Mapping[str, Vessel] = field(default_factory=dict)
    sources: Callable[[int], Sequence[Source]] = lambda _after_us: ()
    preload_from_us: int = 0
    preload_until_us: int | None = None
    end_us: int | None = None


def set_up(location: Location, options: Options, cursor_us: int | None) -> Setting:
    """Return the setting of a mode.

    Args:
        location: whose mode and folder.
        options: what the user asked for.
        cursor_us: up to where a playback was stored before; None for a fresh store.

    Raises:
        InvalidInput: a file or address cannot be used.
    """
    if location.mode == "drill":
        return _drill(options, cursor_us)
    if location.mode == "recording":
        return _recording(options, cursor_us)
    return _live(location, options)


def _drill(options: Options, cursor_us: int | None) -> Setting:
    from haidang.simulate.fleet import build
    from haidang.simulate.scenario import Scenario

    fleet = build(Scenario.preset("drill", seed=DRILL_SEED, start_us=DRILL_START_US, n_vms=options.n_drill_vessels))
    preload_until_us = DRILL_START_US + DRILL_PRELOAD_US
    start_us = max(cursor_us or 0, preload_until_us)
    clock = ScaledClock(start_us, DRILL_SPEED if options.speed is None else options.speed)

    def sources(after_us: int) -> Sequence[Source]:
        source = PlaybackSource(DRILL_FEED, fleet.stream, clock, after_us=after_us)
        source.name, source.kind = "Mô phỏng VMS + AIS (diễn tập)", "simulator"
        return [source]

    return Setting(
        "drill",
        clock,
        "Diễn tập (tàu mô phỏng)",
        "Drill (simulated vessels)",
        zones=fleet.zones,
        ports=fleet.ports,
        vessels={v.vessel_id: v for v in fleet.vessels},
        sources=sources,
        preload_from_us=DRILL_START_US,
        preload_until_us=preload_until_us,
    )


def _recording(options: Options, cursor_us: int | None) -> Setting:
    path = options.replay or sample_recording()
    recording = Recording(path)
    if not len(recording.positions):
        raise InvalidInput(f"{path}: no position in this recording; check the file with `haidang decode` or `detect`")
    preload_us = min(recording.end_us, recording.start_us + RECORDING_PRELOAD_US)
    start_us = max(cursor_us or 0, preload_us)
    clock = ScaledClock(start_us, RECORDING_SPEED if options.speed is None else options.speed)

    def sources(after_us: int) -> Sequence[Source]:
        source = PlaybackSource(RECORDING_FEED, recording.between, clock, after_us=after_us)
        source.name, source.end_us = path.name, recording.end_us
        # Time stops with the recording: of what came after it nothing is known, least of all silence.
        source.on_end = lambda: clock.set_speed(0)
        # What is given out once, at the start, was given out before a restart.
        source.first = None if after_us >= recording.start_us else recording.extras()
        return [source]

    zones, ports, vessels = _layers(options)
    return Setting(
        "recording",
        clock,
        f"Bản ghi AIS thật: {path.name}",
        f"Recorded real AIS: {path.name}",
        zones=zones,
        ports=ports,
        vessels={**recording.vessels, **vessels},
        sources=sources,
        preload_from_us=recording.start_us - 1,
        preload_until_us=preload_us,
        end_us=recording.end_us,
    )


def _live(location: Location, options: Options) -> Setting:
    clock = SystemClock()
    feeds = [parse_feed(url, clock) for url in options.feeds]
    zones, ports, vessels = _layers(options, location.folder)
    return Setting(
        "live",
        clock,
        "Thời gian thực",
        "Live",
        zones=zones,
        ports=ports,
        vessels=vessels,
        sources=lambda _after_us: feeds,
    )


def _layers(options: Options, folder: Path | None = None) -> tuple[list[Zone], list[Port], dict[str, Vessel]]:
    """Read the user's layers: the named files, and what lies in the data folder's `layers/`."""
    from haidang.feeds.registers import read_vessels_csv
    from haidang.feeds.zones_geojson import read_ports, read_zones

    def found(named: Path | None, pattern: str) -> list[Path]:
        kept = sorted((folder / "layers").glob(pattern)) if folder is not None else []
        return ([named] if named is not None else []) + kept

    zones: list[Zone] = []
    ports: list[Port] = []
    vessels: dict[str, Vessel] = {}
    for path in found(options.zones, "zones*.geojson"):
        read, refused = read_zones(path)
        zones.extend(read)
        _say(path, len(read), "zones", refused)
    for path in found(options.ports, "ports*.geojson"):
        places, refused = read_ports(path)
        ports.extend(places)
        _say(path, len(places), "ports", refused)
    for path in found(options.vessels, "vessels*.csv"):
        cards, refused = read_vessels_csv(path)
        vessels.update(cards)
        _say(path, len(cards), "vessels", refused)
    return zones, ports, vessels


def _say(path: Path, n: int, what: str, refused: Sequence[Reject]) -> None:
    """Say what of a layer could not be used; a missing zone is a missing warning.

    Raises:
        InvalidInput: nothing of it could be used.
    """
    for one in refused[:SAID_REJECTS]:
        _log.warning("%s: entry %d not used (%s): %s", path, one.row, one.reason, one.excerpt)
    if len(refused) > SAID_REJECTS:
        _log.warning("%s: %d more entries not used", path, len(refused) - SAID_REJECTS)
    if refused and not n:
        raise InvalidInput(f"{path}: none of its {len(refused)} {what} could be used; the first: {refused[0].reason}")


def sample_recording() -> Path:
    """Return the shipped recording of real AIS (docs/operate.md says where it is from).

    Raises:
        InvalidInput: this installation was packed without it.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "sample_data", package.parents[1] / "data"):
        found = sorted((folder / "recordings").glob("*.parquet"))
        if found:
            return found[0]
    raise InvalidInput("this installation has no sample recording; give one with --replay FILE")
