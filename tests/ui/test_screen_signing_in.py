"""The door: name and password, or the link that the desk prints once."""

import re

import pytest
from playwright.sync_api import expect
from running import PASSWORD, Desk
from watching import Screens, wait_for_picture

from haidang.core.time import SystemClock
from haidang.store import accounts
from haidang.store.database import open_store
from haidang.store.location import locate

pytestmark = pytest.mark.long
NOT_YET = r"status of 401"


def fresh_link(desk: Desk) -> str:
    """Return a one-time link: the printed one may have run out by the time this test has its turn."""
    with open_store(locate(data=desk.folder, database=None, mode="drill")) as store, store.write() as conn:
        secret = accounts.create_login_link(conn, accounts.ADMIN, now_us=SystemClock().now_us())
    return f"{desk.url}/#link={secret}"


def test_password_opens_the_desk_and_signing_out_closes_it(screens: Screens, desk: Desk) -> None:
    screens.allow(NOT_YET)
    page = screens.context(desk, logged_in=False).new_page()
    page.goto(desk.url)
    page.get_by_label("Tên đăng nhập").fill("admin")
    page.get_by_label("Mật khẩu").fill("sai mat khau")
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("alert")).to_have_text("Tên đăng nhập hoặc mật khẩu không đúng.")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    wait_for_picture(page)
    expect(page.get_by_role("tab", name="Cảnh báo")).to_be_visible()
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_label("Mật khẩu")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Mật khẩu")).to_be_visible()


def test_link_opens_the_desk_once(screens: Screens, desk: Desk) -> None:
    screens.allow(NOT_YET)
    link = fresh_link(desk)
    page = screens.context(desk, logged_in=False).new_page()
    page.goto(link)
    wait_for_picture(page)
    assert "link=" not in page.url
    other = screens.context(desk, logged_in=False).new_page()
    other.goto(link)
    expect(other.get_by_role("alert")).to_contain_text("Đường dẫn đăng nhập đã dùng hoặc hết hạn")
    expect(other.get_by_label("Mật khẩu")).to_be_visible()
    assert "link=" not in other.url
    other.get_by_role("button", name="English").click()
    expect(other.get_by_role("alert")).to_contain_text(re.compile("link", re.IGNORECASE))
    expect(other.get_by_role("button", name="Sign in")).to_be_visible()
