"""Micro-batches: all or nothing, duplicates known, totals right."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_build import NOON_US, fixes, silence, write

from haidang.core.columns import FLAGS, Positions, Reject
from haidang.core.errors import Conflict, InvalidInput, NotFound
from haidang.core.time import DAY_US, HOUR_US, MINUTE_US
from haidang.core.vessel import Vessel
from haidang.desk.watch.alert import Alert, AlertChange, Wording
from haidang.store import Store, alerts, chain, events, feeds, forecasts, positions, vessels
from haidang.store.batch import BatchWrite, write_batch


def test_everything_of_a_batch_comes_back(store: Store) -> None:
    batch = fixes(6)
    alert = Alert(
        "a1", "loss", "1", "574001", "high", "open", NOON_US, NOON_US, NOON_US, event_ids=("e",), wording=Wording("t")
    )
    forecast = forecasts.ForecastRow(
        "574001", NOON_US, "line", 0.1, 0.2, 0.3, 0.4, 0.5, eta_median_us=NOON_US + HOUR_US
    )
    result = write(
        store, batch, rejects=[Reject(7, "bad_checksum", "!AIVDM\0\ud800"), Reject(9, "bad_checksum", "x")],
        counts={"type_1": 6, "other_message": 2}, opened=[silence()], forecasts=[forecast],
        alerts=[AlertChange(alert, ())],
        vessels={"574001": Vessel("574001", name="BIỂN ĐÔNG 01", kind="fishing")}, cursor="offset:812",
    )  # fmt: skip
    assert (result.stored, result.batch_id, result.is_duplicate.tolist()) == (6, 1, [False] * 6)
    with store.read() as conn:
        back = positions.window(conn, NOON_US)
        assert_equal_fixes(back.positions, batch)
        assert positions.count(conn) == 6
        assert positions.count_vessels(conn) == 2
        (feed,) = feeds.all_feeds(conn)
        assert (feed.positions, feed.duplicates, feed.rejects, feed.cursor) == (6, 0, 2, "offset:812")
        assert feed.rejects_by_reason == {"bad_checksum": 2}
        assert feed.counts == {"type_1": 6, "other_message": 2}
        assert feed.last_fix_us == NOON_US + 5 * MINUTE_US
        assert [(r.reject.row, r.reject.reason) for r in feeds.latest_rejects(conn, "ais")] == [
            (9, "bad_checksum"), (7, "bad_checksum"),
        ]  # fmt: skip
        (stored,) = events.find(conn, vessel_id="574001")
        assert stored.event == silence()
        assert stored.event_id == silence().event_id
        assert alerts.load(conn, "a1") == alert
        assert forecasts.latest(conn) == [forecast]
        assert vessels.load(conn, "574001").vessel.name == "BIỂN ĐÔNG 01"
        assert feeds.cursor(conn, "ais") == "offset:812"


def assert_equal_fixes(a: Positions, b: Positions) -> None:
    assert [a.vessel_ids[i] for i in a.vessel] == [b.vessel_ids[i] for i in b.vessel]
    for name in ("fix_time_us", "received_time_us", "lat_deg", "lon_deg", "sog_kn", "cog_deg", "kind"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=name)


def test_duplicates_are_known_and_not_stored(store: Store) -> None:
    first = fixes(6)
    write(store, first)
    twice = Positions.concat([fixes(4, seed=1, start_us=NOON_US + HOUR_US), first.take(slice(2, 5))])
    both = twice.take(np.array([0, 1, 2, 3, 4, 5, 6, 1]))
    result = write(store, both)
    assert result.is_duplicate.tolist() == [False] * 4 + [True] * 4
    assert result.stored == 4
    again = write(store, both)
    assert (again.stored, again.batch_id, again.is_duplicate.all()) == (0, None, True)
    with store.read() as conn:
        assert positions.count(conn) == 10
        assert chain.verify(conn).ok
        (feed,) = feeds.all_feeds(conn)
        assert (feed.positions, feed.duplicates) == (10, 12)


def test_same_time_elsewhere_is_not_a_duplicate(store: Store) -> None:
    one = fixes(1)
    moved = replace(one, lat_deg=one.lat_deg + 1e-6)
    write(store, one)
    assert write(store, moved).stored == 1


class PowerCut(Exception):
    pass


@pytest.mark.parametrize(
    "step", ["feeds.add_rejects", "events.write", "forecasts.write", "alerts.save", "feeds.advance", None]
)
def test_nothing_is_stored_when_a_batch_breaks(store: Store, step: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    write(store, fixes(4), cursor="a")
    before = dump(store)

    def cut(*_args: Any, **_kwargs: Any) -> None:
        raise PowerCut

    if step is not None:
        monkeypatch.setattr(f"haidang.store.{step}", cut)
    work = BatchWrite(
        "other", NOON_US, positions=fixes(8, seed=2, vessels=("new1", "new2")), rejects=[Reject(0, "r", "x")],
        opened=[silence()], superseded=[(silence().event_id, None, "late")], cursor="b",
        vessels={"new3": Vessel("new3", name="X")},
    )  # fmt: skip

    def turn() -> None:
        with store.write() as conn:
            write_batch(conn, work)
            raise PowerCut

    with pytest.raises(PowerCut):
        turn()
    assert dump(store) == before
    monkeypatch.undo()
    with store.write() as conn:
        assert write_batch(conn, work).stored == 8
    with store.read() as conn:
        assert chain.verify(conn).ok


def dump(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    from haidang.store.tables import metadata

    with store.read() as conn:
        return {t.name: [tuple(map(str, row)) for row in conn.execute(t.select())] for t in metadata.sorted_tables}


def test_flags_and_segments_are_kept_and_only_believed_fixes_are_last(store: Store) -> None:
    batch = fixes(4, vessels=("v",))
    flag = np.array([0, 0, FLAGS.index("jump"), FLAGS.index("bad_time")], np.int8)
    write(store, batch, flag=flag, segment_id=np.array([5, 5, -1, -1], np.int64))
    with store.read() as conn:
        track = positions.track(conn, "v")
        assert track.flag.tolist() == flag.tolist()
        assert track.segment_id.tolist() == [5, 5, -1, -1]
        last = positions.last(conn)
        assert last.positions.fix_time_us.tolist() == [NOON_US + MINUTE_US]
        assert last.feed_id == ("ais",)
        assert len(positions.track(conn, "v", since_us=NOON_US + MINUTE_US, until_us=NOON_US + 2 * MINUTE_US).flag) == 2
        assert positions.track(conn, "v", limit=1).flag.tolist() == [FLAGS.index("bad_time")]
        with pytest.raises(NotFound, match="no vessel"):
            positions.track(conn, "nobody")


def test_late_fixes_do_not_move_the_last_position_back(store: Store) -> None:
    write(store, fixes(2, vessels=("v",), start_us=NOON_US))
    write(store, fixes(2, vessels=("v",), start_us=NOON_US - DAY_US, seed=3))
    with store.read() as conn:
        assert positions.last(conn).positions.fix_time_us.tolist() == [NOON_US + MINUTE_US]
        assert len(positions.window(conn, NOON_US).positions) == 2
        assert len(positions.window(conn, NOON_US - 2 * DAY_US).positions) == 4
        assert len(positions.window(conn, NOON_US + 3 * DAY_US).positions) == 0


def test_empty_store_answers(store: Store) -> None:
    with store.read() as conn:
        assert positions.count(conn) == positions.count_vessels(conn) == alerts.count_unresolved(conn) == 0
        assert len(positions.last(conn).positions) == 0
        assert forecasts.latest(conn) == []
        assert feeds.all_feeds(conn) == []
        assert feeds.cursor(conn, "ais") is None
        with pytest.raises(NotFound):
            feeds.latest_rejects(conn, "ais")


def test_columns_of_another_length_are_refused(store: Store) -> None:
    with pytest.raises(InvalidInput, match="must have 6 rows"):
        write(store, fixes(6), flag=np.zeros(5, np.int8))


def test_events_are_closed_superseded_and_stand_again(store: Store) -> None:
    running, ended = silence(), silence(end_us=NOON_US + HOUR_US)
    other = silence("574002")
    write(store, fixes(1), opened=[running, other])
    write(store, fixes(1), closed=[ended], superseded=[(other.event_id, running.event_id, "late_data")])
    with store.read() as conn:
        assert [e.event.end_us for e in events.find(conn)] == [NOON_US + HOUR_US]
        gone = events.load(conn, other.event_id)
        assert (gone.superseded_reason, gone.event.superseded_by) == ("late_data", running.event_id)
        assert {e.event_id for e in events.find(conn, with_superseded=True)} == {running.event_id, other.event_id}
        assert events.find(conn, is_running=True) == []
        assert events.find(conn, kinds=["encounter"]) == []
        assert [e.event_id for e in events.load_many(conn, [other.event_id, "none"])] == [other.event_id]
        assert events.load_many(conn, []) == []
        assert events.find(conn, until_us=NOON_US - 1) == []
        with pytest.raises(NotFound):
            events.load(conn, "none")
    write(store, fixes(1), opened=[other])
    with store.read() as conn:
        assert events.load(conn, other.event_id).superseded_us is None
        assert [e.vessel_id for e in events.standing(conn, NOON_US + 2 * HOUR_US)] == ["574002"]


def test_an_alert_changed_meanwhile_gives_up_the_batch(store: Store) -> None:
    alert = Alert("a1", "loss", "1", "v", "high", "open", NOON_US, NOON_US, NOON_US)
    write(store, fixes(1), alerts=[AlertChange(alert, ())])
    stale = AlertChange(replace(alert, version=3), ())
    with pytest.raises(Conflict, match="changed meanwhile"):
        write(store, fixes(3, seed=9, start_us=NOON_US + HOUR_US), alerts=[stale])
    with store.read() as conn:
        assert positions.count(conn) == 1


def test_forecasts_are_said_once(store: Store) -> None:
    row = forecasts.ForecastRow("v", NOON_US, "line", 0.0, 0.0, 0.01, 0.02, 0.05, weight=10.0)
    write(store, fixes(1), forecasts=[row, replace(row, p_12h=0.9)])
    with store.read() as conn:
        assert forecasts.between(conn, NOON_US, NOON_US + 1) == [row]
        assert forecasts.between(conn, NOON_US + 1, NOON_US + 2) == []
        assert forecasts.latest(conn) == []


def test_a_feed_does_not_overwrite_the_register(store: Store) -> None:
    with store.write() as conn:
        vessels.save(conn, Vessel("v", name="Thuận An", length_m=17.2), base_version=None, now_us=NOON_US)
        changed = vessels.learn(
            conn, {"v": Vessel("v", name="THUANAN", call_sign="XV1")}, source="feed:ais", now_us=NOON_US
        )
        assert changed == ["v"]
        stored = vessels.load(conn, "v")
        assert (stored.vessel.name, stored.vessel.call_sign) == ("Thuận An", "XV1")
        assert stored.provenance == {"name": "register", "length_m": "register", "call_sign": "feed:ais"}
        assert vessels.learn(conn, {"v": Vessel("v", call_sign="XV1")}, source="feed:ais", now_us=NOON_US) == []
        with pytest.raises(Conflict, match="already"):
            vessels.save(conn, Vessel("v"), base_version=None, now_us=NOON_US)
        with pytest.raises(Conflict, match="meanwhile"):
            vessels.save(conn, Vessel("v"), base_version=7, now_us=NOON_US)
        saved = vessels.save(conn, replace(stored.vessel, gear="gillnet"), base_version=1, now_us=NOON_US)
        assert saved.version == 2
        assert vessels.load(conn, "v") == replace(saved, provenance=vessels.load(conn, "v").provenance)
        assert vessels.find(conn, query="xv1")[1] == 1
        assert vessels.find(conn, query="%")[1] == 0
        assert vessels.find(conn, kind="fishing", is_registered=True)[1] == 0
        assert vessels.cards(conn)["v"].gear == "gillnet"
        with pytest.raises(NotFound):
            vessels.load(conn, "w")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, 40), max_size=6), repeats=st.lists(st.integers(0, 39), max_size=20))
def test_any_split_with_any_repeats_stores_the_same(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], repeats: list[int]
) -> None:
    from haidang.store import open_store

    whole = fixes(40, vessels=("a", "b", "c"))
    with open_store(tmp_path_factory.mktemp("s") / "x.sqlite") as store:
        edges = sorted({0, 40, *cuts})
        for start, end in pairwise(edges):
            write(store, whole.take(slice(start, end)))
            write(store, whole.take(np.array([r for r in repeats if r < end], np.int64)))
        with store.read() as conn:
            assert_equal_fixes(positions.window(conn, NOON_US).positions, whole)
            assert chain.verify(conn).ok


def test_hostile_ids_cost_nothing(store: Store) -> None:
    batch = fixes(2, vessels=("a\0b", "'; DROP TABLE positions; --"))
    assert write(store, batch, opened=[silence("a\0b")]).stored == 2
    assert write(store, batch).stored == 0
    with store.read() as conn:
        assert positions.last(conn).positions.vessel_ids == ("a\u2400b", "'; DROP TABLE positions; --")
        assert chain.verify(conn).ok
