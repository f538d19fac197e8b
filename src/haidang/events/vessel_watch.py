"""All that the watch keeps per vessel: state now, state at the window's start, fixes between, events told.

Two memories stand side by side. `live` has seen every fix; `base` only those that left the retained window. A late
fix puts a vessel back to `base` and runs her retained fixes again: milliseconds, for that one vessel.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Protocol

import numpy as np

from haidang.core.columns import F64, I8, I64, Positions
from haidang.core.event import Event
from haidang.core.time import MINUTE_US
from haidang.core.vessel import Vessel
from haidang.events.chain import Chain, States, Track, classes_and_seeds, crossing_events
from haidang.events.crossing import CrossingState, TrackSide
from haidang.events.retained import Fixes, Retained, joined, to_fixes, to_positions
from haidang.events.standing import Differences, Key, by_key, key_of
from haidang.events.wrong_zone_fishing import find_wrong_zone_fishing
from haidang.tracks.segment import OK


class Fleet(Protocol):
    """What the vessels' part asks of the fleet's part."""

    def note(self, rows: Positions, track: Track) -> None:
        """Take rows that were judged."""

    def note_rerun(self, fixes: Fixes, first_us: int) -> None:
        """Take a vessel's fixes judged anew from a time on."""

    def released(self, events: Iterable[Event], now_us: int) -> list[Event]:
        """Return the events without silences that are laid to an outage."""


