"""What the tests of the command line share: inputs, and an environment that steers nothing."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., subprocess.CompletedProcess[str]]
POSITIONS = (
    "vessel_id,fix_time,lat_deg,lon_deg,sog_kn\n"
    "QNa-90001-TS,2026-03-01T00:00:00Z,15.5,109.25,6\n"
    "QNa-90001-TS,2026-03-01T02:00:00Z,15.6,109.35,6\n"
    "QNa-90001-TS,2026-03-01T04:00:00Z,99,109.45,6\n"
)
AIS = "!AIVDM,1,1,,A,13aEOK?P00PD2wVMdLDRhgvL289?,0*26\n"


def clean_environment(home: Path) -> dict[str, str]:
    """Return the environment without anything that steers haidang, and with a home that holds nothing."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HAIDANG_")}
    return {**kept, "HOME": str(home), "XDG_DATA_HOME": str(home / "share")}
