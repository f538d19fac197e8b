"""THE list of steps, in order: from decoded input to what the officer sees.

Read STEPS and you know the product. Everything a micro-batch causes is written in one transaction; what fails is
undone as a whole, the engine is rebuilt from the store, and nobody was told that it was safe.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace

import numpy as np

from haidang.core.columns import Positions
from haidang.core.time import HOUR_US, MINUTE_US
from haidang.core.vessel import Vessel
from haidang.events.watch import Changes
from haidang.forecast.boundaries import boundaries_of
from haidang.forecast.crossing import Forecasts, predict
from haidang.live.alerting import AlertStep
from haidang.live.forecast_rows import stored_rows
from haidang.live.intake import Arrival, Receipt
from haidang.live.room import Room
from haidang.store import batch
from haidang.store import positions as stored
from haidang.store.forecasts import ForecastRow

#: How often, in event time, the forecast is issued and the rules are judged.
FORECAST_EVERY_US = 30 * MINUTE_US
JUDGE_EVERY_US = MINUTE_US
#: How often, in event time, the engine takes what transponders say of themselves.
REGISTER_EVERY_US = MINUTE_US
#: A forecast looks at fixes this far back.
FORECAST_REACH_US = 26 * HOUR_US
#: What the engine and the rules look at on a vessel's card.
JUDGED_BY = ("kind", "length_m", "gear", "supplier", "home_port", "pair_id", "licence_to_us")
BELIEVED = np.array(stored.BELIEVED_FLAGS, np.int8)
#: The feed that turns without input are written under.
DESK_FEED = "desk"


@dataclass(slots=True)
class Work:
    """What one micro-batch carries from step to step."""

    arrivals: Sequence[Arrival]
    now_us: int
    positions: Positions = field(default_factory=Positions.empty)
    slices: list[slice] = field(default_factory=list)
    learned: dict[str, Vessel] = field(default_factory=dict)
    changes: Changes | None = None
    forecasts: Forecasts | None = None
    is_judged: bool = False
    is_committed: bool = False
    results: list[batch.BatchResult] = field(default_factory=list)
    alert_changes: int = 0


class Pipeline:
    """Runs the steps over micro-batches. Owned by one thread."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.alerting = AlertStep(room)
        self.boundaries = boundaries_of(room.zones, room.ports)
        self._next_forecast_us: int | None = None
        self._next_judgement_us: int | None = None
        self._next_register_us: int | None = None
        self._is_register_stale = False

    def process(self, work: Work) -> None:
        """Run all steps over a micro-batch (may be empty: time itself makes silences).

        An exception while `work.is_committed` is False means that nothing of the batch was stored and the engine must
        be rebuilt; one after that means that it is safe, and only its showing failed.

        Raises:
            Unavailable: the database cannot be used.
        """
        for step in self.STEPS:
            step(self, work)

    def gather(self, work: Work) -> None:
        """Put the arrivals' rows into one batch, rounded as the store will give them back."""
        start, parts = 0, []
        for arrival in work.arrivals:
            rows = _received_by(stored.as_stored(arrival.decoded.positions), work.now_us)
            parts.append(rows)
            work.slices.append(slice(start, start + len(rows)))
            start += len(rows)
        work.positions = Positions.concat(parts)

    def identify(self, work: Work) -> None:
        """Take in what transponders say of themselves; what the register says stays."""
        for arrival in work.arrivals:
            for vessel_id, said in arrival.decoded.vessels.items():
                known = work.learned.get(vessel_id) or self.room.picture.card(vessel_id)
                merged = _fill_gaps(known, said)
                if merged != known:
                    work.learned[vessel_id] = merged
        if work.learned and any(_is_judged_by(v, self.room.picture.card(v.vessel_id)) for v in work.learned.values()):
            self._is_register_stale = True
        is_due = self._next_register_us is None or work.now_us >= self._next_register_us
        if self.room.is_register_changed or (self._is_register_stale and is_due):
            # The engine looks at every vessel anew: at most once a minute, however many transponders speak.
            self.room.is_register_changed = self._is_register_stale = False
            self._next_register_us = work.now_us + REGISTER_EVERY_US
            self.room.watch.set_vessels({**self.room.picture.cards(), **work.learned})

    def observe(self, work: Work) -> None:
        """Clean, segment and detect: which events opened, ended or no longer hold."""
        found = self.room.watch.update(work.positions, work.now_us)
        missed = self.room.catch_up
        if missed is not None:
            found = replace(
                found,
                opened=missed.opened + found.opened,
                closed=missed.closed + found.closed,
                superseded=missed.superseded + found.superseded,
            )
        work.changes = found

    def foresee(self, work: Work) -> None:
        """Issue the forecast every half hour of event time."""
        if self._next_forecast_us is not None and work.now_us < self._next_forecast_us:
            return
        recent = self.room.watch.recent(since_us=work.now_us - FORECAST_REACH_US)
        work.forecasts = predict(recent, self.boundaries, work.now_us, self.room.model)

    def commit(self, work: Work) -> None:
        """Write everything in one transaction: positions, rejects, events, forecasts, alerts, cursors."""
        changes = work.changes
        assert changes is not None
        with self.room.store.write() as conn:
            for i, write in enumerate(self._writes(work)):
                result = batch.write_batch(conn, write)
                work.results.append(result)
                within = work.arrivals[i].within if work.arrivals else None
                if within is not None:
                    within(conn, result)
            if self._is_time_to_judge(work):
                work.is_judged = True
                work.alert_changes = self.alerting.run(conn, work.forecasts, changes.superseded, now_us=work.now_us)
        work.is_committed = True
        self.room.catch_up = None
        if work.forecasts is not None:
            self._next_forecast_us = work.now_us // FORECAST_EVERY_US * FORECAST_EVERY_US + FORECAST_EVERY_US
        if work.is_judged:
            self._next_judgement_us = work.now_us + JUDGE_EVERY_US

    def publish(self, work: Work) -> None:
        """Show it: the picture, the screens, the feeds' health; then give out the receipts, whatever the screens do."""
        try:
            self._show(work)
        finally:
            for arrival, result in zip(work.arrivals, work.results, strict=False):
                if arrival.receipt is not None:
                    arrival.receipt.set_result(Receipt(result.stored, result.is_duplicate.tolist()))

    def _show(self, work: Work) -> None:
        room, changes = self.room, work.changes
        assert changes is not None
        for arrival, result in zip(work.arrivals, work.results, strict=False):
            self._count(arrival, result, work.now_us)
        cards = room.picture.learn(work.learned)
        known = len(room.picture)
        moved = room.picture.update(work.positions, np.isin(changes.flag, BELIEVED))
        added = [int(i) for i in moved if i >= known]
        if cards or added:
            room.fanout.publish("vessels", sorted({*cards, *added}))
        room.fanout.moved(moved.tolist())
        if work.forecasts is not None:
            room.warnings = work.forecasts
            room.fanout.publish("warnings", None)
        if work.is_judged:
            self.alerting.publish()

    #: The whole product, in order.
    STEPS: tuple[Callable[["Pipeline", Work], None], ...] = (gather, identify, observe, foresee, commit, publish)

    def _is_time_to_judge(self, work: Work) -> bool:
        changes = work.changes
        assert changes is not None
        has_news = bool(changes.opened or changes.closed or changes.superseded or work.forecasts is not None)
        is_due = self._next_judgement_us is None or work.now_us >= self._next_judgement_us
        return has_news or is_due

    def _writes(self, work: Work) -> list[batch.BatchWrite]:
        """Return one write per arrival; what the whole turn caused goes with the first (or with `desk`)."""
        changes = work.changes
        assert changes is not None
        caused = batch.BatchWrite(
            feed_id=DESK_FEED,
            recorded_us=work.now_us,
            opened=changes.opened,
            closed=changes.closed,
            superseded=changes.superseded,
            forecasts=self._forecasts_to_store(work),
        )
        if not work.arrivals:
            return [caused]
        writes = [self._batch_of(work, i, arrival) for i, arrival in enumerate(work.arrivals)]
        names = ("opened", "closed", "superseded", "forecasts")
        writes[0] = replace(writes[0], **{name: getattr(caused, name) for name in names})
        return writes

    @staticmethod
    def _batch_of(work: Work, i: int, arrival: Arrival) -> batch.BatchWrite:
        changes, rows = work.changes, work.slices[i]
        assert changes is not None
        return batch.BatchWrite(
            feed_id=arrival.feed_id,
            recorded_us=work.now_us,
            positions=work.positions.take(rows),
            flag=changes.flag[rows],
            segment_id=changes.segment_id[rows],
            rejects=arrival.decoded.rejects,
            counts=arrival.decoded.counts,
            vessels=arrival.decoded.vessels,
            cursor=arrival.cursor,
        )

    @staticmethod
    def _forecasts_to_store(work: Work) -> list[ForecastRow]:
        if work.forecasts is None or not len(work.forecasts):
            return []
        return stored_rows(work.forecasts, seed=work.now_us)

    def _count(self, arrival: Arrival, result: batch.BatchResult, now_us: int) -> None:
        kind = "http" if arrival.feed_id.startswith("http:") else "feed"
        health = self.room.board.add(arrival.feed_id, arrival.feed_id.removeprefix("http:"), kind)
        reasons: dict[str, int] = {}
        for reject in arrival.decoded.rejects:
            reasons[reject.reason] = reasons.get(reject.reason, 0) + 1
        n = len(arrival.decoded.positions)
        if n or reasons or arrival.decoded.counts:
            health.count(result.stored, n - result.stored, reasons, now_us)


def _received_by(rows: Positions, now_us: int) -> Positions:
    """Return the rows with no reception later than now: a sender's clock may run ahead, ours decides what is future."""
    if not len(rows) or int(rows.received_time_us.max()) <= now_us:
        return rows
    return replace(rows, received_time_us=np.minimum(rows.received_time_us, now_us))


def _is_judged_by(card: Vessel, known: Vessel) -> bool:
    """Return whether the engine would judge the vessel otherwise by this card; it does not look at names."""
    return any(getattr(card, name) != getattr(known, name) for name in JUDGED_BY)


def _fill_gaps(known: Vessel, said: Vessel) -> Vessel:
    """Return the known vessel with its gaps filled by what a transponder says; nothing known is overwritten."""
    gaps = {
        f.name: getattr(said, f.name)
        for f in fields(Vessel)
        if getattr(said, f.name) is not None
        and (getattr(known, f.name) is None or (f.name == "kind" and known.kind == "unknown"))
    }
    return replace(known, **gaps) if gaps else known
