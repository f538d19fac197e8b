"""The address is the view: language, light, list and what is open survive a reload and can be shared."""

import re

import pytest
from playwright.sync_api import expect
from running import Desk, Officer
from watching import Screens, drawer, first_alert, wait_for_picture

pytestmark = pytest.mark.long


def test_language_changes_every_word_and_stays(screens: Screens, desk: Desk) -> None:
    page = screens.open(desk)
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    for word in ("Cảnh báo", "Sắp xảy ra", "Tàu", "Nguồn"):
        expect(page.get_by_role("tab", name=re.compile(f"^{word}"))).to_be_visible()
    expect(page.locator(".stripes strong")).to_have_text("DIỄN TẬP")
    page.get_by_role("button", name="EN", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    for word in ("Alerts", "Ahead", "Vessels", "Feeds"):
        expect(page.get_by_role("tab", name=re.compile(f"^{word}"))).to_be_visible()
    expect(page.locator(".stripes strong")).to_have_text("DRILL")
    page.reload()
    wait_for_picture(page)
    expect(page.get_by_role("tab", name=re.compile("^Alerts"))).to_be_visible()
    expect(first_alert(page)).to_contain_text("Next")
    page.goto(desk.url)
    wait_for_picture(page)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="VI", exact=True).click()
    expect(page.get_by_role("tab", name=re.compile("^Cảnh báo"))).to_be_visible()


def test_reload_keeps_the_view(screens: Screens, desk: Desk) -> None:
    page = screens.open(desk, "/?map=5.00/15.9000/110.0000")
    page.get_by_role("button", name="Ánh sáng: Theo giờ").click()
    page.get_by_role("menuitemradio", name="Ngày").click()
    expect(page.locator("html")).to_have_attribute("data-palette", "day")
    first_alert(page).click()
    name = drawer(page).get_by_role("heading", level=2).inner_text()
    # What is opened is brought into view first, and the address follows.
    expect(page).to_have_url(re.compile(r"map=8\.00/"))
    page.get_by_role("tab", name=re.compile("^Tàu")).click()
    page.get_by_role("button", name="Phóng to").click()
    expect(page).to_have_url(re.compile(r"map=9\.00/[\d.]+/[\d.]+&tab=vessels&open=alert:\w+&light=day"))
    address = page.url
    page.reload()
    wait_for_picture(page)
    expect(page.get_by_role("tab", name=re.compile("^Tàu"))).to_have_attribute("aria-selected", "true")
    expect(drawer(page).get_by_role("heading", level=2)).to_have_text(name)
    expect(page.locator("html")).to_have_attribute("data-palette", "day")
    expect(page.locator(".summary")).to_contain_text(re.compile(r"[1-9]\d* tàu trong khung"))
    expect(page).to_have_url(address)


def test_the_place_in_the_address_wins(screens: Screens, desk: Desk, officer: Officer) -> None:
    alert = officer.get("/api/alerts")["alerts"][0]
    page = screens.open(desk, f"/?map=9.50/10.5000/115.0000&open=alert:{alert['alert_id']}")
    expect(drawer(page).get_by_role("heading", level=2)).to_have_text(alert["vessel_label"])
    expect(page.locator(".summary")).to_contain_text(re.compile(r"\d+ tàu trong khung"))
    page.get_by_role("tab", name=re.compile("^Nguồn")).click()
    expect(page).to_have_url(re.compile(r"map=9\.50/10\.5000/115\.0000&tab=feeds"))


def test_back_closes_what_was_opened(screens: Screens, desk: Desk) -> None:
    page = screens.open(desk)
    first_alert(page).click()
    expect(drawer(page)).to_be_visible()
    page.go_back()
    expect(drawer(page)).to_have_count(0)
    page.go_forward()
    expect(drawer(page)).to_be_visible()
