"""Shared fixtures: the shared test data, a clock, stores on every database that can be started."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOW_SHARED = "set HAIDANG_SHARED to the folder that holds data/ (default ../shared)"


def shared_folder() -> Path:
    """Return the folder of shared test data, whether it exists or not."""
    return Path(os.environ.get("HAIDANG_SHARED", ROOT.parent / "shared"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return ../shared/data; skips, with the way to get it, where it is missing."""
    folder = shared_folder() / "data"
    if not folder.is_dir():
        pytest.skip(f"shared test data not found at {folder}: {HOW_SHARED}")
    return folder
