"""Stopped in order, locked out of its database, left without disk: the desk waits, says why, lies to nobody."""

import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from crash_desk import Desk, Nest, Senders, haidang, new_token
from crash_fleet import Fleet, build

from haidang.core.time import SystemClock

pytestmark = pytest.mark.long


def desk_for(folder: Path, nest: Nest, seed: int, *, data: Path | None = None, n_vessels: int = 40) -> Desk:
    fleet: Fleet = build(folder, SystemClock().now_us(), seed=seed, n_vessels=n_vessels)
    desk = Desk(nest, folder, fleet, data=data)
    desk.data.mkdir(exist_ok=True)
    return desk


def proved(desk: Desk) -> None:
    """Check that the chain holds and that every position of the fleet is in it."""
    done = haidang("verify", "--data", desk.data)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Intact: {len(desk.fleet.keys)} positions" in done.stdout


def test_a_stop_in_order_finishes_the_batch_in_hand(tmp_path: Path, nest: Nest, seed: int) -> None:
    with desk_for(tmp_path, nest, seed) as desk:
        token = new_token(desk.data)
        desk.spawn()
        desk.wait_open()
        senders = Senders(desk, token, desk.fleet.posts)
        try:
            for share in (0.3, 0.7):
                senders.allow(int(share * len(senders.posts)))
                desk.wait_for(
                    lambda at=share: len(senders.answers) > (at - 0.2) * len(senders.posts), "to take batches"
                )
                assert desk.end(signal.SIGTERM) == 0, desk.said()
                assert "Traceback" not in desk.said()
                desk.spawn()
                desk.wait_open()
            senders.allow(len(senders.posts))
            desk.wait_for(senders.is_done.is_set, "to acknowledge everything")
        finally:
            senders.stop()
        # Whoever was not answered with 200 was told to send again, and why.
        assert [text for text in senders.other if not text.startswith("503")] == []
        assert sum(answer["stored"] for answer in senders.answers.values()) == len(desk.fleet.keys)
        assert desk.end(signal.SIGTERM) == 0
        proved(desk)


def test_a_locked_database_costs_only_the_wait(tmp_path: Path, nest: Nest, seed: int) -> None:
    with desk_for(tmp_path, nest, seed) as desk:
        token = new_token(desk.data)
        desk.spawn()
        desk.wait_open()
        thief = sqlite3.connect(desk.data / "live" / "haidang.sqlite", isolation_level=None, timeout=30)
        senders = Senders(desk, token, desk.fleet.posts)
        try:
            senders.allow(3)
            desk.wait_for(lambda: len(senders.answers) == 3, "to take batches")
            thief.execute("BEGIN IMMEDIATE")
            senders.allow(len(senders.posts))
            # Longer than the database's own patience: the desk has to give the batch up and begin it again.
            desk.wait_for(lambda: "not stored, trying again" in desk.said(), "to notice that it is locked out")
            assert len(senders.answers) == 3, "acknowledged what could not be stored"
            assert desk.health()["positions"] < len(desk.fleet.keys)
            assert "locked" in desk.said()
            thief.execute("ROLLBACK")
            desk.wait_for(senders.is_done.is_set, "to go on")
        finally:
            thief.close()
            senders.stop()
        assert senders.other == [], "nobody needs to send again for a lock of some seconds"
        assert sum(answer["stored"] for answer in senders.answers.values()) == len(desk.fleet.keys)
        assert desk.end(signal.SIGTERM) == 0
        proved(desk)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a folder on a disk of its own, a few megabytes large."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("a full disk needs a small tmpfs, and mounting one needs root")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_said_and_nothing_is_acknowledged(
    tmp_path: Path, nest: Nest, seed: int, small_disk: Path
) -> None:
    ballast = small_disk / "ballast"
    with desk_for(tmp_path, nest, seed, data=small_disk / "data") as desk:
        token = new_token(desk.data)
        desk.spawn()
        desk.wait_open()
        senders = Senders(desk, token, desk.fleet.posts)
        try:
            senders.allow(3)
            desk.wait_for(lambda: len(senders.answers) == 3, "to take batches")
            fill(ballast)
            senders.allow(len(senders.posts))
            desk.wait_for(lambda: "not stored, trying again" in desk.said(), "to notice that the disk is full")
            assert "full" in desk.said(), desk.said()
            before = dict(senders.answers)
            desk.wait_for(lambda: desk.said().count("not stored, trying again") >= 3, "to try again")
            assert senders.answers == before, "acknowledged what could not be stored"
            assert httpx.get(f"{desk.url}/api/health", timeout=30).json()["positions"] < len(desk.fleet.keys)
            ballast.unlink()
            desk.wait_for(senders.is_done.is_set, "to go on once there is room")
        finally:
            ballast.unlink(missing_ok=True)
            senders.stop()
        assert sum(answer["stored"] for answer in senders.answers.values()) == len(desk.fleet.keys)
        assert desk.end(signal.SIGTERM) == 0
        proved(desk)


def fill(ballast: Path) -> None:
    """Leave no room on the disk the file lies on."""
    with ballast.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
