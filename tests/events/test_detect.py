"""The batch: when an archive ends, the catalogue, sentences, and order of events."""

import numpy as np
import pytest

from build import START_US, meet, story
from haidang.core.event import EVENT_KINDS, Event
from haidang.core.time import DAY_US, HOUR_US
from haidang.events.catalogue import DETECTORS, kinds_without
from haidang.events.detect import detect, latest_us
from haidang.events.text import text


def test_an_archive_ends_with_its_latest_reception() -> None:
    times = START_US + np.arange(5000) * HOUR_US
    assert latest_us(times) == times[-1]
    assert latest_us(np.append(times, times[-1] + 4000 * DAY_US)) == times[-1]
    assert latest_us(np.array([], np.int64)) == 0
    assert latest_us(np.array([START_US, START_US + 4000 * DAY_US])) == START_US + 4000 * DAY_US


def test_no_positions_no_events() -> None:
    answer = detect(meet(story("QNa-1", lat=15.0, lon=110.0)))
    assert (answer.events, len(answer.flag)) == ([], 0)


def test_events_are_ordered_and_unique() -> None:
    boats = [story(f"QNa-{n}", lat=15.0 + n, lon=110.0).sail(90, 6, hours=6).silence(hours=9) for n in range(4)]
    events = detect(meet(*(b.sail(90, 6, hours=6) for b in boats))).events
    assert len(events) == 4
    assert [e.start_us for e in events] == sorted(e.start_us for e in events)
    assert len({e.event_id for e in events}) == 4


def test_every_detector_names_kinds_of_the_interface() -> None:
    kinds = [kind for detector in DETECTORS for kind in detector.kinds]
    assert len(kinds) == len(set(kinds))
    assert set(kinds) <= set(EVENT_KINDS)
    assert all(detector.explanation_vi and detector.explanation_en for detector in DETECTORS)


def test_what_is_missing_is_named() -> None:
    assert kinds_without(zones=True, ports=True, vessels=True) == {}
    assert kinds_without(zones=True, ports=False, vessels=True) == {"ports": ["port_in", "port_out"]}


@pytest.mark.parametrize("kind", EVENT_KINDS)
@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("end_us", [None, START_US + 90 * 60 * 1_000_000])
def test_every_kind_has_a_sentence(kind, lang, end_us) -> None:
    event = Event(kind, "QNa-1", START_US, end_us, 15.0, 110.0, 0.9, f"{kind}/1", other_vessel_id="QNa-2", zone_id="Z")
    sentence = text(event, lang)
    assert sentence.endswith(".")
    assert "{" not in sentence
    assert "None" not in sentence
