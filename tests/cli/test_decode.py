"""`haidang decode`: records out, the closing line, exit codes."""

import gzip
import json
from pathlib import Path

import pytest
import zstandard

from haidang.cli.main import main

LOG = b"# log\r\n!AIVDM,1,1,,A,15RTgt0PAso;90TKcjM8h6g208CQ,0*4A,1469664001\r\n!AIVDM,1,1,,A,15RTgt0,0*00\r\n"


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
def test_one_json_object_per_message(tmp_path: Path, capsys: pytest.CaptureFixture[str], pack) -> None:
    log, out = tmp_path / "a.nmea", tmp_path / "a.jsonl"
    log.write_bytes(pack(LOG))
    assert main(["decode", str(log), "--out", str(out)]) == 0
    (record,) = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert (record["type"], record["mmsi"], record["scaled"]) == (1, 371798000, True)
    assert record["received_time"] == "2016-07-28T00:00:01Z"
    assert (record["speed"], record["course"], record["turn"]) == (12.3, 224.0, "fastleft")
    assert record["lat"] == pytest.approx(48.3816333)
    assert "1 rejects (bad_checksum 1)" in capsys.readouterr().out
    assert list(tmp_path.glob("*.part")) == []


def test_without_out_records_go_to_standard_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "a.nmea"
    log.write_bytes(LOG)
    assert main(["decode", str(log)]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["mmsi"] == 371798000
    assert "1 messages from 3 lines" in said.err


def test_exit_codes(tmp_path: Path) -> None:
    log = tmp_path / "a.nmea"
    log.write_bytes(LOG)
    assert main(["decode", str(tmp_path / "none.nmea")]) == 2
    assert main(["decode", str(tmp_path)]) == 2
    assert main(["decode", str(log), "--out", str(tmp_path / "no" / "x.jsonl")]) == 3
    (tmp_path / "broken.nmea").write_bytes(gzip.compress(LOG)[:-9])
    assert main(["decode", str(tmp_path / "broken.nmea")]) == 2
