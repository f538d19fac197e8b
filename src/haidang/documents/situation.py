"""The situation report as DOCX: what is open, what was lost, what the feeds were worth.

A report that differs by a byte each time cannot be compared with the copy that was sent, so the file holds no time
but the report's own.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from docx import Document
from docx.shared import Pt

from haidang.core.time import format_local, to_datetime

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class SituationLine:
    """One open alert as the report shows it, texts in the report's language."""

    severity: str
    title: str
    vessel: str
    since_us: int
    state: str
    owner: str
    reason: str


@dataclass(frozen=True, slots=True)
class Situation:
    """What a report is made of.

    Attributes:
        unit: who reports.
        at_us: cut-off time, UTC microseconds.
        is_drill: stamps every page.
        counts: label and number, in order.
        lines: open alerts, the most urgent first.
        feeds: feed name, state, age in words.
    """

    unit: str
    at_us: int
    is_drill: bool
    counts: Sequence[tuple[str, int]]
    lines: Sequence[SituationLine]
    feeds: Sequence[tuple[str, str, str]]


def draw(situation: Situation) -> bytes:
    """Return the report as DOCX bytes; equal input gives equal bytes."""
    document = Document()
    style = document.styles["Normal"]
    style.font.name = "Times New Roman"
    style.font.size = Pt(12)
    if situation.is_drill:
        for section in document.sections:
            section.header.paragraphs[0].text = "DIỄN TẬP / DRILL: số liệu mô phỏng, không phải tình hình thật"
    document.add_heading("BÁO CÁO TÌNH HÌNH", level=1)
    document.add_paragraph(f"{situation.unit}. Số liệu đến {format_local(situation.at_us)} (UTC+7).")
    counts = document.add_table(rows=0, cols=2)
    counts.style = "Light Grid"
    for label, number in situation.counts:
        _row(counts, label, str(number))
    document.add_heading("Việc đang mở", level=2)
    if situation.lines:
        table = document.add_table(rows=0, cols=5)
        table.style = "Light Grid"
        _row(table, "Mức", "Cảnh báo", "Tàu", "Từ lúc", "Lý do")
        for line in situation.lines:
            _row(table, line.severity, line.title, line.vessel, format_local(line.since_us), line.reason)
    else:
        document.add_paragraph("Không có cảnh báo nào đang mở.")
    document.add_heading("Luồng dữ liệu", level=2)
    feeds = document.add_table(rows=0, cols=3)
    feeds.style = "Light Grid"
    for cells in situation.feeds:
        _row(feeds, *cells)
    document.add_paragraph('Mọi suy luận là "có dấu hiệu", không phải kết luận vi phạm.')
    stamp = to_datetime(situation.at_us).replace(tzinfo=None)
    properties = document.core_properties
    properties.author, properties.title = situation.unit, "Báo cáo tình hình"
    properties.created = properties.modified = stamp
    raw = io.BytesIO()
    document.save(raw)
    return _with_fixed_dates(raw.getvalue())


def _row(table: object, *cells: str) -> None:
    for cell, text in zip(table.add_row().cells, cells, strict=True):  # type: ignore[attr-defined]
        cell.text = text


def _with_fixed_dates(archive: bytes) -> bytes:
    """Return the same ZIP with every member's date set to the format's first day."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            member = zipfile.ZipInfo(name, _ZIP_DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, source.read(name))
    return out.getvalue()
