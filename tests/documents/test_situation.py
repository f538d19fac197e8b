import io

from docx import Document

from haidang.documents.situation import Situation, SituationLine, draw

LINE = SituationLine(
    "Cao", "Mất tín hiệu quá 6 giờ", "QNa-91234-TS", 1_780_000_000_000_000, "open", "", "7 h 10 không báo"
)


def situation(**changes: object) -> Situation:
    values = {
        "unit": "Trực ban VMS", "at_us": 1_780_003_600_000_000, "is_drill": True, "counts": [("Cảnh báo mở", 1)],
        "lines": [LINE], "feeds": [("mô phỏng", "ok", "1 phút")],
    }  # fmt: skip
    return Situation(**{**values, **changes})  # type: ignore[arg-type]


def words(report: bytes) -> str:
    document = Document(io.BytesIO(report))
    cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def test_same_situation_same_bytes() -> None:
    assert draw(situation()) == draw(situation())


def test_says_what_is_open_and_that_it_is_a_drill() -> None:
    report = draw(situation())
    assert "QNa-91234-TS" in words(report)
    assert "có dấu hiệu" in words(report)
    assert "DIỄN TẬP" in Document(io.BytesIO(report)).sections[0].header.paragraphs[0].text


def test_an_empty_desk_says_so() -> None:
    assert "Không có cảnh báo nào đang mở." in words(draw(situation(lines=[], is_drill=False)))
