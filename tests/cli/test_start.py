"""Help and version come at once, and every wrong word ends with a sentence and the right code."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import AIS, Run, clean_environment

from haidang import __version__
from haidang.cli.main import COMMANDS


def test_version(haidang: Run) -> None:
    done = haidang("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"haidang {__version__}\n", "")


def test_help_names_every_command_and_takes_no_time(haidang: Run) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = haidang("--help")
    used_s = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    assert done.returncode == 0
    assert [c for c in COMMANDS if f"  {c} " not in done.stdout] == []
    # Processor time, for the machine may be busy. Some 0.05 s; numpy alone would take twice the limit.
    assert used_s < 0.4


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(main, command: str, capsys) -> None:
    assert main(command, "--help") == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"usage: haidang {command}")
    assert "\n\n" in shown


WRONG = (
    "", "bogus", "--bogus", "detect", "detect x.csv", "decode", "serve --port x", "serve --drill --replay x", "token",
    "token create", "verify --mode bogus", "simulate --days x --out o", "batch", "forecast",
)  # fmt: skip


@pytest.mark.parametrize("line", WRONG)
def test_wrong_words_are_usage(main, line: str, capsys) -> None:
    assert main(*line.split()) == 2
    said = capsys.readouterr().err
    assert said.startswith("usage: haidang")
    assert "error: " in said


def test_an_interrupt_is_130(main, monkeypatch, capsys) -> None:
    def stop(_args: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("haidang.cli.doctor.run", stop)
    assert main("doctor") == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_who_stops_reading_is_no_error(tmp_path) -> None:
    (tmp_path / "x.nmea").write_text(AIS * 3000, encoding="ascii")
    done = subprocess.run(
        f"{Path(sys.executable).with_name('haidang')} decode x.nmea | head -1", shell=True, cwd=tmp_path,
        env=clean_environment(tmp_path), capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""
