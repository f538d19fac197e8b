"""Nobody is kept out: no serious or critical finding of axe-core on any screen, in both languages."""

import re

import pytest
from playwright.sync_api import Page, expect
from running import Desk
from watching import Screens, axe_findings, drawer, first_alert, wait_for_picture

pytestmark = pytest.mark.long
TABS = {"vi": ("Cảnh báo", "Sắp xảy ra", "Tàu", "Nguồn"), "en": ("Alerts", "Ahead", "Vessels", "Feeds")}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
ROOMS = ("register", "gate", "rescue", "patrol", "obligations", "log")


def found(page: Page, where: str) -> list[str]:
    """Return what axe found, each line with the screen it was found on."""
    return [f"{where}: {line}" for line in axe_findings(page)]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_desk_has_no_grave_finding(screens: Screens, desk: Desk, language: str) -> None:
    screens.allow(r"status of 401")
    outside = screens.context(desk, logged_in=False).new_page()
    outside.goto(f"{desk.url}/?lang={language}")
    expect(outside.get_by_role("textbox").first).to_be_visible()
    findings = found(outside, "login")

    page = screens.open(desk, f"/?lang={language}&light=night")
    expect(first_alert(page)).to_be_visible()
    findings += found(page, "desk at night")
    first_alert(page).click()
    expect(drawer(page).get_by_role("listitem").first).to_be_visible()
    findings += found(page, "drawer")
    page.keyboard.press("r")
    expect(drawer(page).locator(".choices")).to_be_visible()
    findings += found(page, "drawer, resolving")
    page.goto(f"{desk.url}/?lang={language}&light=day")
    wait_for_picture(page)
    for tab in TABS[language]:
        page.get_by_role("tab", name=re.compile(f"^{tab}")).click()
        expect(page.get_by_role("tab", name=re.compile(f"^{tab}"))).to_have_attribute("aria-selected", "true")
        findings += found(page, f"tab {tab} by day")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    findings += found(page, "help")
    assert not findings, "\n".join(sorted(set(findings)))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_departments_have_no_grave_finding(screens: Screens, desk: Desk, language: str) -> None:
    page = screens.context(desk).new_page()
    findings = []
    for room in ROOMS:
        page.goto(f"{desk.url}/?lang={language}&room={room}&light=night")
        expect(page.locator("main.room .tools")).to_be_visible()
        expect(page.locator("main.room")).not_to_contain_text(re.compile("Đang đọc|Reading"))
        findings += found(page, room)
    assert not findings, "\n".join(sorted(set(findings)))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_phone_has_no_grave_finding(screens: Screens, desk: Desk, language: str) -> None:
    page = screens.open(desk, f"/?lang={language}&light=dusk", **PHONE)
    expect(first_alert(page)).to_be_visible()
    findings = found(page, "phone")
    first_alert(page).tap()
    expect(drawer(page)).to_be_visible()
    findings += found(page, "phone, drawer")
    assert not findings, "\n".join(sorted(set(findings)))
