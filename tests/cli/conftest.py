"""The command line as a user meets it: its own process, no settings from the machine it runs on."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Run, clean_environment


@pytest.fixture
def haidang(tmp_path: Path) -> Run:
    """Run the installed command in a folder of its own."""
    command = str(Path(sys.executable).with_name("haidang"))

    def run(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [command, *map(str, words)], cwd=tmp_path, env={**clean_environment(tmp_path), **environment},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    return run


@pytest.fixture
def main(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Call the command's entry in this process: no start-up to wait for."""
    from haidang.cli.main import main as entry

    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("HAIDANG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))

    def call(*words: object) -> int:
        try:
            return entry([str(word) for word in words])
        except SystemExit as stop:
            # argparse leaves this way.
            return int(stop.code or 0)

    return call
