"""Follow a running desk as its screen does: log in, read the live socket, unpack the binary positions.

    make run        # prints http://127.0.0.1:8321/#link=...
    python examples/read_live_socket.py 'http://127.0.0.1:8321/#link=...' [FRAMES]

The layout is described in docs/api.md. `websockets` comes with Hải Đăng.
"""

import json
import math
import struct
import sys
import urllib.request
from datetime import UTC, datetime, timedelta
from urllib.parse import urldefrag, urlsplit

from websockets.sync.client import connect

MAGIC = 0x31504448
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def log_in(link: str) -> tuple[str, str]:
    """Return the desk's address and the session cookie for a one-time login link."""
    address, fragment = urldefrag(link)
    address = address.rstrip("/")
    request = urllib.request.Request(  # noqa: S310 -- the desk's own address
        address + "/api/session/link",
        data=json.dumps({"token": fragment.removeprefix("link=")}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 -- the desk's own address
        return address, answer.headers["Set-Cookie"].partition(";")[0]


def unpack(frame: bytes) -> tuple[float, list[dict[str, object]]]:
    """Return the sequence number and the positions of one binary frame.

    Little endian: magic, number of rows, sequence number and the desk's clock in ms; then one column after the other,
    so that a screen can lay typed arrays over them without copying.
    """
    magic, n, seq, _now_ms = struct.unpack_from("<IIdd", frame)
    if magic != MAGIC:
        raise ValueError("not a frame of positions")
    at = struct.calcsize("<IIdd")
    columns = {}
    for name, code in (
        ("fix_time_ms", "d"), ("lat_deg", "d"), ("lon_deg", "d"), ("index", "I"), ("sog_kn", "f"), ("cog_deg", "f"),
        ("flags", "B"),
    ):  # fmt: skip
        layout = f"<{n}{code}"
        columns[name] = struct.unpack_from(layout, frame, at)
        at += struct.calcsize(layout)
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return seq, rows


def follow(link: str, frames: int) -> None:
    """Print what comes until so many binary frames have been read."""
    address, cookie = log_in(link)
    url = f"ws://{urlsplit(address).netloc}/api/live"
    labels: dict[int, str] = {}
    # A whole fleet is one frame, so the limit on its size is lifted.
    with connect(url, additional_headers={"Cookie": cookie}, max_size=None) as socket:
        while frames > 0:
            message = socket.recv(timeout=60)
            if isinstance(message, str):
                # Text frames are JSON: hello, snapshot, then what changed. `seq` is what ?since= resumes after.
                news = json.loads(message)
                print(f"{news['type']} (seq {news.get('seq')})")
                for vessel in news.get("vessels", []) + (news["upsert"] if news["type"] == "vessels" else []):
                    labels[vessel["i"]] = vessel["label"]
                continue
            seq, rows = unpack(message)
            frames -= 1
            print(f"{len(rows)} positions (seq {seq:.0f})")
            for row in rows[:5]:
                time = EPOCH + timedelta(milliseconds=row["fix_time_ms"])
                speed = "?" if math.isnan(row["sog_kn"]) else f"{row['sog_kn']:.1f} kn"
                alert = " ALERT" if row["flags"] & 1 else ""
                print(f"  {labels.get(row['index'], '?')}  {time:%d/%m %H:%M}Z  "
                      f"{row['lat_deg']:.4f} {row['lon_deg']:.4f}  {speed}{alert}")  # fmt: skip


def main(words: list[str]) -> None:
    """Follow the desk of the link, or say where to get one."""
    if not words:
        print("No login link given: start a desk with `make run` and pass the link that it prints.")
        return
    follow(words[0], int(words[1]) if len(words) > 1 else 3)


if __name__ == "__main__":
    main(sys.argv[1:])
