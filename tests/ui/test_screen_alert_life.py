"""An alert from the moment it needs somebody to the moment it is finished, by hand, in Vietnamese."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect
from running import Desk, Officer
from watching import Screens, drawer, first_alert

pytestmark = pytest.mark.long


def alert_to_use(officer: Officer, *, lasting: bool = True) -> dict[str, Any]:
    """Return an open alert that no other test has touched, the last in the officer's order."""
    fresh = [a for a in officer.get("/api/alerts")["alerts"] if a["state"] == "open" and a["lasting"] is lasting]
    assert fresh, "the drill has no open alert left for this test"
    return dict(fresh[-1])


def history(officer: Officer, alert: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Return (actor, action, from, to) of every step, oldest first."""
    lines = officer.get(f"/api/alerts/{alert['alert_id']}")["history"]
    return [(line["actor"], line["action"], line["from_state"], line["to_state"]) for line in lines]


def test_from_open_to_resolved(screens: Screens, desk: Desk, officer: Officer) -> None:
    alert = alert_to_use(officer)
    page = screens.open(desk, f"/?open=alert:{alert['alert_id']}")
    panel = drawer(page)
    expect(panel.get_by_role("heading", level=2)).to_have_text(alert["vessel_label"])
    expect(panel).to_contain_text(alert["title_vi"])
    expect(panel).to_contain_text(alert["reason_vi"])
    expect(panel).to_contain_text(alert["rule_vi"])
    expect(panel).to_contain_text(alert["next_vi"])
    for part in ("Việc gì", "Vì sao", "Cần làm", "Lịch sử"):
        expect(panel.get_by_role("heading", level=3, name=part)).to_be_visible()

    panel.get_by_role("button", name="Tiếp nhận").click()
    expect(panel).to_contain_text("đã nhận")
    expect(panel.get_by_role("button", name="Tiếp nhận")).to_have_count(0)
    panel.get_by_role("button", name="Ghi thêm").click()
    panel.get_by_label("Ghi chú").fill("Đã gọi chủ tàu, máy bận")
    panel.get_by_role("button", name="Ghi thêm").last.click()
    expect(panel.get_by_role("listitem").filter(has_text="Đã gọi chủ tàu, máy bận")).to_be_visible()
    panel.get_by_role("button", name="Tạm ẩn").click()
    panel.locator(".choices").get_by_role("button").first.click()
    expect(panel).to_contain_text("tạm ẩn đến")
    panel.get_by_role("button", name="Mở lại").click()
    expect(panel.get_by_role("button", name="Mở lại")).to_have_count(0)
    panel.get_by_role("button", name="Xử lý xong").click()
    panel.get_by_label("Ghi chú").fill("Hỏng máy, đã sửa")
    panel.get_by_role("button", name="chủ tàu, thuyền trưởng đã giải thích").click()
    expect(panel.get_by_role("button", name="Xử lý xong")).to_have_count(0)
    expect(panel.get_by_role("listitem").filter(has_text="Hỏng máy, đã sửa")).to_be_visible()

    steps = panel.get_by_role("listitem").filter(has=page.locator("b", has_text=re.compile("^admin$", re.IGNORECASE)))
    expect(steps).to_have_count(5)
    for row, words in enumerate(("xử lý xong", "mở lại", "tạm ẩn", "ghi", "tiếp nhận")):
        expect(steps.nth(row)).to_contain_text(words)
    assert history(officer, alert)[0] == ("system", "open", "", "open")
    assert [step for step in history(officer, alert) if step[0] == "admin"] == [
        ("admin", "acknowledge", "open", "acknowledged"),
        ("admin", "note", "acknowledged", "acknowledged"),
        ("admin", "snooze", "acknowledged", "snoozed"),
        ("admin", "reopen", "snoozed", "open"),
        ("admin", "resolve", "open", "resolved"),
    ]
    after = officer.get(f"/api/alerts/{alert['alert_id']}")
    assert after["state"] == "resolved"
    assert "explained" in after["history"][-1]["note"]
    page.get_by_role("button", name="Tất cả", exact=True).click()
    expect(page.locator(f"#row-{alert['alert_id']}")).to_contain_text("đã xong")


def test_a_snoozed_alert_comes_back_by_itself(screens: Screens, desk: Desk, officer: Officer) -> None:
    alert = alert_to_use(officer)
    page = screens.open(desk, f"/?open=alert:{alert['alert_id']}")
    panel = drawer(page)
    panel.get_by_role("button", name="Tạm ẩn").click()
    panel.locator(".choices").get_by_role("button").first.click()
    expect(panel).to_contain_text("tạm ẩn đến")
    page.get_by_role("group", name="Tốc độ").get_by_role("button", name="×600").click()
    expect(panel.get_by_role("button", name="Mở lại")).to_have_count(0, timeout=60_000)
    page.get_by_role("group", name="Tốc độ").get_by_role("button", name="×1", exact=True).click()
    expect(page.get_by_role("button", name="×1", exact=True)).to_have_attribute("aria-pressed", "true")
    # By its time, or sooner because the matter got worse: never by a person.
    assert ("system", "snoozed", "open") in [(actor, from_, to) for actor, _, from_, to in history(officer, alert)]


def test_two_officers_at_once(screens: Screens, desk: Desk, officer: Officer) -> None:
    screens.allow(r"status of 409")
    alert = alert_to_use(officer)
    here, wire = screens.open_wired(desk, f"/?open=alert:{alert['alert_id']}")
    expect(drawer(here).get_by_role("button", name="Tiếp nhận")).to_be_visible()
    # Both look at the same picture: the second has not heard yet what the first does.
    wire.is_hushed = True
    there = screens.open(desk, f"/?open=alert:{alert['alert_id']}")
    drawer(there).get_by_role("button", name="Tiếp nhận").click()
    expect(drawer(there)).to_contain_text("đã nhận")

    drawer(here).get_by_role("button", name="Tiếp nhận").click()
    said = drawer(here).get_by_role("alert")
    expect(said).to_contain_text("Có người vừa sửa cảnh báo này. Thao tác của bạn chưa được lưu.")
    expect(said).to_contain_text("đã nhận")
    said.get_by_role("button", name="Giữ của họ").click()
    expect(said).to_have_count(0)
    expect(drawer(here).get_by_role("button", name="Tiếp nhận")).to_have_count(0)
    taken = [step for step in history(officer, alert) if step[1] == "acknowledge"]
    assert taken == [("admin", "acknowledge", "open", "acknowledged")]


def test_the_list_says_who_needs_somebody_next(screens: Screens, desk: Desk, officer: Officer) -> None:
    page = screens.open(desk)
    waiting = [a for a in officer.get("/api/alerts")["alerts"] if a["state"] in {"open", "acknowledged"}]
    card = first_alert(page)
    expect(card).to_contain_text(waiting[0]["vessel_label"])
    expect(card).to_contain_text(waiting[0]["reason_vi"])
    expect(card).to_contain_text(waiting[0]["next_vi"])
    rows = page.get_by_role("listbox", name="Cảnh báo, gấp nhất đứng đầu").get_by_role("option")
    expect(rows.first).to_contain_text(waiting[1]["vessel_label"])
    card.click()
    expect(drawer(page).get_by_role("heading", level=2)).to_have_text(waiting[0]["vessel_label"])
    expect(drawer(page)).to_be_focused()
