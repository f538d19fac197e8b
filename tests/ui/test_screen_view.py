"""The address is the view: language, light, list and what is open survive a reload and can be shared."""

import re

import pytest
from playwright.sync_api import expect
from running import Desk
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
    page = screens.open(desk, "/?map=8.50/15.9000/109.5000")
    page.get_by_role("button", name="Ánh sáng: Theo giờ").click()
    page.get_by_role("menuitemradio", name="Ngày").click()
    expect(page.locator("html")).to_have_attribute("data-palette", "day")
    first_alert(page).click()
    name = drawer(page).get_by_role("heading", level=2).inner_text()
    page.get_by_role("tab", name=re.compile("^Tàu")).click()
    page.get_by_role("button", name="Phóng to").click()
    expect(page).to_have_url(re.compile(r"map=9\.50/[\d.]+/[\d.]+&tab=vessels&open=alert:\w+&light=day"))
    address = page.url
    page.reload()
    wait_for_picture(page)
    expect(page.get_by_role("tab", name=re.compile("^Tàu"))).to_have_attribute("aria-selected", "true")
    expect(drawer(page).get_by_role("heading", level=2)).to_have_text(name)
    expect(page.locator("html")).to_have_attribute("data-palette", "day")
    expect(page.locator(".summary")).to_contain_text(re.compile(r"[1-9]\d* tàu trong khung"))
    expect(page).to_have_url(address)


def test_back_closes_what_was_opened(screens: Screens, desk: Desk) -> None:
    page = screens.open(desk)
    first_alert(page).click()
    expect(drawer(page)).to_be_visible()
    page.go_back()
    expect(drawer(page)).to_have_count(0)
    page.go_forward()
    expect(drawer(page)).to_be_visible()
