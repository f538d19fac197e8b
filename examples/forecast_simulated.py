"""Who is about to cross the line? A forecast on simulated boats, and how it turned out.

    python examples/forecast_simulated.py [SEED]

Everything here is DRILL / DIỄN TẬP: boats, tracks and the line are invented. The command `haidang forecast` does the
same with files.
"""

import sys

from haidang.core.time import HOUR_US, MINUTE_US, NO_TIME_US, format_iso, parse_iso_us
from haidang.forecast.crossing import load_model, predict
from haidang.simulate.fleet import build
from haidang.simulate.scenario import Scenario


def main(words: list[str]) -> None:
    """Simulate two days, forecast every three hours of the second, and compare with the truth."""
    seed = int(words[0]) if words else 7
    start_us = parse_iso_us("2026-03-02T00:00:00Z")
    # The same seed gives the same boats to the last digit.
    fleet = build(Scenario.preset("drill", seed=seed, start_us=start_us, days=2, n_vms=120))
    end_us = start_us + 48 * HOUR_US
    reports = fleet.stream(start_us, end_us)
    lines = [zone for zone in fleet.zones if zone.is_alert_boundary]
    # The truth of the simulator, to which the forecast has no access: who really crossed, and when.
    crossings = [(event.vessel_id, event.start_us) for event in fleet.truth.events if event.kind.startswith("crossing")]
    print(f"{len(reports)} reports of {len(fleet.vessels)} vessels; line: {lines[0].name}")

    # Ours is fitted on the simulator; `haidang forecast fit` makes one from your own tracks.
    model = load_model()
    for issued_us in range(start_us + 24 * HOUR_US, end_us - 12 * HOUR_US, 3 * HOUR_US):
        # `predict` looks at nothing that was received after the time of issue, late reports included.
        forecasts = predict(reports, lines, issued_us, model, ports=fleet.ports)
        print(f"\nissued {format_iso(issued_us)}: {len(forecasts.vessel_id)} vessels within 60 nm")
        for i in sorted(range(len(forecasts.vessel_id)), key=lambda i: -forecasts.p_12h[i])[:3]:
            vessel_id = forecasts.vessel_id[i]
            did = any(v == vessel_id and issued_us < t <= issued_us + 12 * HOUR_US for v, t in crossings)
            eta_us = int(forecasts.eta_median_us[i])
            when = f", if so about {format_iso(eta_us - eta_us % MINUTE_US)}" if eta_us != NO_TIME_US else ""
            away_nm = forecasts.distance_m[i] / 1852
            print(
                f"  {vessel_id}: {forecasts.p_12h[i]:.0%} within 12 h, {away_nm:.1f} nm away{when}; "
                f"she {'crossed' if did else 'did not cross'}"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
