"""The desk without a mouse, and search as an officer types: no marks, no dashes."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from running import Desk, Officer
from watching import Screens, drawer, first_alert

pytestmark = pytest.mark.long


def current_row(page: Page, vessel: str) -> None:
    """Check that the keys stand on this vessel's alert."""
    expect(page.locator(".first.current, [role=option][aria-selected=true]")).to_contain_text(vessel)


def test_keys_alone_are_enough(screens: Screens, desk: Desk, officer: Officer) -> None:
    alerts = [a for a in officer.get("/api/alerts")["alerts"] if a["state"] in {"open", "acknowledged"}]
    names = [alert["vessel_label"] for alert in alerts]
    page = screens.open(desk)
    expect(first_alert(page)).to_contain_text(names[0])
    page.keyboard.press("j")
    current_row(page, names[0])
    page.keyboard.press("j")
    current_row(page, names[1])
    page.keyboard.press("k")
    current_row(page, names[0])
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    title = drawer(page).get_by_role("heading", level=2)
    expect(title).to_have_text(names[1])
    expect(drawer(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(drawer(page)).to_have_count(0)
    expect(page.get_by_role("listbox", name="Cảnh báo, gấp nhất đứng đầu")).to_be_focused()
    current_row(page, names[1])

    page.keyboard.press("Enter")
    expect(title).to_have_text(names[1])
    page.keyboard.press("s")
    expect(drawer(page)).to_contain_text("Không nhắc lại trước")
    expect(drawer(page).locator(".choices button").first).to_be_focused()
    page.keyboard.press("r")
    expect(drawer(page)).to_contain_text("Kết quả thế nào?")
    page.keyboard.press("a")
    expect(drawer(page)).to_contain_text("đã nhận")
    page.keyboard.press("Escape")
    expect(drawer(page)).to_have_count(0)
    state = officer.get(f"/api/alerts/{alerts[1]['alert_id']}")
    assert (state["state"], state["owner"]) == ("acknowledged", "admin")


def test_the_first_alert_opens_again_by_key(screens: Screens, desk: Desk) -> None:
    page = screens.open(desk)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(drawer(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(drawer(page)).to_have_count(0)
    page.keyboard.press("Enter")
    expect(drawer(page)).to_be_visible()


def test_numbers_choose_lists_and_help_explains(screens: Screens, desk: Desk) -> None:
    page = screens.open(desk)
    for key, word in (("2", "Sắp xảy ra"), ("3", "Tàu"), ("4", "Nguồn"), ("1", "Cảnh báo")):
        page.keyboard.press(key)
        expect(page.get_by_role("tab", name=re.compile(f"^{word}"))).to_have_attribute("aria-selected", "true")
    page.keyboard.press("?")
    help_page = page.get_by_role("dialog", name="Phím tắt")
    expect(help_page).to_be_visible()
    expect(help_page.get_by_text("tiếp nhận cảnh báo")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    page.keyboard.press("?")
    expect(help_page).to_be_visible()
    help_page.get_by_role("button", name="Đóng").click()
    expect(help_page).to_have_count(0)


def boat_of_da_nang(officer: Officer) -> dict[str, Any]:
    """Return a boat whose number and name both have marks and đ."""
    boats = officer.get("/api/vessels", limit=1000)["vessels"]
    return next(b for b in boats if (b["registration"] or "").startswith("ĐNa-") and b["name"].startswith("Tàu"))


def test_search_needs_no_marks(screens: Screens, desk: Desk, officer: Officer) -> None:
    boat = boat_of_da_nang(officer)
    page = screens.open(desk)
    page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Tìm tàu, địa danh, vùng")
    expect(field).to_be_focused()
    field.press_sequentially(boat["registration"].replace("Đ", "d").replace("-", " ").lower())
    hits = page.get_by_role("listbox", name="Tìm tàu, địa danh, vùng").get_by_role("option")
    expect(hits).to_have_count(1)
    expect(hits).to_contain_text(boat["registration"])
    field.press("Enter")
    expect(drawer(page).get_by_role("heading", level=2)).to_contain_text(boat["registration"])
    expect(page).to_have_url(re.compile(f"open=vessel:{boat['vessel_id']}"))


def test_search_knows_names_and_places(screens: Screens, desk: Desk, officer: Officer) -> None:
    boat = boat_of_da_nang(officer)
    page = screens.open(desk)
    page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Tìm tàu, địa danh, vùng")
    hits = page.get_by_role("listbox", name="Tìm tàu, địa danh, vùng").get_by_role("option")
    field.fill(boat["name"].replace("Tàu diễn tập", "tau dien tap").replace("Tàu hậu cần", "tau hau can").lower())
    expect(hits.filter(has_text=boat["registration"])).to_be_visible()
    field.fill("da nang")
    expect(hits.filter(has_text="Đà Nẵng").first).to_be_visible()
    field.fill("khong co tau nay")
    expect(page.get_by_text("Không thấy “khong co tau nay”")).to_be_visible()
    field.press("Escape")
    expect(field).to_have_value("")
    expect(field).not_to_be_focused()
