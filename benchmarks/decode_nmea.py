"""Sentences a second of the compiled decoder beside pyais, in one process, one thread, CPU time, medians.

    python benchmarks/decode_nmea.py [FILE]

Without FILE: a made stream of message 1. pyais decodes each sentence to an object; it is given 20,000 of them.
"""

import statistics
import sys
import time
from pathlib import Path

import pyais

from haidang.feeds.ais_nmea import NmeaDecoder

SENTENCES, PYAIS_SENTENCES, RUNS = 1_000_000, 20_000, 5


def made_stream() -> list[bytes]:
    """Type 1 sentences of 2,000 ships."""
    lines = []
    for ship in range(2_000):
        fields = {
            "type": 1,
            "mmsi": 574_000_000 + ship,
            "lat": 16 + ship * 1e-3,
            "lon": 108 + ship * 1e-3,
            "speed": 7.3,
            "course": 211.5,
            "second": ship % 60,
        }
        lines.append(pyais.encode_dict(fields, talker_id="AI")[0].encode())
    return lines


def median_s(run) -> float:
    taken = []
    for _ in range(RUNS):
        start = time.process_time()
        run()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def pyais_run(lines: list[bytes]) -> None:
    for line in lines:
        try:
            pyais.decode(line)
        except pyais.exceptions.AISBaseException:
            continue


def main() -> None:
    if len(sys.argv) > 1:
        data = Path(sys.argv[1]).read_bytes()
        lines = data.splitlines()
    else:
        ships = made_stream()
        lines = ships * (SENTENCES // len(ships))
        data = b"\n".join(lines) + b"\n"

    def ours() -> None:
        NmeaDecoder(default_received_us=0).feed(data)

    ours()  # compiled before the watch starts
    plain = [line for line in lines if line.startswith(b"!") and b",1,1," in line[:12]][:PYAIS_SENTENCES]
    ours_per_s = len(lines) / median_s(ours)
    print(f"haidang {ours_per_s:,.0f} lines/s (median of {RUNS}, {len(lines):,} lines)")
    if plain:
        pyais_per_s = len(plain) / median_s(lambda: pyais_run(plain))
        print(f"pyais   {pyais_per_s:,.0f} sentences/s; ratio {ours_per_s / pyais_per_s:,.0f}")


if __name__ == "__main__":
    main()
