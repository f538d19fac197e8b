"""Slow screens get the latest value, screens that were away resume, and a flood waits at the door."""

import asyncio
import threading

import numpy as np
import pytest

from haidang.core.columns import Positions
from haidang.feeds.decoded import Decoded
from haidang.live.fanout import RING_LENGTH, Fanout
from haidang.live.intake import Arrival, Closed, Intake


def arrival(n: int) -> Arrival:
    return Arrival("f", Decoded(Positions.build(["a"], np.zeros(n), np.arange(n), np.zeros(n), np.zeros(n))))


def test_resume_and_snapshot() -> None:
    async def story() -> None:
        fanout = Fanout(100)
        fanout.publish("alerts", 1)
        subscriber, is_resumed = fanout.subscribe(None)
        assert not is_resumed
        fanout.publish("alerts", 2)
        assert [d.payload for d in fanout.after(subscriber) or []] == [2]
        again, is_resumed = fanout.subscribe(101)
        assert is_resumed
        assert [d.payload for d in fanout.after(again) or []] == [2]
        _, is_resumed = fanout.subscribe(7)
        assert not is_resumed, "numbers of before a restart cannot be resumed"
        _, is_resumed = fanout.subscribe(10_000)
        assert not is_resumed

    asyncio.run(story())


def test_who_was_away_too_long_starts_anew() -> None:
    async def story() -> None:
        fanout = Fanout(0)
        subscriber, _ = fanout.subscribe(None)
        for i in range(RING_LENGTH + 1):
            fanout.publish("feeds", i)
        assert fanout.after(subscriber) is None

    asyncio.run(story())


def test_slow_screen_sees_each_vessel_once() -> None:
    async def story() -> None:
        fanout = Fanout(0)
        subscriber, _ = fanout.subscribe(None)
        for _ in range(1000):
            fanout.moved([3, 1])
        assert subscriber.take_dirty() == [1, 3]
        assert subscriber.take_dirty() == []

    asyncio.run(story())


def test_a_flood_waits_and_nothing_is_lost() -> None:
    intake = Intake(max_rows=50)
    sent = threading.Thread(target=lambda: [intake.put(arrival(20)) for _ in range(10)])
    sent.start()
    rows = 0
    while rows < 200:
        assert intake.waiting_rows <= 70
        rows += sum(len(a.decoded.positions) for a in intake.take(0.2))
    sent.join(timeout=5)
    assert rows == 200


def test_closed_intake_takes_nothing() -> None:
    intake = Intake()
    intake.close()
    with pytest.raises(Closed):
        intake.put(arrival(1))
