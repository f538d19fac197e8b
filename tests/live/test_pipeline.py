"""The running watch: however the stream is cut, interrupted or restarted, the desk ends up knowing the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from haidang.core.columns import Positions
from haidang.core.errors import Unavailable
from haidang.core.event import Event
from haidang.core.time import DAY_US, HOUR_US, ManualClock, format_iso
from haidang.feeds.decoded import Decoded
from haidang.forecast.crossing import load_model
from haidang.live.alerting import AlertStep
from haidang.live.fanout import Fanout
from haidang.live.intake import Arrival
from haidang.live.restart import rebuild, show_stored
from haidang.live.room import Room
from haidang.live.watchkeeper import Watchkeeper
from haidang.rules.pack import load_pack
from haidang.simulate.fleet import Fleet, build
from haidang.simulate.scenario import Scenario
from haidang.store import alerts, events, feeds, positions, vessels
from haidang.store.chain import verify
from haidang.store.database import open_store

START_US = 1_772_470_800_000_000
UNTIL_US = START_US + 30 * HOUR_US


@pytest.fixture(scope="module")
def fleet() -> Fleet:
    return build(Scenario.preset("drill", seed=11, start_us=START_US, n_vms=120))


def open_room(folder: Path, fleet: Fleet, now_us: int = START_US) -> Room:
    store = open_store(folder / "haidang.sqlite")
    cards = {v.vessel_id: v for v in fleet.vessels}
    with store.write() as conn:
        vessels.learn(conn, cards, source="register", now_us=START_US)
    room = Room(
        "drill", store, ManualClock(now_us), load_pack("vietnam"), load_model(None), Fanout(0), zones=fleet.zones,
        ports=fleet.ports,
    )  # fmt: skip
    show_stored(room, cards)
    rebuild(room, now_us)
    return room


def run(room: Room, fleet: Fleet, step_us: int, *, after_us: int = START_US, until_us: int = UNTIL_US) -> None:
    keeper = Watchkeeper(room)
    clock = room.clock
    assert isinstance(clock, ManualClock)
    for start_us in range(after_us, until_us, step_us):
        end_us = min(start_us + step_us, until_us)
        clock.set(end_us)
        keeper.turn([Arrival("drill", Decoded(fleet.stream(start_us, end_us)), cursor=format_iso(end_us))])
    assert keeper.failed_batches == 0


def standing(room: Room) -> dict[str, tuple[str, str, int, int | None]]:
    with room.store.read() as conn:
        found: list[Event] = events.standing(conn, START_US - DAY_US)
    return {e.event_id: (e.kind, e.vessel_id, e.start_us, e.end_us) for e in found}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, fleet: Fleet) -> Iterator[Room]:
    room = open_room(tmp_path_factory.mktemp("undisturbed"), fleet)
    run(room, fleet, HOUR_US)
    yield room
    room.store.close()


def test_the_drill_has_something_to_say(undisturbed: Room) -> None:
    kinds = {kind for kind, *_ in standing(undisturbed).values()}
    assert {"silence", "crossing_out", "port_in", "stop"} <= kinds
    with undisturbed.store.read() as conn:
        assert alerts.find(conn)
        assert positions.count(conn) > 3000
        assert feeds.cursor(conn, "drill") == format_iso(UNTIL_US)


def test_any_cut_of_the_stream_gives_the_same_events(undisturbed: Room, fleet: Fleet, tmp_path: Path) -> None:
    room = open_room(tmp_path, fleet)
    run(room, fleet, 23 * 60_000_000)
    assert standing(room) == standing(undisturbed)
    room.store.close()


def test_a_restart_in_the_middle_changes_nothing(undisturbed: Room, fleet: Fleet, tmp_path: Path) -> None:
    room = open_room(tmp_path, fleet)
    half_us = START_US + 13 * HOUR_US
    run(room, fleet, HOUR_US, until_us=half_us)
    room.store.close()
    room = open_room(tmp_path, fleet, half_us)
    run(room, fleet, HOUR_US, after_us=half_us)
    assert standing(room) == standing(undisturbed)
    with room.store.read() as conn, undisturbed.store.read() as other:
        assert positions.count(conn) == positions.count(other)
        opened = {(a.vessel_id, a.rule_id, a.since_us) for a in alerts.find(conn)}
        assert opened == {(a.vessel_id, a.rule_id, a.since_us) for a in alerts.find(other)}
        assert verify(conn).ok
    room.store.close()


def test_a_batch_that_could_not_be_stored_is_tried_again(
    undisturbed: Room, fleet: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = {"n": 0}
    really_run = AlertStep.run

    def sometimes(self: AlertStep, *args: object, **kwargs: object) -> int:
        calls["n"] += 1
        if calls["n"] % 7 == 3:
            raise Unavailable("the disk is full")
        return really_run(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(AlertStep, "run", sometimes)
    monkeypatch.setattr("haidang.live.watchkeeper.RETRY_S", 0.0)
    room = open_room(tmp_path, fleet)
    run(room, fleet, HOUR_US)
    assert calls["n"] > 30
    assert standing(room) == standing(undisturbed)
    room.store.close()


def test_a_fault_of_ours_is_set_aside_and_the_watch_goes_on(
    fleet: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = open_room(tmp_path, fleet)
    keeper = Watchkeeper(room)
    with monkeypatch.context() as broken:
        broken.setattr(AlertStep, "run", lambda *_a, **_k: 1 / 0)
        keeper.turn([Arrival("drill", Decoded(fleet.stream(START_US, START_US + HOUR_US)))])
    assert keeper.failed_batches == 1
    health = room.board.get("drill")
    assert health is not None
    assert health.rejects_by_reason["pipeline_failed"] > 0
    keeper.turn([Arrival("drill", Decoded(Positions.empty()))])
    assert keeper.failed_batches == 1
    room.store.close()
