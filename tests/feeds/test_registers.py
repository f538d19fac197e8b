import pytest

from haidang.core.errors import SchemaError
from haidang.core.time import DAY_US, parse_iso_us
from haidang.feeds.registers import read_trips_csv, read_vessels_csv

VIETNAMESE = """Số đăng ký;Tên tàu;Chiều dài;Nghề;Nhà cung cấp;Cảng đăng ký;Hạn giấy phép
QNA 90001TS;Tàu Một;15,6;lưới kéo;Thử;Tam Quang;31/12/2026
BÐ 90002 TS;Tàu Hai;24;;;;
"""


def test_a_canonical_list():
    text = (
        b"vessel_id,registration,mmsi,length_m,gear,supplier,home_port,licence_to,pair_id\n"
        b"v1,QNa 90001 TS,574001234,17.2,trawl,VNPT,Tam Quang,2026-12-31,p1\n"
        b",,574009999,,,,,,\nv1,,,,,,,,\n,,,,,,,,\nv2,,,long,,,,,\nv3,,,12,,,,soon,\n"
    )
    vessels, rejects = read_vessels_csv(text)
    assert vessels["v1"].registration == "QNa-90001-TS"
    assert vessels["v1"].length_m == 17.2
    assert vessels["v1"].kind == "fishing"
    assert vessels["v1"].licence_to_us == parse_iso_us("2026-12-31") + DAY_US - 1
    assert vessels["574009999"].mmsi == "574009999"
    assert [(r.row, r.reason) for r in rejects] == [(2, "twice"), (3, "no_vessel"), (4, "bad_length"), (5, "bad_time")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_a_vietnamese_list(encoding):
    vessels, rejects = read_vessels_csv(VIETNAMESE.encode(encoding))
    assert rejects == []
    assert set(vessels) == {"QNa-90001-TS", "BĐ-90002-TS"}
    assert vessels["QNa-90001-TS"].length_m == 15.6
    assert vessels["QNa-90001-TS"].gear == "lưới kéo"


def test_trips():
    text = (
        b"vessel_id,departure_time,planned_return,port_id\nQNa 90001TS,2026-03-01T00:00Z,2026-03-20T00:00Z,tq\n"
        b"v2,2026-03-01T00:00Z,,\nv3,2026-03-05T00:00Z,2026-03-01T00:00Z,\nv4,,,\n"
    )
    trips, rejects = read_trips_csv(text)
    assert [(t.vessel_id, t.port_id) for t in trips] == [("QNa-90001-TS", "tq"), ("v2", None)]
    assert trips[1].planned_return_us is None
    assert [r.reason for r in rejects] == ["returns_before_departure", "bad_time"]
    with pytest.raises(SchemaError):
        read_trips_csv(b"a,b\n1,2\n")
    with pytest.raises(SchemaError):
        read_vessels_csv(b"a,b\n1,2\n")
