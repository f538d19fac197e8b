"""On a phone, 390 px wide: map above, list or drawer below, nothing to push sideways."""

import re

import pytest
from playwright.sync_api import Page, expect
from running import Desk
from watching import Screens, drawer, first_alert

pytestmark = pytest.mark.long
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


def assert_fits(page: Page) -> None:
    """Check that nothing makes the page wider than the phone."""
    width = page.evaluate("document.scrollingElement.scrollWidth")
    assert width <= 390, f"the page is {width} px wide"


def test_list_and_drawer_on_a_phone(screens: Screens, desk: Desk) -> None:
    page = screens.open(desk, **PHONE)
    expect(page.locator(".stripes strong")).to_have_text("DIỄN TẬP")
    expect(page.locator(".stripes strong")).to_be_in_viewport()
    expect(page.locator("main.map canvas")).to_be_in_viewport()
    expect(first_alert(page)).to_be_in_viewport()
    assert_fits(page)
    first_alert(page).tap()
    expect(drawer(page).get_by_role("button", name="Xử lý xong")).to_be_visible()
    assert_fits(page)
    drawer(page).get_by_role("button", name="Xử lý xong").tap()
    expect(drawer(page).get_by_role("button", name="báo nhầm")).to_be_visible()
    assert_fits(page)
    drawer(page).get_by_role("button", name="Đóng (Esc)").tap()
    for word in ("Sắp xảy ra", "Tàu", "Nguồn"):
        page.get_by_role("tab", name=re.compile(f"^{word}")).tap()
        expect(page.get_by_role("tab", name=re.compile(f"^{word}"))).to_have_attribute("aria-selected", "true")
        assert_fits(page)


def test_departments_on_a_phone(screens: Screens, desk: Desk) -> None:
    page = screens.open(desk, **PHONE)
    for room in ("register", "gate", "rescue", "patrol", "obligations", "log"):
        page.goto(f"{desk.url}/?room={room}")
        place = page.locator("main.room")
        expect(place.get_by_role("heading", level=2).first).to_be_visible()
        expect(place).not_to_contain_text("Đang đọc")
        expect(place.get_by_role("alert")).to_have_count(0)
        assert_fits(page)


def test_half_the_width_is_200_percent(screens: Screens, desk: Desk) -> None:
    page = screens.open(desk, viewport={"width": 720, "height": 450}, device_scale_factor=2, reduced_motion="reduce")
    expect(first_alert(page)).to_be_visible()
    width = page.evaluate("document.scrollingElement.scrollWidth")
    assert width <= 720, f"the page is {width} px wide"
