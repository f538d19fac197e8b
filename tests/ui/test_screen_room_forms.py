"""What an officer writes in the departments: forms, refusals, conflicts, lost answers, and the keyboard."""

import re
import uuid

import pytest
from playwright.sync_api import Locator, Page, Route, ViewportSize, expect
from running import Desk, Officer
from watching import Screens, axe_findings, wait_for_picture

pytestmark = pytest.mark.long
PHONE: ViewportSize = {"width": 390, "height": 844}
REGISTER = (
    "Số đăng ký;Tên tàu;Chiều dài;Nghề\n"
    "QNa 98765 TS;Tàu diễn tập A;17,5;câu mực\n"
    "QNa 98766 TS;Tàu diễn tập B;22,1;lưới vây\n"
    "không phải số;;dài;\n"
).encode()  # fmt: skip


def enter(screens: Screens, desk: Desk, room: str, **kinds: object) -> Page:
    context = screens.context(desk, **kinds)
    # The screen asks who is signed in only where somebody signed in before.
    context.add_init_script("try { localStorage.setItem('haidang.signed-in', '1') } catch {}")
    page = context.new_page()
    page.goto(f"{desk.url}/?lang=vi&light=night&room={room}")
    wait_for_picture(page)
    expect(page.locator("main.room .tools")).to_be_visible()
    expect(page.locator("main.room")).not_to_contain_text("Đang đọc")
    return page


def panel(page: Page) -> Locator:
    return page.locator("main.room aside.panel")


def row(page: Page, text: str) -> Locator:
    return page.locator("main.room tbody tr", has_text=text)


def test_a_list_is_compared_before_it_is_written(screens: Screens, desk: Desk) -> None:
    page = enter(screens, desk, "register")

    def choose() -> None:
        page.get_by_role("button", name="Nhập danh sách").click()
        chosen = {"name": "tau.csv", "mimeType": "text/csv", "buffer": REGISTER}
        panel(page).get_by_label("Tệp CSV").set_input_files(chosen)

    choose()
    expect(panel(page)).to_contain_text("2 mới, 0 thay đổi, 0 như cũ, 1 bị loại")
    expect(panel(page)).to_contain_text("Các cột cách nhau bằng dấu chấm phẩy.")
    expect(panel(page)).to_contain_text("chiều dài không phải số từ 0 đến 500 m")
    panel(page).get_by_role("button", name="Ghi 2 tàu").click()
    expect(page.locator("main.room .note")).to_contain_text("Đã ghi: 2 mới, 0 thay đổi. 1 dòng bị loại.")
    page.get_by_role("searchbox", name="Tìm").last.fill("qna 98765")
    expect(row(page, "QNa-98765-TS")).to_contain_text("17,5")
    choose()
    expect(panel(page)).to_contain_text("Danh sách giống sổ. Không có gì để ghi.")


def test_a_correction_over_a_newer_version_shows_both(screens: Screens, desk: Desk, officer: Officer) -> None:
    screens.allow(r"status of 409")
    her = {"vessel_id": "QNa-98701-TS", "registration": "QNa-98701-TS", "kind": "fishing", "gear": "câu"}
    version = officer.send("/api/register/vessels", **her)["version"]
    page = enter(screens, desk, "register")
    page.get_by_role("searchbox", name="Tìm").last.fill("98701")
    row(page, "QNa-98701-TS").click()
    panel(page).get_by_label("Cảng nhà").fill("Tam Quang")
    officer.send("/api/register/vessels", **{**her, "gear": "lưới chụp"}, base_version=version)
    panel(page).get_by_role("button", name="Lưu phần sửa").click()
    conflict = panel(page).get_by_role("alert")
    expect(conflict).to_contain_text("Có người vừa sửa trước")
    expect(conflict).to_contain_text("lưới chụp")
    expect(conflict).to_contain_text("Tam Quang")
    conflict.get_by_role("button", name="Giữ của họ").click()
    expect(row(page, "QNa-98701-TS")).to_contain_text("lưới chụp")
    assert officer.get("/api/register/vessels", query="98701")["vessels"][0]["home_port"] is None


