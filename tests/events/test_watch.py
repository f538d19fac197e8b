"""The living watch: any split, any order of arrival inside the window, the same standing events as the batch."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build import START_US, meet, story
from haidang.core.columns import FLAGS, Positions
from haidang.core.event import Event
from haidang.core.time import DAY_US, HOUR_US
from haidang.core.vessel import Vessel
from haidang.core.zone import Port, Zone
from haidang.events.detect import detect
from haidang.events.settings import EngineSettings
from haidang.events.watch import Changes, Watch

BOAT = "QNa-90001-TS"
PORTS = (Port("KH", "Kỳ Hà", 15.48, 108.69),)
LINE = np.array([[110.0, 10.0], [110.0, 20.0]])
BOX = np.array([[109.2, 15.0], [109.6, 15.0], [109.6, 16.0], [109.2, 16.0], [109.2, 15.0]])
ZONES = (
    Zone("line", "Line", "permitted_boundary", lines=(LINE,), inside="left", is_alert_boundary=True),
    Zone("box", "Box", "watch", polygons=((BOX,),)),
    Zone("inshore", "Inshore", "inshore", polygons=((BOX - [0.4, 0.0],),)),
)
REGISTER = {
    f"QNa-9000{n}-TS": Vessel(f"QNa-9000{n}-TS", kind="fishing", length_m=12.0 + 2 * n, supplier="VNPT" if n else "ZU")
    for n in range(4)
}


class Desk:
    """Keeps the register of events a desk would keep from the changes it is told."""

    def __init__(self, **options) -> None:
        self.watch = Watch(**options)
        self.events: dict[str, Event] = {}

    def take(self, batch: Positions, now_us: int) -> Changes:
        changes = self.watch.update(batch, now_us)
        for event in changes.opened:
            known = self.events.get(event.event_id)
            assert known is None or known.end_us is not None, "opened twice"
            self.events[event.event_id] = event
        for event in changes.closed:
            assert event.event_id in self.events, "closed before it was opened"
            self.events[event.event_id] = event
        for event_id, _heir, reason in changes.superseded:
            assert reason
            del self.events[event_id]
        return changes


def fleet(seed: int, days: int = 3) -> Positions:
    """Return a few boats that sail to and fro over the line, lie in port, fall silent and stray."""
    rng = np.random.default_rng(seed)
    stories = []
    for number in range(4):
        boat = story(f"QNa-9000{number}-TS", lat=15.48, lon=108.69, every_min=int(rng.choice([30, 60, 120])))
        boat.at_us += int(rng.integers(0, HOUR_US))
        while boat.at_us < START_US + days * DAY_US:
            act = rng.integers(0, 7)
            if act == 0:
                boat.drift(hours=float(rng.integers(1, 10)))
            elif act == 1:
                boat.silence(hours=float(rng.integers(3, 15)), course_deg=90, speed_kn=2)
            elif act == 2:
                boat.stray(18.0, 112.0)
            elif act == 3 and boat.lon < 109.6:
                boat.silence(hours=5)
                boat.lat, boat.lon = 15.48, 108.69
                boat.drift(hours=4)
            else:
                speed_kn = float(rng.choice([9, 3]))
                boat.sail(float(rng.choice([90, 270])), speed_kn, hours=float(rng.integers(2, 12)))
        stories.append(boat)
    ship = story("574001234", lat=15.5, lon=109.0, every_min=5).sail(90, 12, hours=8).drift(hours=4)
    two = story("574005678", lat=ship.lat + 0.002, lon=ship.lon, every_min=5)
    two.at_us = ship.at_us - 4 * HOUR_US
    return meet(*stories, ship, two.drift(hours=4))


def agree(desk: Desk, expected: list[Event]) -> None:
    standing = desk.watch.standing()
    assert standing == expected
    assert sorted(desk.events) == sorted(e.event_id for e in expected)
    assert [desk.events[e.event_id].end_us for e in expected] == [e.end_us for e in expected]


OPTIONS = {
    "zones": ZONES, "ports": PORTS, "vessels": REGISTER, "settings": EngineSettings(outage_min_vessels=2)
}  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1, 7, 100, 5000]))
def test_any_split_of_the_stream_is_the_batch(seed, size) -> None:
    p = fleet(seed)
    now = int(p.fix_time_us.max()) + 7 * HOUR_US
    expected = detect(p, **OPTIONS, until_us=now)
    desk = Desk(**OPTIONS)
    flags, segments = [], []
    for at in range(0, len(p), size):
        part = p.take(slice(at, at + size))
        changes = desk.take(part, int(part.fix_time_us.max()))
        flags += changes.flag.tolist()
        segments += changes.segment_id.tolist()
    desk.take(Positions.empty(), now)
    agree(desk, expected.events)
    assert flags == expected.flag.tolist()
    assert segments == expected.segment_id.tolist()


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False), st.sampled_from([3, 40, 5000]))
def test_any_order_of_arrival_is_the_batch(seed, random, size) -> None:
    p = fleet(seed)
    now = int(p.fix_time_us.max()) + 7 * HOUR_US
    order = list(range(len(p)))
    random.shuffle(order)
    shuffled = p.take(np.array(order))
    desk = Desk(**OPTIONS)
    heard = START_US
    for at in range(0, len(p), size):
        part = shuffled.take(slice(at, at + size))
        heard = max(heard, int(part.fix_time_us.max()))
        desk.take(part, heard)
    desk.take(Positions.empty(), now)
    agree(desk, detect(p, **OPTIONS, until_us=now).events)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000))
def test_a_long_stream_stays_the_batch_inside_its_window(seed) -> None:
    p = fleet(seed, days=14)
    window = EngineSettings(retained_us=3 * DAY_US)
    now = int(p.fix_time_us.max())
    desk = Desk(settings=window, ports=PORTS)
    rng = np.random.default_rng(seed)
    order = np.argsort(p.fix_time_us + rng.integers(0, DAY_US, len(p)) * (rng.random(len(p)) < 0.1), kind="stable")
    for at in range(0, len(p), 50):
        part = p.take(order[at : at + 50])
        changes = desk.take(part, int(part.fix_time_us.max()))
        assert FLAGS.index("late") not in changes.flag
    desk.take(Positions.empty(), now)
    limit = now - 2 * DAY_US
    recent = [e for e in detect(p, settings=window, ports=PORTS, until_us=now).events if _ends_after(e, limit)]
    assert [e for e in desk.watch.standing() if _ends_after(e, limit)] == recent
    assert sum(len(r.fixes()) for r in desk.watch._vessels.retained) < 0.5 * len(p)


def _ends_after(event: Event, limit_us: int) -> bool:
    return event.kind != "encounter" and (event.end_us is None or event.end_us >= limit_us)


def test_a_supplier_that_fails_is_told_instead_of_its_boats() -> None:
    boats = [story(f"QNa-9{n:04d}-TS", lat=14 + n * 0.05, lon=111.0) for n in range(24)]
    register = {b.vessel_id: Vessel(b.vessel_id, supplier="A" if n < 12 else "B") for n, b in enumerate(boats)}
    for n, boat in enumerate(boats):
        boat.at_us += n * 60_000_000
        boat.sail(90, 3, hours=24)
        if n < 12:
            boat.silence(hours=30)
        elif n == 20:
            boat.silence(hours=9)
        boat.sail(90, 3, hours=20 if n < 12 else 41 if n == 20 else 50)
    p = meet(*boats)
    desk = Desk(vessels=register)
    alone, outages = set(), set()
    for at in range(0, len(p), 10):
        part = p.take(slice(at, at + 10))
        changes = desk.take(part, int(part.received_time_us.max()))
        alone |= {e.vessel_id for e in changes.opened if e.kind == "silence"}
        outages |= {e.vessel_id for e in changes.opened if e.kind == "feed_outage"}
    assert outages == {"supplier:A"}
    assert alone == {boats[20].vessel_id}
    now = desk.watch._now_us
    agree(desk, detect(p, vessels=register, until_us=now).events)


def test_a_silence_opens_closes_and_a_late_fix_takes_it_back() -> None:
    boat = story(BOAT, lat=15.5, lon=110.5).sail(90, 6, hours=8)
    desk = Desk()
    desk.take(boat.positions(), boat.at_us)
    changes = desk.take(Positions.empty(), boat.at_us + 5 * HOUR_US)
    assert [e.kind for e in changes.opened] == ["silence"]
    sailed = len(boat.fixes)
    boat.sail(90, 6, hours=10)
    stored, last = boat.positions().take(slice(sailed, -1)), boat.positions().take(slice(-1, None))
    changes = desk.take(last, boat.at_us)
    assert [(e.kind, e.end_us) for e in changes.closed] == [("silence", boat.at_us)]
    changes = desk.take(stored, boat.at_us + HOUR_US)
    assert [reason for _, _, reason in changes.superseded] == ["late_fix"]
    assert desk.watch.standing() == []


def test_fixes_older_than_the_window_are_late_and_change_nothing() -> None:
    boat = story(BOAT, lat=15.5, lon=110.5).sail(90, 6, hours=8)
    desk = Desk()
    desk.take(boat.positions(), boat.at_us)
    before = desk.watch.standing()
    old = story(BOAT, lat=12.0, lon=110.5)
    old.at_us -= 11 * DAY_US
    changes = desk.take(old.report().positions(), boat.at_us)
    assert [FLAGS[f] for f in changes.flag] == ["late"]
    assert desk.watch.standing() == before


def test_recent_gives_the_accepted_fixes_back() -> None:
    boat = story(BOAT, lat=15.5, lon=110.5).sail(90, 6, hours=8).stray(3.0, 101.0)
    other = story("574001234", lat=16.0, lon=111.0).sail(0, 9, hours=6)
    watch = Watch()
    watch.update(meet(boat, other), boat.at_us)
    recent = watch.recent()
    assert len(recent) == len(boat.fixes) - 1 + len(other.fixes)
    assert len(watch.recent([BOAT])) == 5
    assert len(watch.recent([BOAT], since_us=boat.at_us - HOUR_US)) == 1
    assert len(watch.recent(["nobody"])) == 0


def test_a_register_that_changes_a_vessels_class_judges_her_anew() -> None:
    ship = story("574001234", lat=15.5, lon=110.0).sail(90, 6, hours=10).silence(hours=3).sail(90, 6, hours=4)
    register = {"574001234": Vessel("574001234", mmsi="574001234", supplier="VNPT")}
    desk = Desk()
    desk.take(ship.positions(), ship.at_us)
    assert desk.watch.standing() == []
    desk.watch.set_vessels(register)
    changes = desk.take(Positions.empty(), ship.at_us)
    assert [e.kind for e in changes.opened] == ["silence"]
    agree(desk, detect(ship.positions(), vessels=register, until_us=ship.at_us).events)


def test_the_same_batch_twice_changes_nothing() -> None:
    p = fleet(5)
    now = int(p.fix_time_us.max())
    desk = Desk(**OPTIONS)
    desk.take(p, now)
    events = desk.watch.standing()
    again = desk.take(p, now)
    assert desk.watch.standing() == events
    assert (again.opened, again.superseded) == ([], [])
    assert set(again.flag.tolist()) <= {FLAGS.index(f) for f in ("duplicate", "jump")}


def test_what_stands_can_be_told_before_the_fleet_is_due() -> None:
    p = fleet(5)
    now = int(p.fix_time_us.max())
    watch = Watch(**OPTIONS)
    watch.update(Positions.empty(), now)
    opened = watch.update(p, now).opened
    assert "encounter" not in {e.kind for e in opened}, "the fleet was looked at in this very moment"
    late = watch.tell()
    told = {e.event_id for e in [*opened, *late.opened]} - {event_id for event_id, _, _ in late.superseded}
    assert {e.event_id for e in watch.standing()} == told
    assert "encounter" in {e.kind for e in late.opened}
    again = watch.tell()
    assert (again.opened, again.closed, again.superseded) == ([], [], [])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "574001234"]), st.integers(-(2**63), 2**63 - 1), st.floats(), st.floats(),
            st.floats(width=32),
        ),
        max_size=20,
    ),
    st.integers(0, 2**61),
)  # fmt: skip
def test_garbage_never_raises(rows, now) -> None:
    ids = ("a", "b", "574001234")
    columns = [list(c) for c in zip(*rows, strict=True)] or [[], [], [], [], []]
    p = Positions.build(
        ids, [ids.index(v) for v in columns[0]], columns[1], columns[2], columns[3], sog_kn=columns[4],
        received_time_us=np.full(len(rows), now),
    )  # fmt: skip
    watch = Watch(**OPTIONS)
    watch.update(p, now)
    watch.update(p, now)
    watch.standing()


@pytest.mark.long
def test_one_position_costs_less_than_a_millisecond() -> None:
    import time

    ships = [story(f"57400{n:04d}", lat=12.0 + n * 0.05, lon=110.0, every_min=1) for n in range(60)]
    p = meet(*(ship.sail(90, 10, hours=0.5) for ship in ships))
    watch = Watch(**OPTIONS)
    batches = [p.take(slice(i, i + 1)) for i in range(len(p))]
    for batch in batches[:200]:
        watch.update(batch, int(batch.fix_time_us[0]))
    costs = []
    for batch in batches[200:]:
        start = time.perf_counter()
        watch.update(batch, int(batch.fix_time_us[0]))
        costs.append(time.perf_counter() - start)
    assert np.median(costs) < 1e-3
