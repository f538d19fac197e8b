"""`haidang token` and `haidang verify`, through the command line's own entry."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from haidang.cli.main import main
from haidang.core.columns import Positions
from haidang.store import accounts, open_store
from haidang.store.batch import BatchWrite, write_batch
from haidang.store.location import locate


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("HAIDANG_DATA", "HAIDANG_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "data"


def test_a_token_is_the_last_word_before_the_first_start(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", "create", "--name", "supplier a", "--data", str(data)]) == 0
    secret = capsys.readouterr().out.split()[-1]
    with open_store(locate(data=data, environment={})) as store, store.read() as conn:
        token = accounts.check_feed_token(conn, secret)
    assert token is not None
    assert token.name == "supplier a"
    assert main(["token", "create", "--name", "supplier a", "--data", str(data)]) == 2
    assert main(["token", "list", "--data", str(data)]) == 0
    shown = capsys.readouterr().out
    assert "supplier a\tpositions\tmade" in shown
    assert secret not in shown
    assert main(["token", "revoke", "--name", "supplier a", "--data", str(data)]) == 0
    assert main(["token", "list", "--data", str(data)]) == 0
    assert "\trevoked" in capsys.readouterr().out


def test_a_token_is_made_while_a_server_runs(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAIDANG_DATA", str(data))
    with open_store(locate(), is_server=True):
        done = subprocess.run(
            [sys.executable, "-m", "haidang.cli.main", "token", "create", "--name", "b"],
            check=True, capture_output=True, text=True, env=os.environ,
        )  # fmt: skip
    assert done.stdout.split()[-1].startswith("hd_")


def test_verify_says_intact_broken_or_not_there(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--data", str(data)]) == 2
    assert not data.exists()
    place = locate(data=data, environment={})
    batch = Positions.build(["574001"], [0, 0], [1, 2], [15.0, 15.1], [109.0, 109.1])
    with open_store(place) as store, store.write() as conn:
        write_batch(conn, BatchWrite("ais", 5, positions=batch))
    assert main(["verify", "--data", str(data)]) == 0
    assert "Intact: 2 positions in 1 batches (no head signed yet)." in capsys.readouterr().out
    with sqlite3.connect(place.folder / "haidang.sqlite") as conn:
        conn.execute("UPDATE positions SET lon_e7 = lon_e7 + 1 WHERE position_id = 2")
    conn.close()
    assert main(["verify", "--data", str(data)]) == 1
    assert "BROKEN (changed): batch 1 (recorded 1970-01-01T00:00:00.000005Z, feed ais)" in capsys.readouterr().out
