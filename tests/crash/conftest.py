"""Fixtures of the crash tests: the loaded program, the seed (said in every failure), how many kills."""

import os
import random
from collections.abc import Iterator

import pytest
from crash_desk import Nest


@pytest.fixture(scope="session")
def nest() -> Iterator[Nest]:
    """Give the program that servers are forked from."""
    one = Nest()
    yield one
    one.close()


@pytest.fixture(scope="session")
def seed() -> int:
    """Return HAIDANG_SEED, else a fresh number; printed, so that a failure can be repeated."""
    number = int(os.environ.get("HAIDANG_SEED") or random.SystemRandom().randrange(1_000_000))
    print(f"HAIDANG_SEED={number}")
    return number


@pytest.fixture(scope="session")
def n_kills() -> int:
    """Return how often the server is killed: HAIDANG_KILLS, else 28."""
    return int(os.environ.get("HAIDANG_KILLS") or 28)
