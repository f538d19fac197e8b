"""Real AIS over real sockets: every position of the file arrives, whatever the network does to the stream."""

import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from haidang.core.errors import InvalidInput
from haidang.core.time import ManualClock, monotonic_s
from haidang.feeds.ais_nmea import NmeaDecoder
from haidang.live.intake import Intake, Source
from haidang.live.sockets import parse_feed

CLOCK = ManualClock(1_300_000_000_000_000)


@pytest.fixture(scope="module")
def log(shared_data: Path) -> bytes:
    return (shared_data / "ais_nmea" / "dma_stream_20100611.nmea").read_bytes()


def decoded_at_once(log: bytes) -> int:
    decoder = NmeaDecoder()
    return len(decoder.feed(log, CLOCK.now_us()).positions) + len(decoder.flush().positions)


def collect(source: Source, wanted: int, feed: Callable[[], None], timeout_s: float = 20) -> int:
    """Run a source until it brought `wanted` positions; returns how many it brought."""
    intake, stop = Intake(), threading.Event()
    reader = threading.Thread(target=source.run, args=(intake, stop), daemon=True)
    reader.start()
    sender = threading.Thread(target=feed, daemon=True)
    sender.start()
    n, until_s = 0, monotonic_s() + timeout_s
    while n < wanted and monotonic_s() < until_s:
        n += sum(len(a.decoded.positions) for a in intake.take(0.1))
    stop.set()
    sender.join(timeout=5)
    reader.join(timeout=5)
    n += sum(len(a.decoded.positions) for a in intake.take(0.1))
    return n


def test_client_reads_everything_and_connects_again(log: bytes) -> None:
    expected = decoded_at_once(log)
    assert expected > 2000
    cut = log.index(b"\n", len(log) // 2) + 1
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def send() -> None:
            # The line drops in the middle, between two sentences; the receiver then goes on where it was.
            for part in (log[:cut], log[cut:]):
                connection, _ = server.accept()
                with connection:
                    connection.sendall(part)

        source = parse_feed(f"tcp://127.0.0.1:{port}", CLOCK)
        assert collect(source, expected, send) == expected


def test_listener_takes_several_receivers(log: bytes) -> None:
    expected = decoded_at_once(log)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def send() -> None:
        def one() -> None:
            for _ in range(50):
                try:
                    with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
                        connection.sendall(log)
                        return
                except OSError:
                    threading.Event().wait(0.1)

        threads = [threading.Thread(target=one) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    source = parse_feed(f"tcp-listen://127.0.0.1:{port}", CLOCK)
    assert collect(source, 2 * expected, send) == 2 * expected


def test_datagrams_are_lines(log: bytes) -> None:
    lines = log.splitlines()[:400]
    expected = decoded_at_once(b"\n".join(lines) + b"\n")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def send() -> None:
        threading.Event().wait(0.5)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for line in lines:
                sender.sendto(line, ("127.0.0.1", port))
                threading.Event().wait(0.001)

    source = parse_feed(f"udp://127.0.0.1:{port}", CLOCK)
    assert collect(source, expected, send) == expected


@pytest.mark.parametrize("url", ["http://x:1", "tcp://host", "tcp://:99", "nonsense", "tcp://host:99999"])
def test_other_addresses_are_refused_with_the_expectation(url: str) -> None:
    with pytest.raises(InvalidInput, match="expected tcp://host:port"):
        parse_feed(url, CLOCK)
