"""detect and decode on small files, good and bad: what is written, what is said, which code."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from command_line import AIS, POSITIONS, Run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with some good and some bad files."""
    (tmp_path / "good.csv").write_text(POSITIONS, encoding="utf8")
    (tmp_path / "good.nmea").write_text(AIS * 2 + "noise\n", encoding="ascii")
    (tmp_path / "rubbish.bin").write_bytes(bytes(range(256)))
    (tmp_path / "no_time.csv").write_text("vessel_id,lat_deg,lon_deg\na,1,2\n", encoding="utf8")
    (tmp_path / "a_file").write_text("", encoding="utf8")
    return tmp_path


def test_detect_writes_its_four_files(haidang: Run, folder: Path) -> None:
    done = haidang("detect", "good.csv", "--out", "out")
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 positions of 1 vessels, 1 rejects" in done.stdout
    assert "Without --zones not looked for:" in done.stdout
    assert sorted(f.name for f in (folder / "out").iterdir()) == [
        "events.parquet", "positions.parquet", "rejects.parquet", "summary.json",
    ]  # fmt: skip
    rejects = pq.read_table(folder / "out" / "rejects.parquet").to_pylist()
    assert [(r["input"], r["row"], r["reason"]) for r in rejects] == [("good.csv", 2, "bad_latitude")]
    assert json.loads((folder / "out" / "summary.json").read_text(encoding="utf8"))["positions"] == 2


def test_detect_reads_every_format_together(main, folder: Path, capsys) -> None:
    golden = Path(__file__).resolve().parents[1] / "golden"
    inputs = [golden / "naf_panama" / "input.naf", golden / "gpx_track" / "input.gpx", "good.csv", "good.nmea"]
    assert main("detect", *inputs, "--out", "out") == 0
    capsys.readouterr()
    table = pq.read_table(folder / "out" / "positions.parquet")
    counts = {str(name): table.column("input").to_pylist().count(str(name)) for name in inputs}
    # The log has no times: its positions stand at the date of the file.
    assert list(counts.values()) == [3, 4, 2, 2]


def test_decode_writes_one_object_a_message(haidang: Run, folder: Path) -> None:
    done = haidang("decode", "good.nmea", "--out", "x.jsonl")
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 messages from 3 lines" in done.stdout
    assert "not_nmea 1" in done.stdout
    messages = [json.loads(line) for line in (folder / "x.jsonl").read_text(encoding="utf8").splitlines()]
    assert [m["mmsi"] for m in messages] == [244670316] * 2
    to_terminal = haidang("decode", "good.nmea")
    assert [json.loads(line) for line in to_terminal.stdout.splitlines()] == messages


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("detect", "none.csv", "--out", "o"), 2, "none.csv: no such file"),
        (("detect", ".", "--out", "o"), 2, ".: is a folder"),
        (("detect", "rubbish.bin", "--out", "o"), 2, "not a known format"),
        (("detect", "no_time.csv", "--out", "o"), 2, "fix_time"),
        (("detect", "good.csv", "--zones", "none.json", "--out", "o"), 2, "none.json: no such file"),
        (("detect", "good.csv", "--zones", "good.csv", "--out", "o"), 2, "good.csv: not JSON"),
        (("detect", "good.csv", "--vessels", "none.csv", "--out", "o"), 2, "none.csv: no such file"),
        (("detect", "good.csv", "--mapping", "none.toml", "--out", "o"), 2, "none.toml"),
        (("detect", "good.csv", "--rules", "bogus", "--out", "o"), 2, "bogus"),
        (("detect", "good.csv", "--out", "a_file"), 3, "a_file"),
        (("detect", "good.csv", "--out", "a_file/out"), 3, "a_file"),
        (("batch", "detect", "none.csv", "--out", "o"), 2, "none.csv: no such file"),
        (("decode", "none.nmea"), 2, "none.nmea"),
        (("decode", "."), 2, ".: is a folder"),
        (("decode", "good.nmea", "--out", "a_file/x.jsonl"), 3, "a_file/x.jsonl: cannot be written"),
        (("simulate", "--preset", "bogus", "--out", "o"), 2, "bogus"),
        (("simulate", "--start", "soon", "--out", "o"), 2, "--start 'soon' is not a time"),
        (("simulate", "--vessels", "20", "--days", "0.1", "--out", "a_file"), 3, "a_file"),
        (("replay", "none.nmea", "--port", "0", "--data", "d"), 2, "none.nmea"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_its_code(
    main, folder: Path, words, code: int, said: str, capsys
) -> None:
    assert main(*words) == code
    shown = capsys.readouterr().err
    assert shown.startswith(f"haidang {words[0]}: ")
    assert said in shown
    assert "Traceback" not in shown
    assert shown.count("\n") == 1


def test_a_run_that_fails_leaves_no_half_file(main, folder: Path, capsys) -> None:
    (folder / "cut.nmea.gz").write_bytes(b"\x1f\x8b\x08\x00 not really")
    assert main("decode", "cut.nmea.gz", "--out", "x.jsonl") == 2
    assert "damaged" in capsys.readouterr().err
    assert not list(folder.glob("x.jsonl*"))
