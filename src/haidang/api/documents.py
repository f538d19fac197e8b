"""Documents that leave the desk on paper."""

from fastapi import APIRouter
from starlette.responses import Response

from haidang.api import show
from haidang.api.deps import TheActor, TheRoom
from haidang.core.time import format_local
from haidang.desk.watch.order import next_first
from haidang.documents.situation import Situation, SituationLine, draw
from haidang.store import alerts

router = APIRouter(prefix="/api/documents", tags=["documents"])
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SEVERITIES = {"critical": "Khẩn cấp", "high": "Cao", "notice": "Chú ý", "info": "Thông tin"}
_STATES = {"ok": "bình thường", "late": "chậm", "down": "mất", "idle": "chưa có dữ liệu"}


@router.get("/situation.docx", response_class=Response)
def situation(room: TheRoom, _actor: TheActor) -> Response:
    """Return the situation report of this moment as DOCX."""
    now_us = room.clock.now_us()
    with room.store.read() as conn:
        found = [place.alert for place in next_first(alerts.unresolved(conn), now_us=now_us)]
    lines = [
        SituationLine(
            severity=_SEVERITIES[one.severity],
            title=one.wording.title_vi,
            vessel=show.label(room.picture.card(one.vessel_id)),
            since_us=one.since_us,
            state=one.state,
            owner=one.owner or "",
            reason=one.wording.reason_vi,
        )
        for one in found
    ]
    counts = [("Tàu trên màn hình", len(room.picture)), ("Cảnh báo chưa xử lý xong", len(found))]
    counts += [(f"  mức {word.lower()}", sum(a.severity == code for a in found)) for code, word in _SEVERITIES.items()]
    feeds = [
        (
            health.name,
            _STATES[health.state(now_us)],
            "" if health.last_received_us is None else format_local(health.last_received_us),
        )
        for health in room.board.all()
    ]
    report = draw(
        Situation(
            unit="Trực ban giám sát tàu cá",
            at_us=now_us,
            is_drill=room.is_drill,
            counts=counts,
            lines=lines,
            feeds=feeds,
        )
    )
    name = f"tinh-hinh-{show.iso(now_us // 1_000_000 * 1_000_000)}.docx".replace(":", "")
    return Response(report, media_type=DOCX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