def test_departure_by_keyboard_and_arrival(screens: Screens, desk: Desk, officer: Officer) -> None:
    screens.allow(r"status of 409")
    officer.send("/api/register/vessels", vessel_id="QNa-98702-TS", registration="QNa-98702-TS", kind="fishing")
    page = enter(screens, desk, "gate")

    def depart() -> None:
        page.keyboard.press("n")
        expect(panel(page).get_by_role("heading", name="Ghi tàu rời")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.type("qna 98702")
        expect(panel(page).get_by_role("option", name="QNa-98702-TS")).to_be_visible()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type("Thọ Quang")
        page.keyboard.press("Tab")
        page.keyboard.type("8")
        page.keyboard.press("Enter")

    depart()
    expect(page.locator("main.room .note")).to_contain_text("QNa-98702-TS rời Thọ Quang")
    depart()
    expect(panel(page).get_by_role("alert")).to_contain_text("Bước này không còn làm được")
    page.keyboard.press("Escape")
    expect(panel(page)).to_have_count(0)
    expect(page.locator("main.room")).to_be_visible()
    row(page, "QNa-98702-TS").click()
    panel(page).get_by_label("Số người").fill("7")
    panel(page).get_by_role("button", name="Ghi tàu về").click()
    expect(row(page, "QNa-98702-TS")).to_have_count(0)
    page.get_by_role("button", name="Đã về").click()
    expect(row(page, "QNa-98702-TS")).to_contain_text("đi 8, về 7")


def test_an_incident_is_told_struck_and_closed(screens: Screens, desk: Desk) -> None:
    page = enter(screens, desk, "rescue")
    page.get_by_role("button", name="Mở vụ việc").click()
    panel(page).get_by_role("button", name="Mở vụ việc").click()
    expect(panel(page).get_by_role("alert")).to_contain_text("Xem lại: Việc gì xảy ra, Loại")
    panel(page).get_by_label("Việc gì xảy ra").fill("Tàu mắc cạn ở Cửa Đại")
    panel(page).get_by_label("Loại").select_option("grounding")
    panel(page).get_by_label("Tọa độ").fill("15°52.8'N 108°23.4'E")
    expect(panel(page)).to_contain_text("Hiểu là 15°52.800′N 108°23.400′E")
    panel(page).get_by_role("button", name="Mở vụ việc").click()
    expect(panel(page).get_by_role("heading", name="Tàu mắc cạn ở Cửa Đại")).to_be_visible()
    panel(page).get_by_label("Dòng mới").fill("Đồn Cửa Đại báo 6 người an toàn.")
    panel(page).get_by_role("button", name="Ghi dòng").click()
    panel(page).get_by_role("button", name="Gạch", exact=True).click()
    panel(page).get_by_label("Vì sao gạch?").fill("nhầm số người")
    panel(page).get_by_role("button", name="Gạch dòng này").click()
    expect(panel(page).locator("s")).to_have_text("Đồn Cửa Đại báo 6 người an toàn.")
    expect(panel(page)).to_contain_text("nhầm số người")
    panel(page).get_by_role("button", name="Đóng vụ việc").click()
    panel(page).get_by_label("Kết quả").select_option("saved")
    panel(page).get_by_role("button", name="Đóng với kết quả này").click()
    expect(row(page, "Tàu mắc cạn")).to_have_count(0)
    page.get_by_role("button", name="Đã đóng").click()
    expect(row(page, "Tàu mắc cạn")).to_contain_text("đã cứu")


def test_a_refused_value_is_said_at_its_field(screens: Screens, desk: Desk, officer: Officer) -> None:
    screens.allow(r"status of 422")
    number = f"T{uuid.uuid4().hex[:6]}"
    officer.send("/api/patrol/markers", number=number)
    page = enter(screens, desk, "patrol")
    expect(row(page, number)).to_contain_text("chưa xem lần nào")
    row(page, number).click()
    panel(page).get_by_label("Tình trạng").select_option("damaged")
    panel(page).get_by_role("button", name="Ghi lần xem").click()
    note = panel(page).get_by_label("Ghi chú")
    expect(note).to_be_focused()
    expect(note).to_have_attribute("aria-invalid", "true")
    note.fill("Sứt góc đông nam.")
    panel(page).get_by_role("button", name="Ghi lần xem").click()
    expect(row(page, number)).to_contain_text("hư hỏng")


def test_what_is_owed_is_proved_and_what_was_asked_is_answered(screens: Screens, desk: Desk, officer: Officer) -> None:
    officer.send("/api/obligations", title="Báo cáo tuần", source_text="Chỉ thị 04", owner="Phòng trực")
    officer.send("/api/proposals", title="Thêm trạm VHF", proposed_by="Đồn", routed_to="Sở")
    page = enter(screens, desk, "obligations")
    row(page, "Báo cáo tuần").click()
    panel(page).get_by_label("Minh chứng").fill("Công văn 12")
    panel(page).get_by_role("button", name="Ghi là đã xong").click()
    expect(row(page, "Báo cáo tuần")).to_contain_text("đã xong")
    page.get_by_role("button", name="Kiến nghị", exact=True).click()
    row(page, "Thêm trạm VHF").click()
    panel(page).get_by_label("Trả lời thế nào").select_option("accepted")
    panel(page).get_by_role("button", name="Ghi trả lời").click()
    expect(row(page, "Thêm trạm VHF")).to_contain_text("chấp nhận")


def test_a_lost_answer_writes_the_line_once(screens: Screens, desk: Desk, officer: Officer) -> None:
    screens.allow(r"ERR_FAILED|Failed to load resource")
    words = f"Nhận ca {uuid.uuid4().hex[:8]}"
    page = enter(screens, desk, "log")
    lost = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/api/log", lose)
    page.get_by_role("button", name="Ghi dòng mới").click()
    panel(page).get_by_label("Nội dung").fill(words)
    panel(page).get_by_role("button", name="Ghi dòng").click()
    expect(panel(page).get_by_role("alert")).to_contain_text("chưa rõ đã lưu chưa")
    panel(page).get_by_role("button", name="Ghi dòng").click()
    expect(row(page, words)).to_have_count(1)
    assert lost == [201]
    assert [entry["text"] for entry in officer.get("/api/log")["entries"]].count(words) == 1
    row(page, words).click()
    panel(page).get_by_label("Vì sao gạch?").fill("ghi nhầm ca")
    panel(page).get_by_role("button", name="Gạch dòng này").click()
    expect(row(page, words)).to_contain_text("ghi nhầm ca")


@pytest.mark.parametrize("room", ["register", "gate", "rescue", "patrol", "obligations", "log"])
def test_forms_fit_a_phone_and_keep_nobody_out(screens: Screens, desk: Desk, room: str) -> None:
    page = enter(screens, desk, room, has_touch=True)
    page.set_viewport_size(PHONE)
    page.locator("main.room [data-new]").tap()
    expect(panel(page)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(
        "(() => { const m = document.querySelector('main.room'); return m.scrollWidth <= m.clientWidth; })()"
    )
    assert not axe_findings(page)
    panel(page).get_by_role("button", name=re.compile("^Đóng")).tap()
    expect(page.locator("main.room .tools")).to_be_visible()
