"""The drill's vessels: every name, number and supplier is invented and says DRILL.

Numbers of real boats must never turn up in a drill, where they could be taken for an accusation. So fishing
boats use the 9xxxx numbers with a running order, and MMSIs lie in blocks no administration has been given here.
"""

from dataclasses import dataclass

import numpy as np

from haidang.core.columns import F64, I64
from haidang.core.vessel import Vessel
from haidang.simulate.places import LANE_SHARE, PORT_IDS, PORT_SHARE
from haidang.simulate.scenario import Scenario

GEARS: tuple[str, ...] = ("jig", "gillnet", "seine", "pair_trawl", "carrier")
#: Words of the position file for each of GEARS.
GEAR_WORDS: tuple[str, ...] = ("squid_jig", "gillnet", "purse_seine", "pair_trawl", "carrier")
#: Invented suppliers of VMS devices.
SUPPLIERS: tuple[str, ...] = ("DRILL Biển Xanh", "DRILL Sao Mai", "DRILL Hải Âu", "DRILL Sóng Việt", "DRILL Đèn Biển")
_SUPPLIER_SHARE = (0.32, 0.25, 0.2, 0.14, 0.09)
_GEAR_SHARE = (0.36, 0.3, 0.2, 0.14)


@dataclass(frozen=True, slots=True)
class Register:
    """Who sails. Boats first (n_vms), merchants after them; all arrays in that order.

    Attributes:
        vessels: everybody, as the desk's register knows them.
        gear: (n_vms,) index into GEARS.
        home: (n_vms,) index of the home port.
        supplier: (n_vms,) index into SUPPLIERS.
        leader: (n_vms,) for the second boat of a pair trawl team the index of the first, else -1.
        gap_m: (n_vms,) separation of a pair, metres; 0 for others.
        class_b: (k,) indices of boats that carry AIS class B as well.
        lane: (n_ais,) index into LANES.
    """

    vessels: tuple[Vessel, ...]
    gear: I64
    home: I64
    supplier: I64
    leader: I64
    gap_m: F64
    class_b: I64
    lane: I64


def make_register(scenario: Scenario) -> Register:
    """Return the invented vessels of a scenario; a function of its seed and sizes."""
    rng = np.random.default_rng([scenario.seed, 11])
    n = scenario.n_vms
    carriers = max(n // 200, 2)
    gear = rng.choice(4, n, p=_GEAR_SHARE)
    gear[:carriers] = 4
    home = rng.choice(len(PORT_IDS), n, p=PORT_SHARE)
    # Long squid trips are the trade of one port, Tam Quang.
    home[(gear == 0) & (rng.random(n) < 0.6)] = 1
    leader = np.full(n, -1)
    gap = np.zeros(n)
    trawlers = np.flatnonzero(gear == 3)
    first, second = trawlers[0 : len(trawlers) // 2 * 2 : 2], trawlers[1::2]
    leader[second] = first
    gap[second] = rng.uniform(220.0, 400.0, len(second))
    home[second] = home[first]
    if len(trawlers) % 2:
        gear[trawlers[-1]] = 1
    supplier = rng.choice(len(SUPPLIERS), n, p=_SUPPLIER_SHARE)
    others = rng.permutation(np.arange(carriers, n))[: scenario.n_class_b]
    class_b = np.sort(np.concatenate([np.arange(carriers), others]))
    length = np.where(gear == 4, rng.uniform(24, 34, n), np.clip(rng.normal(19.5, 3.2, n), 15.0, 30.0)).round(1)
    lane = rng.choice(len(LANE_SHARE), scenario.n_ais, p=LANE_SHARE)
    merchant_length = rng.uniform(60, 280, scenario.n_ais).round(0)
    boats = _boats(gear=gear, home=home, supplier=supplier, leader=leader, length_m=length, class_b=class_b)
    merchants = [
        Vessel(
            vessel_id=f"999{100000 + i}", name=f"DRILL MERCHANT {i + 1:03d}", kind="merchant", mmsi=f"999{100000 + i}",
            length_m=float(merchant_length[i]),
        )
        for i in range(scenario.n_ais)
    ]  # fmt: skip
    return Register(tuple(boats + merchants), gear, home, supplier, leader, gap, class_b, lane)


def _boats(*, gear: I64, home: I64, supplier: I64, leader: I64, length_m: F64, class_b: I64) -> list[Vessel]:
    paired = {int(first): int(second) for second, first in enumerate(leader) if first >= 0}
    with_ais = set(class_b.tolist())
    boats = []
    for i in range(len(gear)):
        prefix = "ĐNa" if home[i] == 0 else "QNa"
        pair = i if i in paired else int(leader[i])
        boats.append(
            Vessel(
                vessel_id=f"DRILL-{i + 1:04d}",
                name=f"Tàu hậu cần diễn tập {i + 1:03d}" if gear[i] == 4 else f"Tàu diễn tập {i + 1:03d}",
                kind="fishing",
                registration=f"{prefix}-{90001 + i}-TS",
                mmsi=f"998{200000 + i}" if i in with_ais else None,
                length_m=float(length_m[i]),
                gear=GEAR_WORDS[gear[i]],
                supplier=SUPPLIERS[supplier[i]],
                home_port=PORT_IDS[home[i]],
                pair_id=f"DRILL-PAIR-{pair + 1:04d}" if pair >= 0 else None,
            )
        )
    return boats
