"""What a decoder made of an input, as JSON types, to compare with `expected.json` of a golden case."""

import math

from haidang.core.columns import KINDS
from haidang.core.time import format_iso
from haidang.feeds.decoded import Decoded


def picture(pieces: list[Decoded], assumed: list[str]) -> dict[str, object]:
    rows, rejects, vessels = [], [], {}
    for piece in pieces:
        p = piece.positions
        for i in range(len(p)):
            sog, cog = float(p.sog_kn[i]), float(p.cog_deg[i])
            rows.append(
                {
                    "row": int(p.row[i]),
                    "vessel_id": p.vessel_ids[p.vessel[i]],
                    "fix_time": format_iso(int(p.fix_time_us[i])),
                    "received_time": format_iso(int(p.received_time_us[i])),
                    "lat_deg": round(float(p.lat_deg[i]), 9),
                    "lon_deg": round(float(p.lon_deg[i]), 9),
                    "sog_kn": None if math.isnan(sog) else round(sog, 4),
                    "cog_deg": None if math.isnan(cog) else round(cog, 4),
                    "kind": KINDS[p.kind[i]],
                }
            )
        rejects += [[r.row, r.reason] for r in piece.rejects]
        for vessel_id, vessel in piece.vessels.items():
            known = {k: getattr(vessel, k) for k in vessel.__slots__ if k != "vessel_id"}
            vessels[vessel_id] = {k: v for k, v in known.items() if v not in {None, "unknown"}}
    return {"assumed": assumed, "positions": rows, "rejects": rejects, "vessels": vessels}
