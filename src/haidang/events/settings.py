"""Every threshold of the engine in one frozen value, with its unit, its default and where the default comes from.

A threshold hidden in a kernel cannot be argued with. Sources are written short: UV = UnionVMS, GFW = Global
Fishing Watch pipelines, MF = MonitorFish, law = Decrees 26/2019 and 37/2024 (loss of signal after 6 hours).
"""

from dataclasses import dataclass

from haidang.core.time import DAY_US, HOUR_US, MINUTE_US


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Thresholds of tracks and events. Speeds in knots, distances in metres, times in microseconds.

    Attributes:
        retained_us: how far back late fixes are still judged; older ones are stored with flag `late`.
        future_ais_us: how far after its reception an AIS fix may lie (UV: 2 minutes).
        future_vms_us: the same for satellite terminals (UV: none).
        oldest_fix_us: fixes before this time are `bad_time`; None accepts any year (anonymised sets reach to 1800).
        max_speed_kn: hard limit of the mean speed between two fixes of one hull (UV).
        max_speed_fishing_kn: the same for fishing boats (GFW).
        doubtful_speed_kn: a leg faster than this is kept but remembered as doubtful (GFW).
        place_slack_m: what GNSS, rounding and report-time noise may add to a leg at once.
        clock_slack_m: what a wrong receiver clock may add to a longer leg.
        clock_slack_speed_mps: how fast the slack grows from `place_slack_m` to `clock_slack_m`.
        own_clock_reach_m: a stray fix nearer than this to an open track is taken for the same hull with a wrong
            clock and stays alone; farther away it starts a second track at once.
        confirm_us, confirm_fixes: how long and how often a second track must agree with itself to be believed.
        young_gap_ais_us, young_gap_vms_us: the longest pause inside a track that is not yet believed.
        segment_break_ais_us: a longer pause ends the segment (GFW: 24 h).
        segment_break_vms_us: the same for terminals; longer, so that a boundary passed in silence is still seen.
        frozen_speed_kn, frozen_distance_m: a repeated place is `noise` when the speed given says she moved this far.
        silence_ais_us, silence_vms_us: shortest silence that becomes an event (GFW 6 h; MF 4 h at sea).
        silence_periods: a silence must also be longer than this many expected periods of the vessel; two are one
            missed report, and the quarter is the jitter of the next one.
        silence_ais_reports: a transponder heard less often is not missed when it stays away; a terminal always is.
        period_ais_us, period_vms_us: expected report period before anything is learned (law: 2 h).
        period_max_us: the learned period never exceeds this.
        near_port_m: a silence that starts this near a port is marked `in_port`.
        stop_radius_m, stop_min_us: a stop is this long within this radius.
        stop_max_gap_us: a longer pause is silence, not a stop.
        stop_exit_factor: a fix outside radius x factor ends the stop at once; between, two in a row do.
        port_enter_m, port_leave_m: radius rules of a port given as a point (GFW).
        port_polygon_margin_m: how far outside a port polygon counts as having left.
        port_stop_kn, port_move_kn: speed below which a vessel stops in port, above which she moves (GFW).
        port_gap_us: a pause this long in port is as good as a stop (GFW).
        encounter_distance_m, encounter_min_us, encounter_speed_kn, encounter_port_m: strict encounter (GFW).
        encounter_grid_us, encounter_interpolate_us: time grid, and the longest pause bridged by interpolation (GFW).
        encounter_merge_us: encounters of a pair closer in time than this are one (GFW).
        fishing_min_kn, fishing_max_kn: mean speed between fixes of apparent fishing at VMS rates (MF).
        fishing_after_port_us: how long a vessel must be at sea before that speed counts (MF).
        outage_share: a supplier is down when at most this share of its reporting vessels still reports (MF).
        outage_min_vessels: fewer vessels say nothing about a supplier.
        crossing_max_gap_us: a crossing inside a longer pause carries no interpolated time.
    """

    retained_us: int = 10 * DAY_US
    future_ais_us: int = 2 * MINUTE_US
    future_vms_us: int = 0
    oldest_fix_us: int | None = None
    max_speed_kn: float = 50.0
    max_speed_fishing_kn: float = 25.0
    doubtful_speed_kn: float = 25.0
    place_slack_m: float = 300.0
    clock_slack_m: float = 5_000.0
    clock_slack_speed_mps: float = 25.0
    own_clock_reach_m: float = 100_000.0
    confirm_us: int = 6 * MINUTE_US
    confirm_fixes: int = 3
    young_gap_ais_us: int = HOUR_US
    young_gap_vms_us: int = 6 * HOUR_US
    segment_break_ais_us: int = 24 * HOUR_US
    segment_break_vms_us: int = 10 * DAY_US
    frozen_speed_kn: float = 2.0
    frozen_distance_m: float = 1_000.0
    silence_ais_us: int = 6 * HOUR_US
    silence_vms_us: int = 4 * HOUR_US
    silence_periods: float = 2.25
    silence_ais_reports: int = 3
    period_ais_us: int = 10 * MINUTE_US
    period_vms_us: int = 2 * HOUR_US
    period_max_us: int = 6 * HOUR_US
    near_port_m: float = 3_000.0
    stop_radius_m: float = 200.0
    stop_min_us: int = HOUR_US
    stop_max_gap_us: int = 12 * HOUR_US
    stop_exit_factor: float = 2.0
    port_enter_m: float = 3_000.0
    port_leave_m: float = 4_000.0
    port_polygon_margin_m: float = 1_000.0
    port_stop_kn: float = 0.2
    port_move_kn: float = 0.5
    port_gap_us: int = 4 * HOUR_US
    encounter_distance_m: float = 500.0
    encounter_min_us: int = 2 * HOUR_US
    encounter_speed_kn: float = 2.0
    encounter_port_m: float = 10_000.0
    encounter_grid_us: int = 10 * MINUTE_US
    encounter_interpolate_us: int = HOUR_US
    encounter_merge_us: int = 4 * HOUR_US
    fishing_min_kn: float = 0.025
    fishing_max_kn: float = 5.5
    fishing_after_port_us: int = HOUR_US
    outage_share: float = 0.7
    outage_min_vessels: int = 10
    crossing_max_gap_us: int = 6 * HOUR_US
