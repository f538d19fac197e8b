"""The departments beside the watch open, read their list, and take what an officer writes."""

import re

import pytest
from playwright.sync_api import expect
from running import Desk
from watching import Screens

pytestmark = pytest.mark.long
ROOMS = [
    ("register", "Đăng ký", "Register"),
    ("gate", "Cửa biển", "Gate"),
    ("rescue", "Cứu nạn", "Rescue"),
    ("patrol", "Tuần tra", "Patrol"),
    ("obligations", "Việc giao", "Tasks"),
    ("log", "Nhật ký", "Log"),
]


def test_every_department_opens(screens: Screens, desk: Desk) -> None:
    page = screens.open(desk)
    departments = page.get_by_role("navigation", name="Các phòng việc")
    for room, name_vi, _ in ROOMS:
        departments.get_by_role("button", name=name_vi).click()
        place = page.get_by_role("main", name=name_vi)
        expect(place.get_by_role("heading", name=name_vi, level=2, exact=True)).to_be_visible()
        expect(place).not_to_contain_text("Đang mở phòng việc")
        expect(place).not_to_contain_text("Đang đọc")
        expect(place.get_by_role("alert")).to_have_count(0)
        assert len(place.inner_text()) > len(name_vi) + 40
        expect(page).to_have_url(re.compile(f"room={room}"))
    page.reload()
    expect(page.get_by_role("main", name="Nhật ký")).to_be_visible()
    page.get_by_role("button", name="EN", exact=True).click()
    for _, _, name_en in ROOMS:
        page.get_by_role("navigation", name="Departments").get_by_role("button", name=name_en).click()
        place = page.get_by_role("main", name=name_en)
        expect(place.get_by_role("heading", name=name_en, level=2, exact=True)).to_be_visible()
        expect(place.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="Back to the map").click()
    expect(page.get_by_role("tab", name=re.compile("^Alerts"))).to_be_visible()
