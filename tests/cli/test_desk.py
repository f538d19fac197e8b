"""Commands about a desk: port and data folder in use, token, verify, doctor."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from command_line import Run, clean_environment


@pytest.fixture
def taken_port():
    """A port somebody else listens on."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        yield door.getsockname()[1]


def test_a_port_in_use_is_unavailable(haidang: Run, taken_port: int) -> None:
    done = haidang("serve", "--port", taken_port, "--data", "d")
    assert done.returncode == 3
    assert f"port {taken_port} on 127.0.0.1 cannot be opened" in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("port", ["99999", "-1"])
def test_a_port_that_is_none_is_bad_input(main, port: str, capsys) -> None:
    assert main("serve", f"--port={port}", "--data", "d") == 2
    assert f"port '{port}'" in capsys.readouterr().err
    assert main("doctor", f"--port={port}", "--data", "d") == 1


def test_a_port_of_the_environment_is_checked_too(main, monkeypatch, capsys) -> None:
    monkeypatch.setenv("HAIDANG_PORT", "abc")
    assert main("serve", "--data", "d") == 2
    assert "HAIDANG_PORT" in capsys.readouterr().err


@pytest.mark.parametrize("feed", ["bogus://x", "tcp://nowhere"])
def test_a_feed_that_is_none_is_bad_input(haidang: Run, feed: str) -> None:
    done = haidang("serve", "--feed", feed, "--port", 0, "--data", "d")
    assert done.returncode == 2
    assert feed in done.stderr


def test_a_feed_and_a_drill_do_not_go_together(main, capsys) -> None:
    assert main("serve", "--drill", "--feed", "-", "--data", "d") == 2
    assert "--feed is for the live desk" in capsys.readouterr().err


def test_token_before_the_first_start(main, tmp_path: Path, capsys) -> None:
    assert main("token", "list", "--data", "d") == 0
    assert main("token", "create", "--name", "nhà cung cấp", "--data", "d") == 0
    assert capsys.readouterr().out.split()[-1].startswith("hd_")
    assert (tmp_path / "d" / "live").is_dir()
    for words in (("--name", ""), ("--name", "nhà cung cấp"), ("--name", "x", "--database", "mysql://x")):
        assert main("token", "create", *words, "--data", "d") == 2
    assert main("token", "revoke", "--name", "nobody", "--data", "d") == 2
    (tmp_path / "a_file").write_text("", encoding="utf8")
    assert main("token", "create", "--name", "x", "--data", "a_file") == 3


def test_verify_says_what_is_there(main, tmp_path: Path, capsys) -> None:
    assert main("verify", "--data", "d") == 2
    assert not (tmp_path / "d").exists()
    assert main("token", "create", "--name", "x", "--data", "d") == 0
    assert main("verify", "--data", "d") == 0
    assert "Intact: 0 positions" in capsys.readouterr().out
    assert main("verify", "--database", "postgresql://nobody@127.0.0.1:1/none") == 3


def test_doctor(main, tmp_path: Path, taken_port: int, capsys) -> None:
    assert main("doctor", "--data", "d", "--port", taken_port) == 0
    shown = capsys.readouterr().out
    assert "not made yet; the first start makes it" in shown
    assert f"{taken_port} is in use" in shown
    (tmp_path / "a_file").write_text("", encoding="utf8")
    assert main("doctor", "--data", "a_file") == 1
    assert "MEND  data folder" in capsys.readouterr().out
    (tmp_path / "d" / "live").mkdir(parents=True)
    (tmp_path / "d" / "live" / "haidang.sqlite").write_bytes(b"not a database, whatever its name says" * 100)
    assert main("doctor", "--data", "d") == 1
    assert "MEND  database" in capsys.readouterr().out


@pytest.mark.long
def test_a_second_desk_on_one_folder_is_refused_and_a_token_is_made_beside_the_first(
    haidang: Run, tmp_path: Path
) -> None:
    command = [str(Path(sys.executable).with_name("haidang")), "serve", "--port", "0", "--data", "d"]
    first = subprocess.Popen(
        command,
        cwd=tmp_path,
        env=clean_environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    stop = threading.Timer(180, first.kill)
    stop.start()
    try:
        assert first.stdout is not None
        assert any("the desk is open at http://127.0.0.1:" in line for line in first.stdout)
        second = haidang("serve", "--port", 0, "--data", "d")
        assert second.returncode == 3
        assert "another Hải Đăng server" in second.stderr
        assert str(first.pid) in second.stderr
        made = haidang("token", "create", "--name", "beside", "--data", "d")
        assert made.returncode == 0
        assert made.stdout.split()[-1].startswith("hd_")
        assert haidang("verify", "--data", "d").returncode == 0
        assert haidang("doctor", "--data", "d", "--port", 0).returncode == 0
        first.send_signal(signal.SIGINT)
        first.communicate(timeout=60)
        assert first.returncode in {0, 130}
    finally:
        stop.cancel()
        if first.poll() is None:
            first.kill()
        first.communicate()
    with sqlite3.connect(tmp_path / "d" / "live" / "haidang.sqlite") as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    conn.close()
    assert os.path.lexists(tmp_path / "d" / "live")
