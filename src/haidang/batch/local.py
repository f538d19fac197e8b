"""`haidang detect` on one machine: files in, events, flagged positions, rejects and a summary out.

An archive comes as several files in several formats, with or without zones, ports and a register. What is missing is
said in the summary and never an error; rows that cannot be read are rejects with a reason.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from haidang import __version__
from haidang.batch import tables
from haidang.core.columns import FLAGS, I64, Positions, Reject
from haidang.core.errors import InvalidInput, Unavailable
from haidang.core.event import EVENT_KINDS, Event
from haidang.core.time import monotonic_s
from haidang.core.vessel import Vessel
from haidang.core.zone import Port, Zone
from haidang.events.catalogue import DETECTORS, kinds_without
from haidang.events.detect import Detection, detect
from haidang.events.settings import EngineSettings

#: Keys of evidence rows in details, and the key under which their inputs are named.
_ROW_KEYS = {"rows": "inputs", "first_rows": "first_inputs", "last_rows": "last_inputs"}
#: Told the share of the whole work done since the last call.
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Request:
    """What `haidang detect` was asked.

    Attributes:
        inputs: position files.
        out: folder of the results; made if it is not there.
        zones, ports, vessels, trips: files; None where not given.
        rules: name or path of a rule pack.
        mapping: mapping file for tables whose headers are not recognised.
    """

    inputs: Sequence[Path]
    out: Path
    zones: Path | None = None
    ports: Path | None = None
    vessels: Path | None = None
    trips: Path | None = None
    rules: str | None = None
    mapping: Path | None = None


@dataclass(slots=True)
class Archive:
    """Everything read from the inputs.

    Attributes:
        positions: all rows; `row` counts over all inputs.
        names, starts: names of the inputs and (inputs + 1,) the number at which the rows of each begin.
        rejects: (input, reject).
        vessels: what the inputs themselves said of vessels.
        counts: classes of lines or rows over all inputs.
    """

    positions: Positions
    names: list[str]
    starts: I64
    rejects: list[tuple[str, Reject]]
    vessels: dict[str, Vessel]
    counts: Counter[str]


@dataclass(slots=True)
class _Context:
    zones: list[Zone] = field(default_factory=list)
    ports: list[Port] = field(default_factory=list)
    vessels: dict[str, Vessel] = field(default_factory=dict)
    trips: int = 0
    rules: dict[str, str] | None = None
    assumed: list[str] = field(default_factory=list)


def run_local(request: Request, *, on_progress: Progress | None = None) -> dict[str, object]:
    """Read, detect and write; returns the summary that was written.

    Raises:
        NotFound, DecodeError, SchemaError: an input cannot be used at all.
        Unavailable: the result folder cannot be written.
    """
    if not request.inputs:
        raise InvalidInput("no input file given; name at least one position file")
    started = monotonic_s()
    tell = on_progress or (lambda _share: None)
    try:
        request.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(f"{request.out}: cannot be made ({error})") from error
    archive = read_inputs(request.inputs, request.mapping, on_progress=lambda share: tell(0.4 * share))
    context = _read_context(request, archive)
    read_s = monotonic_s() - started
    detection = detect(
        archive.positions, zones=context.zones, ports=context.ports, vessels=context.vessels,
        settings=EngineSettings(), on_progress=lambda share: tell(0.4 * share),
    )  # fmt: skip
    detect_s = monotonic_s() - started - read_s
    events = [_with_file_rows(event, archive) for event in detection.events]
    tables.write_events(request.out / "events.parquet", events)
    tables.write_positions(
        request.out / "positions.parquet", archive.positions, (archive.names, archive.starts),
        detection.segment_id, detection.flag,
    )  # fmt: skip
    tables.write_rejects(request.out / "rejects.parquet", archive.rejects)
    tell(0.2)
    summary = _summary(request, archive, context, detection)
    summary["seconds"] = {
        "read": round(read_s, 3), "detect": round(detect_s, 3), "all": round(monotonic_s() - started, 3)
    }  # fmt: skip
    tables.write_summary(request.out / "summary.json", summary)
    return summary


def read_inputs(inputs: Sequence[Path], mapping: Path | None, *, on_progress: Progress | None = None) -> Archive:
    """Read position files of any known format into one archive."""
    from haidang.feeds.catalogue import read_file

    tell = on_progress or (lambda _share: None)
    parts: list[Positions] = []
    rejects: list[tuple[str, Reject]] = []
    vessels: dict[str, Vessel] = {}
    counts: Counter[str] = Counter()
    starts = [0]
    names = _names(inputs)
    for name, path in zip(names, inputs, strict=True):
        highest = -1
        for piece in read_file(path, mapping=mapping):
            if len(piece.positions):
                highest = max(highest, int(piece.positions.row.max()))
                parts.append(replace(piece.positions, row=piece.positions.row + starts[-1]))
            rejects += [(name, reject) for reject in piece.rejects]
            vessels.update(piece.vessels)
            counts.update(piece.counts)
        starts.append(starts[-1] + highest + 1)
        tell(1 / len(inputs))
    return Archive(Positions.concat(parts), names, np.array(starts, np.int64), rejects, vessels, counts)


def _names(inputs: Sequence[Path]) -> list[str]:
    """Return the inputs as given, the same file twice told apart by nothing: it is the same file."""
    return [str(path) for path in inputs]


def _read_context(request: Request, archive: Archive) -> _Context:
    """Read zones, ports, register and trips where given; rows that cannot be used join the rejects."""
    from haidang.feeds.registers import read_trips_csv, read_vessels_csv
    from haidang.feeds.zones_geojson import read_ports, read_zones

    context = _Context(vessels=dict(archive.vessels))
    if request.rules is not None:
        from haidang.rules.pack import load_pack

        pack = load_pack(request.rules)
        context.rules = {"pack": pack.pack_id, "version": pack.version}
    if request.zones is not None:
        context.zones, bad = read_zones(request.zones, assumed=context.assumed)
        archive.rejects += [(str(request.zones), reject) for reject in bad]
    if request.ports is not None:
        context.ports, bad = read_ports(request.ports, assumed=context.assumed)
        archive.rejects += [(str(request.ports), reject) for reject in bad]
    if request.vessels is not None:
        register, bad = read_vessels_csv(request.vessels)
        archive.rejects += [(str(request.vessels), reject) for reject in bad]
        context.vessels |= by_any_identity(register)
    if request.trips is not None:
        trips, bad = read_trips_csv(request.trips)
        archive.rejects += [(str(request.trips), reject) for reject in bad]
        context.trips = len(trips)
    return context


def by_any_identity(register: Mapping[str, Vessel]) -> dict[str, Vessel]:
    """Return a register that also answers to MMSIs: an AIS file knows a hull by nothing else.

    The entry by MMSI carries no terminal supplier, for those fixes did not come through one.
    """
    known = dict(register)
    for vessel in register.values():
        if vessel.mmsi and vessel.mmsi not in known:
            known[vessel.mmsi] = replace(vessel, vessel_id=vessel.mmsi, supplier=None)
    return known


def _with_file_rows(event: Event, archive: Archive) -> Event:
    """Return an event whose evidence rows count within their input; several inputs are named beside them."""
    if len(archive.names) < 2:
        return event
    details = dict(event.details)
    for rows_key, inputs_key in _ROW_KEYS.items():
        rows = details.get(rows_key)
        if isinstance(rows, list | tuple):
            at = np.searchsorted(archive.starts, rows, "right") - 1
            details[rows_key] = [int(r) for r in np.asarray(rows, np.int64) - archive.starts[at]]
            details[inputs_key] = [archive.names[i] for i in at.tolist()]
    return replace(event, details=details)


def _summary(request: Request, archive: Archive, context: _Context, detection: Detection) -> dict[str, object]:
    """Return the summary: what was read, what was found, what could not be looked for."""
    found = Counter(event.kind for event in detection.events)
    reasons = Counter(reject.reason for _, reject in archive.rejects)
    flags = np.bincount(detection.flag, minlength=len(FLAGS))
    possible = {kind for detector in DETECTORS for kind in detector.kinds}
    missing: dict[str, object] = dict(
        kinds_without(
            zones=request.zones is not None, ports=request.ports is not None, vessels=request.vessels is not None
        )
    )
    if request.trips is None:
        missing["trips"] = ["overdue"]
    return {
        "version": __version__,
        "detectors": {detector.name: detector.version for detector in DETECTORS},
        "inputs": archive.names,
        "positions": len(archive.positions),
        "vessels": len(np.unique(archive.positions.vessel)),
        "segments": len(np.unique(detection.segment_id[detection.segment_id >= 0])),
        "flags": {name: int(count) for name, count in zip(FLAGS, flags, strict=True)},
        "rejects": {"all": len(archive.rejects), "by_reason": dict(sorted(reasons.items()))},
        "read": dict(sorted(archive.counts.items())),
        "events": {"all": len(detection.events), "by_kind": dict(sorted(found.items()))},
        "given": {"zones": len(context.zones), "ports": len(context.ports), "trips": context.trips,
                  "register": len(context.vessels), "rules": context.rules},
        "assumed": context.assumed,
        "missing": missing,
        "not_detected_yet": sorted(set(EVENT_KINDS) - possible),
    }  # fmt: skip