class VesselWatch:
    """Per-vessel memory of the watch; vessel codes count vessels in the order they were first heard."""

    def __init__(self, chain: Chain, register: dict[str, Vessel]) -> None:
        self.chain = chain
        self.register = register
        self.ids: tuple[str, ...] = ()
        self.code: dict[str, int] = {}
        self.classes: I8 = np.empty(0, np.int8)
        self.retained: list[Retained] = []
        self._seeds: I64 = np.empty(0, np.int64)
        self._fishing: I8 = np.empty(0, np.int8)
        self._live, self._base = States.fresh(0), States.fresh(0)
        self._next_us: F64 = np.empty(0)
        self._frozen: list[dict[Key, Event]] = []
        self._closed: list[dict[Key, Event]] = []
        self._told: list[dict[Key, Event]] = []
        self._tracks: dict[int, TrackSide] = {}
        self._base_tracks: list[dict[int, TrackSide]] = []
        self._stale: set[int] = set()
        self._rerun: set[int] = set()
        #: Vessels with apparent fishing that may go on: the mere passing of time ends it.
        self._unsure: set[int] = set()
        self._limit_us = -(2**62)

    # -- who is there ------------------------------------------------------------------------------------------

    def admit(self, batch: Positions) -> Positions:
        """Return the batch with our vessel codes; makes room for vessels not heard before."""
        used = np.unique(batch.vessel)
        fresh = [batch.vessel_ids[v] for v in used if batch.vessel_ids[v] not in self.code]
        if fresh:
            self._enlarge(tuple(dict.fromkeys(fresh)))
        remap = np.zeros(len(batch.vessel_ids) or 1, np.int32)
        for v in used:
            remap[v] = self.code[batch.vessel_ids[v]]
        columns = {name: getattr(batch, name) for name in _NAMES}
        batch = Positions(self.ids, vessel=remap[batch.vessel], **columns)
        fishing = np.unique(batch.vessel[batch.kind == 1])
        if len(fishing) and not self._fishing[fishing].all():
            self._fishing[fishing] = 1
            self._classify(fishing)
        return batch

    def _enlarge(self, fresh: tuple[str, ...]) -> None:
        n = len(self.ids) + len(fresh)
        self.code.update({vessel_id: len(self.ids) + k for k, vessel_id in enumerate(fresh)})
        self.ids += fresh
        classes, seeds = classes_and_seeds(fresh, self.register, np.zeros(len(fresh), np.int8))
        self.classes, self._seeds = np.append(self.classes, classes), np.append(self._seeds, seeds)
        self._fishing = np.append(self._fishing, np.zeros(len(fresh), np.int8))
        self._next_us = np.append(self._next_us, np.full(len(fresh), np.inf))
        if n > len(self._live.track):
            room = max(n, 2 * len(self._live.track))
            self._live.grow(room)
            self._base.grow(room)
        for _ in fresh:
            self.retained.append(Retained())
            for several in (self._frozen, self._closed, self._told):
                several.append({})
            self._base_tracks.append({})

    def set_register(self, register: dict[str, Vessel]) -> None:
        """Take a new register; vessels whose class changes by it are judged anew."""
        self.register = register
        self._classify(np.arange(len(self.ids)))

    def _classify(self, codes: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
        ids = tuple(self.ids[c] for c in codes)
        classes, _ = classes_and_seeds(ids, self.register, self._fishing[codes])
        changed = codes[classes != self.classes[codes]]
        self.classes[codes] = classes
        self._stale.update(int(c) for c in changed)

    # -- judging fixes -----------------------------------------------------------------------------------------

    def run(self, rows: Positions, at: I64, answer: tuple[I8, I64], fleet: Fleet) -> set[int]:
        """Judge usable rows in canonical order; returns the codes of the vessels touched.

        Args:
            rows: with our codes.
            at: (n,) place of each row in the batch.
            answer: (flag, segment id) of the batch, filled.
            fleet: told of every row judged.
        """
        fixes = to_fixes(rows)
        fixes["batch_row"] = at
        cuts = np.flatnonzero(np.diff(rows.vessel)) + 1
        starts = [0, *cuts.tolist(), len(rows)] if len(rows) else []
        in_order = np.ones(len(rows), np.bool_)
        groups = [(int(rows.vessel[a]), a, b) for a, b in pairwise(starts)]
        late: dict[int, int] = dict.fromkeys(self._stale, -(2**62))
        for code, a, b in groups:
            if code in late or not self.retained[code].follows(fixes[a]):
                in_order[a:b] = False
                late[code] = min(int(fixes["fix_time_us"][a]), late.get(code, 2**62))
                self.retained[code].merge(fixes[a:b])
        self._stale.clear()
        if in_order.all():
            self._run_on(rows, fixes, groups, answer, fleet)
        elif in_order.any():
            kept = np.flatnonzero(in_order)
            place = np.cumsum(in_order) - 1
            moved = [(c, int(place[a]), int(place[b - 1]) + 1) for c, a, b in groups if in_order[a]]
            self._run_on(rows.take(kept), fixes[kept], moved, answer, fleet)
        for code, first_us in late.items():
            self._run_again(code, answer)
            fleet.note_rerun(self.retained[code].fixes(), first_us)
        self._rerun.update(late)
        return {code for code, _, _ in groups} | late.keys()

    def _run_on(
        self, rows: Positions, fixes: Fixes, groups: list[tuple[int, int, int]], answer: tuple[I8, I64], fleet: Fleet
    ) -> None:
        """Judge rows that follow what is known."""
        track, drafts = self.chain.advance(rows, self._live, self.classes, self._seeds)
        flag, segment = answer
        flag[fixes["batch_row"]], segment[fixes["batch_row"]] = track.flag, track.segment_id
        fixes["flag"], fixes["segment_id"], fixes["batch_row"] = track.flag, track.segment_id, -1
        for code, a, b in groups:
            self.retained[code].append(fixes[a:b])
        for event in self.chain.write(drafts, self.ids) + self._cross(rows, track, self._tracks):
            self._closed[self.code[event.vessel_id]][key_of(event)] = event
        fleet.note(rows, track)

    def _run_again(self, code: int, answer: tuple[I8, I64]) -> None:
        """Judge all retained fixes of a vessel anew from the state at the window's start."""
        fixes = self.retained[code].fixes()
        for segment_id in np.unique(fixes["segment_id"][fixes["batch_row"] < 0]).tolist():
            self._tracks.pop(segment_id, None)
        self._tracks.update(self._base_tracks[code])
        self._live.copy_vessel(self._base, code)
        rows = to_positions(fixes, self.ids, code)
        track, drafts = self.chain.advance(rows, self._live, self.classes, self._seeds)
        fixes["flag"], fixes["segment_id"] = track.flag, track.segment_id
        mine = fixes["batch_row"] >= 0
        flag, segment = answer
        flag[fixes["batch_row"][mine]] = track.flag[mine]
        segment[fixes["batch_row"][mine]] = track.segment_id[mine]
        fixes["batch_row"] = -1
        self._closed[code] = by_key(self.chain.write(drafts, self.ids) + self._cross(rows, track, self._tracks))

    def _cross(self, rows: Positions, track: Track, tracks: dict[int, TrackSide]) -> list[Event]:
        """Return the crossings of judged rows; `tracks` is the memory, changed in place."""
        if self.chain.index is None:
            return []
        accepted = np.flatnonzero(track.flag == OK)
        if not len(accepted):
            return []
        paths = track.segment_id[accepted]
        known = {k: tracks[k] for k in np.unique(paths).tolist() if k in tracks}
        events, after = crossing_events(self.chain, rows.take(accepted), paths, CrossingState(known))
        assert after is not None
        tracks.update(after.tracks)
        return events

    # -- what holds --------------------------------------------------------------------------------------------

    def due(self, now_us: int) -> set[int]:
        """Return the vessels whose running events change by the passing of time."""
        return set(np.flatnonzero(self._next_us <= now_us).tolist())

    def settle(self, codes: Iterable[int], now_us: int, fleet: Fleet, differences: Differences) -> None:
        """Compare what holds for some vessels with what was told of them."""
        chosen = np.array(sorted(codes), np.int64)
        if not len(chosen):
            return
        views = self._views(chosen, now_us, fleet)
        for code, view in zip(chosen.tolist(), views, strict=True):
            reason = "late_fix" if code in self._rerun else "feed_outage"
            differences.compare(self._told[code], view, reason)
            self._told[code] = view
        self._rerun.clear()
        self._next_us[chosen] = self.chain.next_change_us(self._live, chosen, self.classes, now_us)
        unsure = [code for code in chosen.tolist() if code in self._unsure]
        self._next_us[unsure] = np.minimum(self._next_us[unsure], now_us + 10 * MINUTE_US)

    def unsure(self) -> set[int]:
        """Return the vessels whose running events can end without a fix."""
        return set(self._unsure)

    def standing(self, now_us: int, fleet: Fleet, again: set[int]) -> list[Event]:
        """Return every standing event of every vessel: as told, but judged anew for `again` and the unsure."""
        doubted = np.array(sorted(again | self._unsure), np.int64)
        views = list(self._told)
        for code, view in zip(doubted.tolist(), self._views(doubted, now_us, fleet), strict=True):
            views[code] = view
        return [event for view in views for event in view.values()]

    def _views(self, codes: I64, now_us: int, fleet: Fleet) -> list[dict[Key, Event]]:
        """Return the standing events of each vessel of `codes`."""
        wrong_zone = self._wrong_zone(codes, now_us)
        running: dict[int, list[Event]] = {}
        for event in self.chain.write(self.chain.running(self._live, codes, self.classes, now_us), self.ids):
            running.setdefault(self.code[event.vessel_id], []).append(event)
        views = []
        for code in codes.tolist():
            events = [*self._frozen[code].values(), *self._closed[code].values(), *running.get(code, ())]
            events += wrong_zone.get(code, ())
            events = [e for e in events if e.end_us is None or e.end_us >= self._limit_us]
            views.append(by_key(fleet.released(events, now_us)))
        return views

    def _wrong_zone(self, codes: I64, now_us: int) -> dict[int, list[Event]]:
        """Return apparent fishing in the wrong zone by vessel code; the rule needs the boat's length."""
        if self.chain.index is None:
            return {}
        vessels = {self.ids[c]: self.register[self.ids[c]] for c in codes.tolist() if self.ids[c] in self.register}
        judged = {vessel_id: vessel for vessel_id, vessel in vessels.items() if vessel.length_m is not None}
        found: dict[int, list[Event]] = {self.code[vessel_id]: [] for vessel_id in judged}
        if judged:
            # A dictionary of only the vessels asked for: the rule looks at every entry of it.
            ids = tuple(judged)
            fixes, vessel, track = self.accepted(ids, None, None)
            place = np.zeros(len(self.ids), np.int32)
            place[[self.code[v] for v in ids]] = np.arange(len(ids))
            for event in find_wrong_zone_fishing(
                to_positions(fixes, ids, place[vessel]), track, self.chain.index,
                now_us=now_us, vessels=judged, ports=self.chain.ports,
            ):  # fmt: skip
                found[self.code[event.vessel_id]].append(event)
        for code, events in found.items():
            (self._unsure.add if any(e.end_us is None for e in events) else self._unsure.discard)(code)
        return found

    # -- the window --------------------------------------------------------------------------------------------

    def recent(self, vessel_ids: Iterable[str] | None, since_us: int | None) -> Positions:
        """Return accepted fixes retained, ordered by vessel and time."""
        fixes, vessel, _ = self.accepted(vessel_ids, since_us, None)
        return to_positions(fixes, self.ids, vessel)

    def accepted(
        self, vessel_ids: Iterable[str] | None, since_us: int | None, until_us: int | None
    ) -> tuple[Fixes, np.ndarray[tuple[int], np.dtype[np.int32]], I64]:
        """Return (fixes, vessel codes, segment ids) of accepted fixes with since <= fix time <= until."""
        codes = range(len(self.ids)) if vessel_ids is None else [self.code[v] for v in vessel_ids if v in self.code]
        parts = []
        for code in codes:
            fixes = self.retained[code].fixes()
            times = fixes["fix_time_us"]
            a = 0 if since_us is None else int(np.searchsorted(times, since_us))
            b = len(fixes) if until_us is None else int(np.searchsorted(times, until_us, "right"))
            part = fixes[a:b]
            taken = part["flag"] == OK
            part = part if taken.all() else part[taken]
            parts.append(part)
        every = joined(parts)
        vessel = np.repeat(np.array(codes, np.int32), [len(part) for part in parts])
        return every, vessel, np.ascontiguousarray(every["segment_id"])

    def every_row(self, codes: list[int]) -> Positions:
        """Return all retained rows of some vessels, accepted or not."""
        parts = [self.retained[code].fixes() for code in codes]
        vessel = np.repeat(np.array(codes, np.int32), [len(part) for part in parts])
        return to_positions(joined(parts), self.ids, vessel)

    def prune(self, limit_us: int) -> None:
        """Move fixes older than a time out of the window, into the base state; let go of events that ended before."""
        self._limit_us = limit_us
        for code, retained in enumerate(self.retained):
            fixes = retained.fixes()
            if len(fixes) and fixes["fix_time_us"][0] < limit_us:
                self._move_base(code, retained.cut_before(limit_us))
            for events in (self._frozen[code], self._closed[code], self._told[code]):
                for key in [k for k, e in events.items() if e.end_us is not None and e.end_us < limit_us]:
                    del events[key]

    def _move_base(self, code: int, gone: Fixes) -> None:
        """Let the base state see fixes that left the window; what it finds stands for good."""
        rows = to_positions(gone, self.ids, code)
        track, drafts = self.chain.advance(rows, self._base, self.classes, self._seeds)
        tracks = self._base_tracks[code]
        for event in self.chain.write(drafts, self.ids) + self._cross(rows, track, tracks):
            self._frozen[code][key_of(event)] = event
            self._closed[code].pop(key_of(event), None)
        open_now = set(self._base.track[code]["segment_id"].tolist())
        for segment_id in [k for k in tracks if k not in open_now]:
            del tracks[segment_id]
            self._tracks.pop(segment_id, None)


def one_batch(parts: list[Positions], ids: tuple[str, ...]) -> Positions:
    """Return batches that share our vessel codes as one; cheaper than merging their dictionaries."""
    if not parts:
        return Positions.empty()
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in _NAMES}
    return Positions(ids, vessel=np.concatenate([part.vessel for part in parts]), **columns)


_NAMES = (
    "fix_time_us", "received_time_us", "lat_deg", "lon_deg", "sog_kn", "cog_deg", "kind", "row",
)  # fmt: skip
