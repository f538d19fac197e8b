"""A desk that was off: what happened meanwhile is told once, what it knew is not forgotten, and nothing is doubled."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from haidang.core.columns import Positions, Reject
from haidang.core.errors import Unavailable
from haidang.core.time import DAY_US, HOUR_US, MINUTE_US, ManualClock
from haidang.core.vessel import Vessel
from haidang.desk.watch.alert import Alert
from haidang.feeds.decoded import Decoded
from haidang.forecast.crossing import load_model
from haidang.live.alerting import AlertStep
from haidang.live.fanout import Fanout
from haidang.live.feed_board import FeedBoard
from haidang.live.intake import Arrival, Receipt, merge
from haidang.live.modes import Options
from haidang.live.playback_folder import folder_for
from haidang.live.restart import rebuild
from haidang.live.room import Room
from haidang.live.watchkeeper import Watchkeeper
from haidang.rules.pack import load_pack
from haidang.store import alerts, events, feeds, positions
from haidang.store.database import open_store
from haidang.store.location import locate

T0_US = 1_780_000_000_000_000


def fixes(vessel_id: str, *, start_us: int, n: int, every_us: int = HOUR_US, lat_deg: float = 15.0) -> Positions:
    times = start_us + every_us * np.arange(n)
    return Positions.build([vessel_id], np.zeros(n), times, lat_deg + 0.02 * np.arange(n), np.full(n, 110.0))


def room_on(folder: Path, now_us: int) -> Room:
    room = Room(
        "drill",
        open_store(folder / "haidang.sqlite"),
        ManualClock(now_us),
        load_pack("vietnam"),
        load_model(None),
        Fanout(0),
    )
    room.picture.learn({"boat": Vessel("boat", kind="fishing", length_m=18.0)})
    rebuild(room, now_us)
    return room


def turn(room: Room, now_us: int, *arrivals: Arrival) -> Watchkeeper:
    assert isinstance(room.clock, ManualClock)
    room.clock.set(now_us)
    keeper = Watchkeeper(room)
    keeper.turn(list(arrivals))
    return keeper


def silences(room: Room) -> list[tuple[int, int | None]]:
    with room.store.read() as conn:
        return [(e.event.start_us, e.event.end_us) for e in events.find(conn, kinds=["silence"])]


def test_a_silence_that_began_while_the_desk_was_off_is_written(tmp_path: Path) -> None:
    last_us = T0_US + 9 * HOUR_US
    room = room_on(tmp_path, T0_US)
    turn(room, last_us, Arrival("f", Decoded(fixes("boat", start_us=T0_US, n=10))))
    assert silences(room) == []
    room.store.close()
    room = room_on(tmp_path, last_us + 20 * HOUR_US)
    turn(room, last_us + 20 * HOUR_US)
    assert silences(room) == [(last_us, None)]
    with room.store.read() as conn:
        known = {e for alert in alerts.unresolved(conn) for e in alert.event_ids}
        assert known
        assert len(events.load_many(conn, sorted(known))) == len(known), "an alert names an event nobody stored"
    room.store.close()


def test_a_silence_longer_than_the_window_outlives_a_restart(tmp_path: Path) -> None:
    last_us = T0_US + 9 * HOUR_US
    room = room_on(tmp_path, T0_US)
    turn(room, last_us, Arrival("f", Decoded(fixes("boat", start_us=T0_US, n=10))))
    turn(room, last_us + DAY_US)
    turn(room, last_us + 12 * DAY_US)
    with room.store.read() as conn:
        before = {(a.rule_id, a.severity) for a in alerts.unresolved(conn) if a.lasting}
    assert before
    room.store.close()
    room = room_on(tmp_path, last_us + 12 * DAY_US + HOUR_US)
    turn(room, last_us + 12 * DAY_US + HOUR_US)
    assert silences(room) == [(last_us, None)]
    with room.store.read() as conn:
        assert {(a.rule_id, a.severity) for a in alerts.unresolved(conn) if a.lasting} == before
    room.store.close()


def test_a_quiet_restart_tells_nothing(tmp_path: Path) -> None:
    room = room_on(tmp_path, T0_US)
    turn(room, T0_US + 30 * HOUR_US, Arrival("f", Decoded(fixes("boat", start_us=T0_US, n=10))))
    room.store.close()
    room = room_on(tmp_path, T0_US + 30 * HOUR_US)
    missed = room.catch_up
    assert missed is not None
    assert (missed.opened, missed.closed, missed.superseded) == ([], [], [])
    room.store.close()


def test_stored_but_not_shown_is_not_stored_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = room_on(tmp_path, T0_US)
    rejects = [Reject(3, "bad_checksum", "x")]
    receipt = __import__("concurrent.futures", fromlist=["Future"]).Future()

    def broken(_self: AlertStep) -> None:
        raise Unavailable("the reading connection is gone")

    monkeypatch.setattr(AlertStep, "publish", broken)
    batch = Decoded(fixes("boat", start_us=T0_US, n=3), rejects)
    keeper = turn(room, T0_US + 3 * HOUR_US, Arrival("f", batch, receipt=receipt))
    assert receipt.result(0) == Receipt(3, [False] * 3)
    assert keeper.failed_batches == 0
    with room.store.read() as conn:
        (feed,) = (f for f in feeds.all_feeds(conn) if f.feed_id == "f")
    assert (feed.positions, feed.duplicates, feed.rejects) == (3, 0, 1)
    room.store.close()


def test_one_bad_arrival_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = room_on(tmp_path, T0_US)

    def fault(*_args: object) -> None:
        raise ZeroDivisionError

    bad = Arrival("bad", Decoded(fixes("other", start_us=T0_US, n=2)), within=fault)
    keeper = turn(room, T0_US + HOUR_US, Arrival("good", Decoded(fixes("boat", start_us=T0_US, n=1))), bad)
    assert keeper.failed_batches == 1
    with room.store.read() as conn:
        assert positions.count(conn) == 1
        lost = {f.feed_id: dict(f.rejects_by_reason) for f in feeds.all_feeds(conn)}
    assert lost["bad"] == {"pipeline_failed": 2}, "what is lost is counted where a restart finds it"
    room.store.close()


def test_a_sender_whose_clock_runs_ahead_moves_nobody_into_the_future(tmp_path: Path) -> None:
    room = room_on(tmp_path, T0_US)
    ahead = fixes("boat", start_us=T0_US + 400 * DAY_US, n=1)
    turn(room, T0_US + HOUR_US, Arrival("f", Decoded(replace(ahead, received_time_us=ahead.fix_time_us))))
    assert room.picture.newest("boat") is None
    turn(room, T0_US + 2 * HOUR_US, Arrival("f", Decoded(fixes("boat", start_us=T0_US, n=2))))
    newest = room.picture.newest("boat")
    assert newest is not None
    assert newest.fix_time_us == T0_US + HOUR_US
    room.store.close()


def test_datagrams_of_one_feed_become_one_write() -> None:
    def of(feed_id: str, n: int, cursor: str | None = None, receipt: bool = False) -> Arrival:
        waiting = __import__("concurrent.futures", fromlist=["Future"]).Future() if receipt else None
        return Arrival(feed_id, Decoded(fixes("a", start_us=n, n=1)), cursor=cursor, receipt=waiting)

    merged = merge([of("a", 1), of("b", 2), of("a", 3, "x"), of("a", 4, receipt=True), of("a", 5)])
    assert [(m.feed_id, len(m.decoded.positions), m.cursor) for m in merged] == [
        ("a", 2, "x"), ("b", 1, None), ("a", 1, None), ("a", 1, None),
    ]  # fmt: skip


def test_waiting_senders_are_refused_at_the_end_not_left_alone(tmp_path: Path) -> None:
    room = room_on(tmp_path, T0_US)
    keeper = Watchkeeper(room)
    receipt = __import__("concurrent.futures", fromlist=["Future"]).Future()
    room.intake.put(Arrival("f", Decoded(fixes("boat", start_us=T0_US, n=1)), receipt=receipt))
    keeper.stop()
    with pytest.raises(Unavailable, match="stopping"):
        receipt.result(0)
    room.store.close()


def test_another_recording_gets_a_store_of_its_own(tmp_path: Path) -> None:
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text("a", "utf-8")
    two.write_text("b", "utf-8")
    place = locate(data=tmp_path / "d", mode="recording", environment={})
    first = folder_for(place, Options(replay=one))
    assert first == place
    assert folder_for(place, Options(replay=one)) == place
    other = folder_for(place, Options(replay=two))
    assert other.folder.parent == place.folder
    assert other.url != place.url
    assert folder_for(place, Options(replay=two)) == other


def test_an_hourly_feed_is_not_down_after_half_an_hour() -> None:
    health = FeedBoard().add("http:VMS", "VMS", "http")
    for hour in range(6):
        health.count(10, 0, {}, T0_US + hour * HOUR_US)
    last_us = T0_US + 5 * HOUR_US
    assert health.state(last_us + 100 * MINUTE_US) == "ok"
    assert health.state(last_us + 4 * HOUR_US) == "late"
    assert health.state(last_us + 10 * HOUR_US) == "down"
    assert health.rate_per_min(last_us + MINUTE_US) == pytest.approx(1.0)


def test_critical_alerts_are_told_outside_once_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from haidang.links import webhook
    from haidang.live.host import Host

    sent: list[webhook.Message] = []
    monkeypatch.setattr(webhook.Webhook, "offer", lambda _self, message: sent.append(message) or True)
    host = Host(data=tmp_path, database=None, mode="live", options=Options(webhook="http://127.0.0.1:9/x"))
    try:
        tell: Callable[[Alert], None] | None = host.room.on_critical
        assert tell is not None
        alert = Alert("a1", "r", "1", "boat", "critical", "open", T0_US, T0_US, T0_US)
        tell(alert)
        tell(alert)
        assert [m.message_id for m in sent] == ["a1"]
        assert sent[0].body["vessel_label"] == "boat"
    finally:
        host.close()
