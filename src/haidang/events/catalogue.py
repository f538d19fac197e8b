"""The list of detectors: what each one sees, in its version of today. The screen, the docs and `detect` read it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Detector:
    """One detector.

    Attributes:
        name, version: written `name/version` in each event.
        kinds: kinds of event it makes.
        needs: what must be given for it to run at all: `zones`, `ports`, `vessels`; empty for nothing.
        explanation_vi, explanation_en: what it sees and when, for people.
    """

    name: str
    version: int
    kinds: tuple[str, ...]
    needs: tuple[str, ...]
    explanation_vi: str
    explanation_en: str


DETECTORS: tuple[Detector, ...] = (
    Detector(
        "silence", 1, ("silence",), (),
        "Tàu không báo vị trí lâu hơn ngưỡng (thiết bị giám sát hành trình 4 giờ, AIS 6 giờ) và lâu hơn hai chu kỳ "
        "báo thường lệ của chính tàu đó. Bắt đầu ở vị trí cuối, kết thúc ở vị trí kế tiếp.",
        "A vessel reports nothing for longer than the threshold (VMS 4 h, AIS 6 h) and longer than two of her own "
        "usual report periods. It starts at the last fix and ends at the next.",
    ),
    Detector(
        "feed_outage", 1, ("feed_outage",), ("vessels",),
        "Nhiều tàu của cùng một nhà cung cấp im lặng cùng lúc: sự cố của nhà cung cấp, không phải của tàu.",
        "Many vessels of one supplier fall silent together: the supplier's fault, not the vessels'.",
    ),
    Detector(
        "crossing", 1, ("crossing_in", "crossing_out"), ("zones",),
        "Đường đi giữa hai vị trí cắt ranh giới khu vực; thời điểm và vị trí được nội suy kèm sai số.",
        "The path between two fixes cuts the border of a zone; time and place are interpolated, with an uncertainty.",
    ),
    Detector(
        "stop", 1, ("stop",), (),
        "Tàu ở trong vòng 200 m ít nhất một giờ.",
        "A vessel stays within 200 m for at least an hour.",
    ),
    Detector(
        "port_call", 1, ("port_in", "port_out"), ("ports",),
        "Tàu vào trong 3 km quanh cảng rồi dừng hoặc không báo trong 4 giờ; rời cảng khi ra quá 4 km.",
        "A vessel comes within 3 km of a port and stops there or pauses for 4 h; she leaves beyond 4 km.",
    ),
    Detector(
        "encounter", 1, ("encounter",), (),
        "Hai tàu ở gần nhau dưới 500 m, chậm hơn 2 hải lý/giờ, ít nhất hai giờ, cách cảng trên 10 km.",
        "Two vessels within 500 m, slower than 2 knots, for at least two hours, over 10 km from a port.",
    ),
    Detector(
        "wrong_zone_fishing", 1, ("wrong_zone_fishing",), ("zones", "vessels"),
        "Có dấu hiệu khai thác (theo tốc độ) trong vùng mà chiều dài tàu không được phép; quy tắc tạm thời.",
        "Apparent fishing (by speed) in a zone closed to her length class; a provisional rule.",
    ),
)  # fmt: skip


def kinds_without(*, zones: bool, ports: bool, vessels: bool) -> dict[str, list[str]]:
    """Return, for each input that is missing, the kinds of event that cannot be found for want of it."""
    given = {"zones": zones, "ports": ports, "vessels": vessels}
    return {
        name: sorted(kind for detector in DETECTORS if name in detector.needs for kind in detector.kinds)
        for name, there in given.items()
        if not there
    }
