"""Send positions to a running desk, as a supplier's program does.

Start a desk and make a token once:

    make run
    .venv/bin/haidang token create --name "my program"

then

    python examples/send_positions.py --desk http://127.0.0.1:8321 --token hd_...

Without an address it only shows what it would send. Nothing but the standard library is needed, so this file can be
copied to any machine.
"""

import argparse
import hashlib
import json
import sys
import time
import urllib.error
import urllib.request

# What a terminal reported. Field names are those of the canonical position file (docs/feeds.md); times are UTC, speeds
# knots. The third row is wrong on purpose: the desk says so and stores the others.
POSITIONS = [
    {
        "vessel_id": "QNa-90001-TS",
        "fix_time": "2026-03-05T00:00:00Z",
        "lat_deg": 15.90,
        "lon_deg": 109.10,
        "sog_kn": 6.5,
    },
    {
        "vessel_id": "QNa-90001-TS",
        "fix_time": "2026-03-05T02:00:00Z",
        "lat_deg": 15.95,
        "lon_deg": 109.31,
        "sog_kn": 6.1,
    },
    {"vessel_id": "QNa-90002-TS", "fix_time": "2026-03-05T02:00:00Z", "lat_deg": 95.00, "lon_deg": 109.31},
]


def send(desk: str, token: str, positions: list[dict[str, object]], attempts: int = 5) -> dict[str, object]:
    """Send positions until the desk says that they are stored; return its answer."""
    body = json.dumps({"positions": positions}).encode()
    request = urllib.request.Request(  # noqa: S310 -- the desk's own address
        desk.rstrip("/") + "/api/positions",
        data=body,
        headers={
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            # The same key for the same content: when the line breaks before the answer comes, we send again, and the
            # desk answers the same and stores nothing twice.
            "Idempotency-Key": hashlib.sha256(body).hexdigest(),
        },
    )
    for attempt in range(attempts):
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 -- the desk's own address
                # 2xx comes after the commit: these positions are stored for good.
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code < 500:
                # Our mistake (a wrong token, a body it cannot read): sending again would not help.
                raise SystemExit(f"refused: {error.code} {error.read().decode(errors='replace')}") from error
        except urllib.error.URLError as error:
            print(f"no answer ({error.reason}); trying again")
        time.sleep(2**attempt)
    raise SystemExit(f"{desk} did not answer {attempts} times")


def main(words: list[str]) -> None:
    """Send the positions, or show them where no desk is named."""
    options = argparse.ArgumentParser(description="Send positions to a desk.")
    options.add_argument("--desk", help="address, like http://127.0.0.1:8321")
    options.add_argument("--token", help="from: haidang token create --name NAME")
    args = options.parse_args(words)
    if not args.desk or not args.token:
        print("No --desk and --token given: this would be sent.")
        print(json.dumps({"positions": POSITIONS}, indent=1))
        return
    answer = send(args.desk, args.token, POSITIONS)
    print(f"{answer['stored']} stored, {answer['duplicates']} known before")
    for reject in answer["rejected"]:
        print(f"row {reject['row']} rejected: {reject['reason']}")


if __name__ == "__main__":
    main(sys.argv[1:])
