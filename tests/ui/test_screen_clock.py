"""A drill can be mistaken for nothing else, and its clock does what the buttons say."""

import re

import pytest
from playwright.sync_api import expect
from running import Desk, Officer
from watching import Screens, first_alert

pytestmark = pytest.mark.long


def test_a_drill_is_unmistakable(screens: Screens, desk: Desk) -> None:
    page = screens.open(desk)
    words = page.locator(".stripes strong")
    expect(words).to_have_text("DIỄN TẬP")
    expect(words).to_be_in_viewport()
    expect(page).to_have_title(re.compile("Hải Đăng"))
    stripes = page.locator(".stripes").evaluate(
        "(bar) => [bar, ...bar.querySelectorAll('*')].map((one) => getComputedStyle(one).backgroundImage).join()"
    )
    assert "repeating-linear-gradient" in stripes
    expect(page.get_by_role("button", name="Dữ liệu: Diễn tập")).to_be_visible()
    expect(first_alert(page)).to_be_visible()


def test_the_title_says_drill(screens: Screens, desk: Desk) -> None:
    page = screens.open(desk)
    expect(page).to_have_title(re.compile("DIỄN TẬP"))
    page.get_by_role("button", name="EN", exact=True).click()
    expect(page).to_have_title(re.compile("DRILL"))


def test_clock_buttons_steer_the_server(screens: Screens, desk: Desk, officer: Officer) -> None:
    page = screens.open(desk)
    speeds = page.get_by_role("group", name="Tốc độ")
    for speed in (60, 600, 1):
        button = speeds.get_by_role("button", name=f"×{speed}", exact=True)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        clock = officer.get("/api/clock")
        assert (clock["speed"], clock["playing"]) == (speed, True)
    page.get_by_role("button", name="Dừng", exact=True).click()
    expect(page.locator(".clock")).to_contain_text("tạm dừng")
    assert officer.get("/api/clock")["playing"] is False
    assert officer.get("/api/clock")["now"] == officer.get("/api/clock")["now"]
    page.keyboard.press("l")
    expect(page.locator(".clock")).not_to_contain_text("tạm dừng")
    clock = officer.get("/api/clock")
    assert (clock["speed"], clock["playing"]) == (1, True)
    expect(page.get_by_role("button", name="Dừng", exact=True)).to_be_visible()


def test_a_second_screen_hears_the_clock(screens: Screens, desk: Desk, officer: Officer) -> None:
    page = screens.open(desk)
    officer.send("/api/clock", speed=60)
    expect(page.locator(".clock")).to_contain_text("×60")
    officer.send("/api/clock", speed=1)
    expect(page.locator(".clock")).not_to_contain_text("×60")
