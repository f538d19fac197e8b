"""`kill -9` at any moment: what was acknowledged is stored, once; alerts and events are those of a quiet day."""

import random
import signal
import threading
from pathlib import Path

import httpx
import pytest
from crash_desk import ANSWER_S, Desk, Nest, Senders, haidang, new_token
from crash_fleet import Fleet, build
from crash_judge import Found, doubled, lasting, look

from haidang.core.time import SystemClock, monotonic_s

pytestmark = pytest.mark.long
#: One kill in so many falls into a start.
STARTS_KILLED = 3
#: A forecast depends on what had arrived when it was issued; its alerts may differ between two runs.
FORECAST_RULES = frozenset({"boundary_warning.likely"})


def test_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path, nest: Nest, seed: int, n_kills: int) -> None:
    began_s = monotonic_s()
    chance = random.Random(seed)
    # Some four batches from one kill to the next.
    rows_per_post = max(10, 9000 // (4 * max(28, n_kills)))
    fleet = build(tmp_path, SystemClock().now_us(), seed=seed, rows_per_post=rows_per_post)
    killed, figures = _run(tmp_path / "killed", nest, fleet, chance, n_kills)
    quiet, _ = _run(tmp_path / "quiet", nest, fleet, chance, 0)
    now_us = SystemClock().now_us()
    found, calm = look(killed, fleet, now_us), look(quiet, fleet, now_us)
    _compare(found, calm, fleet)
    kinds = sorted({kind for kind, _, _ in calm.judged.values()})
    print(
        f"HAIDANG_SEED={seed}: {figures}, {len(fleet.keys)} positions in {len(fleet.posts)} batches, "
        f"{len(calm.judged)} standing events ({', '.join(kinds)}), {len(calm.alerts)} alerts, "
        f"{monotonic_s() - began_s:.0f} s"
    )


def _run(folder: Path, nest: Nest, fleet: Fleet, chance: random.Random, n_kills: int) -> tuple[Path, str]:
    """Send the fleet to a fresh desk that is killed so often, check its totals, stop it.

    Returns the data folder, and how often it was killed and a batch sent again.
    """
    folder.mkdir()
    with Desk(nest, folder, fleet) as desk:
        desk.data.mkdir()
        token = new_token(desk.data)
        desk.spawn()
        desk.wait_open()
        senders = Senders(desk, token, fleet.posts)
        in_starts = 0
        try:
            for kill in range(n_kills):
                in_starts += _kill_once(desk, senders, chance, share=(kill + 1) / (n_kills + 1))
            senders.allow(len(fleet.posts))
            desk.wait_for(senders.is_done.is_set, "to acknowledge everything")
        finally:
            senders.stop()
        _check_answers(desk, senders, token, chance)
        assert desk.end(signal.SIGTERM) == 0, desk.said()
    proved = haidang("verify", "--data", desk.data)
    assert proved.returncode == 0, proved.stdout + proved.stderr
    assert f"Intact: {len(fleet.keys)} positions" in proved.stdout
    return desk.data, f"{n_kills + in_starts} kills ({in_starts} of them in a start), {senders.n_repeated} sent again"


def _kill_once(desk: Desk, senders: Senders, chance: random.Random, *, share: float) -> bool:
    """Let the senders go on for a while, kill the server in the midst of it, and open it again.

    Returns whether it was killed a second time, in its start.
    """
    target = int(share * len(senders.posts))
    senders.allow(target)
    aim = chance.randrange(min(len(senders.answers), target - 1), target)
    desk.wait_for(lambda: len(senders.answers) >= aim, "to acknowledge the batches before the kill")
    # Not when an answer has just come, but at any moment of the next batches' way.
    threading.Event().wait(chance.uniform(0, 0.15))
    assert desk.end(signal.SIGKILL) == -signal.SIGKILL
    desk.spawn()
    in_start = chance.random() < 1 / STARTS_KILLED
    if in_start:
        threading.Event().wait(chance.uniform(0, 1.0))
        assert desk.end(signal.SIGKILL) == -signal.SIGKILL
        desk.spawn()
    desk.wait_open()
    return in_start


def _check_answers(desk: Desk, senders: Senders, token: str, chance: random.Random) -> None:
    """The totals of the answers and of the desk agree, and a batch sent again gets the answer it got."""
    fleet = desk.fleet
    answers = senders.answers
    assert answers.keys() == {post.key for post in fleet.posts}
    for post in fleet.posts:
        answer = answers[post.key]
        assert answer["stored"] + answer["duplicates"] == len(post.keys), post.key
        assert len(answer["rejected"]) == post.n_rejected
    assert sum(a["stored"] for a in answers.values()) == len(fleet.keys)
    with httpx.Client(timeout=ANSWER_S) as client:
        for post in chance.sample(fleet.posts, 10):
            assert senders.post(client, post).json() == answers[post.key]
    health = desk.health()
    assert health["positions"] == len(fleet.keys)
    assert health["vessels"] == len({key[0] for key in fleet.keys})
    assert not senders.other, senders.other[:3]


def _compare(found: Found, calm: Found, fleet: Fleet) -> None:
    assert set(found.positions) == fleet.keys
    assert set(found.positions.values()) == {1}
    assert found.duplicates == calm.duplicates == sum(len(p.keys) for p in fleet.posts) - len(fleet.keys)
    assert doubled(found) == []
    assert doubled(calm) == []
    for one in (found, calm):
        named = {event_id for alert in one.alerts for event_id in alert.event_ids}
        assert named <= one.event_ids, "an alert names an event that nobody stored"
        assert one.judged == one.engine, "the store stands by other events than the engine"
    assert _differences(found.judged, calm.judged) == []
    assert _differences(found.standing, calm.standing) == []
    assert lasting(found, without=FORECAST_RULES) == lasting(calm, without=FORECAST_RULES)
    assert calm.judged
    assert calm.alerts


def _differences(one: dict[str, object] | object, other: object) -> list[object]:
    assert isinstance(one, dict)
    assert isinstance(other, dict)
    return sorted({*one.items()} ^ {*other.items()}, key=str)[:20]
