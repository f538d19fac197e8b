"""What a desk of one's own is needed for: another mode, and a server that goes away and comes back."""

import re

import pytest
from playwright.sync_api import expect
from running import Desk, Officer
from watching import Screens, first_alert, wait_for_picture

pytestmark = pytest.mark.long


def test_drill_and_recording_never_mix(screens: Screens, own_desk: Desk) -> None:
    with Officer(own_desk) as officer:
        drill_ids = officer.vessel_ids()
        drill_alerts = {alert["alert_id"] for alert in officer.get("/api/alerts")["alerts"]}
    assert len(drill_ids) > 150
    assert drill_alerts

    page = screens.open(own_desk)
    page.get_by_role("button", name="Dữ liệu: Diễn tập").click()
    page.get_by_role("menuitemradio", name=re.compile("Bản ghi AIS thật")).click()
    expect(page.locator(".stripes strong")).to_have_text("BẢN GHI", timeout=90_000)
    wait_for_picture(page)
    with Officer(own_desk) as officer:
        health = officer.get("/api/health")
        assert (health["mode"], health["drill"]) == ("recording", False)
        recorded_ids = officer.vessel_ids()
        assert recorded_ids
        assert not recorded_ids & drill_ids
        assert not drill_alerts & {alert["alert_id"] for alert in officer.get("/api/alerts", state="all")["alerts"]}
    page.keyboard.press("3")
    expect(page.get_by_role("tabpanel")).to_contain_text(re.compile(r"[1-9]\d* tàu"))
    page.get_by_label("Lọc theo tên hoặc số").fill("diễn tập")
    expect(page.get_by_role("tabpanel")).to_contain_text("Không có tàu nào khớp")
    expect(page.get_by_text("DIỄN TẬP", exact=True)).to_have_count(0)

    page.get_by_role("button", name="Dữ liệu: Bản ghi AIS thật").click()
    page.get_by_role("menuitemradio", name=re.compile("Diễn tập")).click()
    expect(page.locator(".stripes strong")).to_have_text("DIỄN TẬP", timeout=90_000)
    wait_for_picture(page)
    with Officer(own_desk) as officer:
        assert officer.get("/api/health")["drill"] is True
        assert officer.vessel_ids() == drill_ids
        assert drill_alerts <= {alert["alert_id"] for alert in officer.get("/api/alerts", state="all")["alerts"]}


def test_a_lost_desk_is_said_and_comes_back(screens: Screens, own_desk: Desk) -> None:
    screens.allow(r"WebSocket connection to .* failed|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE")
    # MapLibre's own error, its name cut short by the build, when the ground was still coming as the desk went away.
    screens.allow(r"console error: \w{1,3} \(\S+/assets/index-")
    page = screens.context(own_desk).new_page()
    page.goto(own_desk.url)
    wait_for_picture(page)
    expect(first_alert(page)).to_be_visible()
    own_desk.stop()
    banner = page.get_by_role("alert").filter(has_text="Mất kết nối")
    expect(banner).to_be_visible()
    expect(banner).to_contain_text(re.compile(r"Hình ảnh lúc \d\d:\d\d"))
    expect(first_alert(page)).to_be_visible()
    own_desk.start()
    banner.get_by_role("button", name="Nối ngay").click()
    expect(banner).to_have_count(0)
    wait_for_picture(page)
    expect(page.locator(".stripes strong")).to_have_text("DIỄN TẬP")
    expect(first_alert(page)).to_be_visible()
    other = screens.context(own_desk, logged_in=False).new_page()
    screens.allow(r"status of 401")
    other.goto(own_desk.link)
    wait_for_picture(other)
