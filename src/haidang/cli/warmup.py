"""`haidang warmup`: compile the kernels once and keep them, so that the first run of the day is not slow."""

import argparse

HELP = "compile the kernels once, so that the first run is not slow"


def configure(parser: argparse.ArgumentParser) -> None:
    """There are no options."""


def run(_args: argparse.Namespace) -> int:
    """Run every compiled step over a tiny fleet."""
    from haidang.cli.terminal import DONE, say
    from haidang.core.columns import Positions
    from haidang.core.time import HOUR_US, monotonic_s
    from haidang.events.detect import detect
    from haidang.feeds.ais_nmea import NmeaDecoder
    from haidang.simulate.fleet import build
    from haidang.simulate.scenario import Scenario

    started_s = monotonic_s()
    say("compiling the decoder …")
    NmeaDecoder().feed(b"!AIVDM,1,1,,A,13aEOK?P00PD2wVMdLDRhgvL289?,0*26\n")
    say("compiling the engine …")
    fleet = build(Scenario.preset("drill", seed=1, start_us=0, n_vms=20))
    positions: Positions = fleet.stream(0, 12 * HOUR_US)
    detect(positions, zones=fleet.zones, ports=fleet.ports, vessels={v.vessel_id: v for v in fleet.vessels})
    say(f"ready after {monotonic_s() - started_s:.1f} s; the kernels are kept beside the package")
    return DONE
