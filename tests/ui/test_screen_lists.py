"""The four lists: what the screen shows is what the server says."""

import re
import struct
from typing import Any

import pytest
from playwright.sync_api import expect
from running import Desk, Officer
from watching import Screens, drawer, wait_for_picture

from haidang.core.time import SystemClock
from haidang.store import accounts
from haidang.store.database import open_store
from haidang.store.location import locate

pytestmark = pytest.mark.long


def feed_token(desk: Desk, supplier: str) -> str:
    """Return a supplier's token for the drill that is running."""
    with open_store(locate(data=desk.folder, database=None, mode="drill")) as store, store.write() as conn:
        return accounts.create_feed_token(conn, supplier, now_us=SystemClock().now_us())[0]


def test_feeds_show_health_and_what_was_rejected(screens: Screens, desk: Desk, officer: Officer) -> None:
    rows: list[dict[str, Any]] = [
        {"vessel_id": "", "fix_time": "2026-03-05T00:00:00Z", "lat_deg": 15.9, "lon_deg": 109.1},
        {"vessel_id": "THU-1", "fix_time": "hôm qua", "lat_deg": 15.9, "lon_deg": 109.1},
        {"vessel_id": "THU-1", "fix_time": "2026-03-05T00:00:00Z", "lat_deg": 95.0, "lon_deg": 109.1},
    ]
    answer = officer.client.post(
        "/api/positions",
        json={"positions": rows},
        headers={"authorization": f"Bearer {feed_token(desk, 'Nhà cung cấp thử')}"},
    )
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["rejected"]) == len(rows)

    page = screens.open(desk, "/?tab=feeds")
    names = page.get_by_role("listbox", name="Nguồn dữ liệu").get_by_role("option")
    expect(names).to_have_count(len(officer.get("/api/feeds")["feeds"]))
    drill = names.filter(has_text="diễn tập")
    expect(drill).to_contain_text("tốt")
    expect(drill).to_contain_text(re.compile(r"Bị loại\s+0"))
    names.filter(has_text="Nhà cung cấp thử").click()
    panel = drawer(page)
    expect(panel.get_by_role("heading", level=2)).to_have_text("Nhà cung cấp thử")
    expect(panel.get_by_role("row")).to_have_count(4)
    for reason in ("thiếu số hiệu tàu", "không đọc được giờ", "vĩ độ ngoài khoảng"):
        expect(panel.get_by_role("cell", name=reason)).to_be_visible()
    expect(panel.get_by_role("listitem").filter(has_text="hôm qua")).to_be_visible()


def test_warnings_are_said_in_words(screens: Screens, desk: Desk, officer: Officer) -> None:
    boat = next(b for b in officer.get("/api/vessels", limit=1000)["vessels"] if b["kind"] == "fishing")
    zone = next(z for z in officer.get("/api/zones")["features"] if z["properties"]["kind"] == "permitted_boundary")
    now = officer.get("/api/clock")["now"]
    warning = {
        "vessel_id": boat["vessel_id"], "vessel_label": boat["registration"], "zone_id": zone["properties"]["zone_id"],
        "zone_name": zone["properties"]["name"], "issued_time": now, "p_1h": 0.02, "p_2h": 0.1, "p_4h": 0.3,
        "p_6h": 0.41, "p_12h": 0.62, "eta_p10_time": None, "eta_median_time": None, "eta_p90_time": None,
        "distance_m": 37040.0, "lat_deg": 15.5, "lon_deg": 110.5, "reason_vi": "Đi thẳng ra với 9 hl/h.",
        "reason_en": "Heading out at 9 kn.",
    }  # fmt: skip
    page, wire = screens.open_wired(desk, "/?tab=warnings")
    wire.is_hushed = True
    wire.say({"type": "warnings", "seq": 0, "all": []})
    expect(page.get_by_role("tabpanel")).to_contain_text("Trong 12 giờ tới không tàu nào")
    wire.say({"type": "warnings", "seq": 0, "all": [warning]})
    rows = page.get_by_role("listbox", name="Dự báo, khả năng cao nhất đứng đầu").get_by_role("option")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(boat["registration"])
    expect(rows).to_contain_text(re.compile(r"\d/10"))
    expect(page.get_by_role("tabpanel")).to_contain_text("Dự báo không phải là kết luận vi phạm.")
    rows.click()
    expect(drawer(page).get_by_role("heading", level=2)).to_contain_text(boat["registration"])
    expect(drawer(page)).to_contain_text("Đi thẳng ra với 9 hl/h.")
    expect(drawer(page)).to_contain_text("6/10 (62 %)")


def test_warnings_are_the_servers(screens: Screens, desk: Desk, officer: Officer) -> None:
    page = screens.open(desk, "/?tab=warnings")
    expected = officer.get("/api/warnings")["warnings"]
    expect(page.get_by_role("option")).to_have_count(len(expected))


def test_vessels_are_all_there_and_move(screens: Screens, desk: Desk, officer: Officer) -> None:
    heard = [boat for boat in officer.get("/api/vessels", limit=1000)["vessels"] if boat["last"] is not None]
    assert len(heard) > 150
    page = screens.context(desk).new_page()
    with page.expect_websocket() as opened:
        page.goto(f"{desk.url}/?tab=vessels&map=5.00/15.9/110")
    wait_for_picture(page)
    expect(page.get_by_role("tabpanel")).to_contain_text(f"{len(heard)} tàu")
    expect(page.locator(".summary")).to_contain_text(re.compile(r"[1-9]\d+ tàu trong khung"))
    with opened.value.expect_event("framereceived", lambda frame: moved(frame) > 0):
        officer.send("/api/clock", speed=600)
    officer.send("/api/clock", speed=1)
    page.get_by_label("Lọc theo tên hoặc số").fill("qna 90013")
    rows = page.get_by_role("listbox", name="Tàu", exact=True).get_by_role("option")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("QNa-90013-TS")


def moved(frame: str | bytes) -> int:
    """Return how many vessels a frame of the wire gives a place; 0 for text."""
    if isinstance(frame, str):
        return 0
    magic, n = struct.unpack_from("<II", frame)
    assert magic == 0x31504448
    return int(n)
