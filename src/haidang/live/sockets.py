"""Sources that listen to the world: TCP client and listener, UDP, standard input.

Receivers drop the line at night and come back; so a client reconnects by itself, with growing pauses, and the
decoder of a connection is thrown away with it: the half sentence at the break must not join the next one.
"""

import os
import select
import socket
import sys
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

from haidang.core.errors import InvalidInput
from haidang.core.time import Clock
from haidang.feeds.ais_nmea import NmeaDecoder
from haidang.live.intake import Arrival, Closed, Intake, Source

CHUNK_BYTES = 65_536
POLL_S = 0.5
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0


def parse_feed(url: str, clock: Clock) -> Source:
    """Return the source for `tcp://host:port`, `tcp-listen://host:port`, `udp://host:port` or `-`.

    Raises:
        InvalidInput: the address is none of these.
    """
    if url == "-":
        return StdinSource(clock)
    parts = urlsplit(url)
    kinds: dict[str, Callable[[str, int, Clock], Source]] = {
        "tcp": TcpClient, "tcp-listen": TcpListener, "udp": UdpSource,
    }  # fmt: skip
    try:
        port = parts.port
    except ValueError:
        port = None
    if parts.scheme not in kinds or port is None or not (parts.hostname or parts.scheme != "tcp"):
        raise InvalidInput(
            f"feed {url!r}: expected tcp://host:port, tcp-listen://address:port, udp://address:port or - for standard "
            "input; check the address"
        )
    return kinds[parts.scheme](parts.hostname or "0.0.0.0", port, clock)  # noqa: S104 -- the user asked to listen


class _NmeaSource:
    """What the sources below share: a feed id and the step from bytes to an arrival."""

    kind = "ais"

    def __init__(self, feed_id: str, clock: Clock) -> None:
        self.feed_id = feed_id
        self.name = feed_id
        self._clock = clock

    def _put(self, intake: Intake, decoder: NmeaDecoder, chunk: bytes) -> None:
        decoded = decoder.feed(chunk, self._clock.now_us())
        if decoded.counts or len(decoded.positions) or decoded.rejects:
            intake.put(Arrival(self.feed_id, decoded))

    def _drain(self, intake: Intake, decoder: NmeaDecoder) -> None:
        decoded = decoder.flush()
        if decoded.counts or len(decoded.positions) or decoded.rejects:
            intake.put(Arrival(self.feed_id, decoded))

    def _read_socket(self, connection: socket.socket, intake: Intake, stop: threading.Event) -> None:
        """Decode a stream until it ends or `stop` is set; a broken line counts as its end."""
        connection.settimeout(POLL_S)
        decoder = NmeaDecoder()
        while not stop.is_set():
            try:
                chunk = connection.recv(CHUNK_BYTES)
            except TimeoutError:
                continue
            except OSError:
                break
            if not chunk:
                break
            self._put(intake, decoder, chunk)
        self._drain(intake, decoder)


class TcpClient(_NmeaSource):
    """Connects to a receiver or server and stays connected."""

    def __init__(self, host: str, port: int, clock: Clock) -> None:
        super().__init__(f"tcp://{host}:{port}", clock)
        self._address = (host, port)

    def run(self, intake: Intake, stop: threading.Event) -> None:
        """Read, and connect again with growing pauses, until `stop` is set."""
        pause_s = FIRST_PAUSE_S
        while not stop.is_set():
            try:
                with socket.create_connection(self._address, timeout=10) as connection:
                    pause_s = FIRST_PAUSE_S
                    self._read_socket(connection, intake, stop)
            except Closed:
                return
            except OSError:
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
            stop.wait(pause_s)


class TcpListener(_NmeaSource):
    """Lets receivers connect to us; each connection has its own decoder."""

    def __init__(self, host: str, port: int, clock: Clock) -> None:
        super().__init__(f"tcp-listen://{host}:{port}", clock)
        self._address = (host, port)

    def run(self, intake: Intake, stop: threading.Event) -> None:
        """Accept connections until `stop` is set."""
        readers: list[threading.Thread] = []
        with socket.create_server(self._address) as server:
            server.settimeout(POLL_S)
            while not stop.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                reader = threading.Thread(target=self._serve, args=(connection, intake, stop), daemon=True)
                reader.start()
                readers = [r for r in readers if r.is_alive()] + [reader]
        for reader in readers:
            reader.join(timeout=2)

    def _serve(self, connection: socket.socket, intake: Intake, stop: threading.Event) -> None:
        with connection:
            try:
                self._read_socket(connection, intake, stop)
            except Closed:
                return


class UdpSource(_NmeaSource):
    """Takes datagrams; one decoder per sender, since parts of a message come from one receiver."""

    def __init__(self, host: str, port: int, clock: Clock) -> None:
        super().__init__(f"udp://{host}:{port}", clock)
        self._address = (host, port)

    def run(self, intake: Intake, stop: threading.Event) -> None:
        """Take datagrams until `stop` is set."""
        decoders: dict[tuple[str, int], NmeaDecoder] = {}
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
            receiver.bind(self._address)
            receiver.settimeout(POLL_S)
            while not stop.is_set():
                try:
                    datagram, sender = receiver.recvfrom(CHUNK_BYTES)
                except TimeoutError:
                    continue
                # A datagram ends a line even where the sender leaves the line end out.
                line = datagram if datagram.endswith(b"\n") else datagram + b"\n"
                try:
                    self._put(intake, decoders.setdefault(sender, NmeaDecoder()), line)
                except Closed:
                    return


class StdinSource(_NmeaSource):
    """Reads what is piped into the command."""

    def __init__(self, clock: Clock) -> None:
        super().__init__("stdin", clock)

    def run(self, intake: Intake, stop: threading.Event) -> None:
        """Read standard input to its end or until `stop` is set."""
        decoder = NmeaDecoder()
        source = sys.stdin.fileno()
        try:
            while not stop.is_set():
                ready, _, _ = select.select([source], [], [], POLL_S)
                if not ready:
                    continue
                chunk = os.read(source, CHUNK_BYTES)
                if not chunk:
                    break
                self._put(intake, decoder, chunk)
            self._drain(intake, decoder)
        except Closed:
            return
