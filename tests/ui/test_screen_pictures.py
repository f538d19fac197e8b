"""The map is really drawn: many colours where the sea is, dark at night, light by day, wide and on a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from running import Desk
from watching import Screens, first_alert, look

pytestmark = pytest.mark.long
SIZES = {
    "wide": {"viewport": {"width": 1440, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
#: Flat water and land alone would be a handful; labels, coasts, vessels and rings make hundreds.
ENOUGH_COLOURS = 150


def test_the_map_is_drawn_by_night_and_day(screens: Screens, desk: Desk, tmp_path: Path) -> None:
    blank = screens.context(desk, logged_in=False).new_page()
    brightness: dict[tuple[str, str], float] = {}
    for size, kinds in SIZES.items():
        context = screens.context(desk, **kinds)
        for light in ("night", "day"):
            page = context.new_page()
            page.goto(f"{desk.url}/?light={light}")
            expect(first_alert(page)).to_be_visible()
            sea = page.locator("main.map canvas")
            page.wait_for_function("() => document.fonts.status === 'loaded'")
            page.wait_for_load_state("networkidle")
            colours, brightness[size, light] = look(blank, sea.screenshot())
            page.screenshot(path=tmp_path / f"{size}-{light}.png")
            assert colours > ENOUGH_COLOURS, f"{size} {light}: only {colours} colours, see {tmp_path}"
            page.close()
        assert brightness[size, "night"] + 60 < brightness[size, "day"]
