"""Make the map ground of the screen: small GeoJSON files in ui/public/basemap.

A duty station may have no internet, so the ground travels in the bundle. Coasts of different sources do not agree,
so Vietnam's land comes from the province and ward polygons alone and everything else from Natural Earth. National
borders, sea borders and names of disputed islands are not drawn: the authority loads its own layer.

Run from the repository root: `python data/basemap/build.py ../shared/data`. Needs shapely and pyarrow.
Sources and licences: data/basemap/README.md.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet as pq
from shapely import from_wkb, get_parts, make_valid, set_precision, unary_union
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Polygon, box, mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge

OUT = Path(__file__).resolve().parents[2] / "ui" / "public" / "basemap"
REGION = box(95, -3, 126, 26)
DETAIL = box(101, 6, 118, 24)
#: Their names are the authority's to give.
UNNAMED = ("Hoàng Sa", "Trường Sa")
#: Natural Earth writes some Vietnamese places without their marks, or by an older name.
SPELLING = {
    "Ho Chi Minh City": "TP. Hồ Chí Minh", "Hanoi": "Hà Nội", "Haiphong": "Hải Phòng", "Hai Phong": "Hải Phòng",
    "Hue": "Huế", "Da Nang": "Đà Nẵng", "Danang": "Đà Nẵng", "Can Tho": "Cần Thơ", "Nha Trang": "Nha Trang",
    "Qui Nhon": "Quy Nhơn", "Vung Tau": "Vũng Tàu", "Vinh": "Vinh", "Dong Hoi": "Đồng Hới", "Quang Ngai": "Quảng Ngãi",
    "Tam Ky": "Tam Kỳ", "Quang Tri": "Quảng Trị", "Ca Mau": "Cà Mau", "Rach Gia": "Rạch Giá", "Phan Thiet": "Phan Thiết",
    "Tuy Hoa": "Tuy Hòa", "Ha Long": "Hạ Long", "Thanh Hoa": "Thanh Hóa", "Nam Dinh": "Nam Định", "Ha Tinh": "Hà Tĩnh",
    "Phan Rang": "Phan Rang", "Cam Ranh": "Cam Ranh", "Hoi An": "Hội An", "Kon Tum": "Kon Tum",
    "Thu Dau Mot": "Thủ Dầu Một", "Tra Vinh": "Trà Vinh", "Hong Gai": "Hạ Long", "Da Lat": "Đà Lạt",
    "Long Xuyen": "Long Xuyên", "Tan An": "Tân An", "Hai Duong": "Hải Dương", "Luan Chau": "Thuận Châu",
    "Truc Giang": "Bến Tre", "Lao Chi": "Lào Cai", "Hoa Binh": "Hòa Bình", "Hon Quan": "Bình Long",
    "Ha Giang": "Hà Giang", "Buon Me Thuot": "Buôn Ma Thuột", "Play Ku": "Pleiku", "Mong Cai": "Móng Cái", "Dong Ha": "Đông Hà",
}  # fmt: skip
#: Places a watch officer of the central coast speaks of, which Natural Earth lacks.
#: Positions: representative points of the ward polygons (see README).
COASTAL_PLACES = {
    "Hội An": "Hội An",
    "Núi Thành": "Núi Thành",
    "Tam Hải": "Tam Hải",
    "Duy Nghĩa": "Cửa Đại",
    "Thăng An": "Bình Minh",
    "Sơn Trà": "Sơn Trà",
    "Sa Huỳnh": "Sa Huỳnh",
    "Tam Kỳ": "Tam Kỳ",
    "Tân Hiệp": "Cù Lao Chàm",
    "Liên Chiểu": "Liên Chiểu",
    "Dung Quất": "Dung Quất",
    "Vạn Tường": "Dung Quất",
}
ABROAD = {
    "Bangkok": "Băng Cốc", "Phnom Penh": "Phnôm Pênh", "Vientiane": "Viêng Chăn", "Manila": "Ma-ni-la",
    "Singapore": "Xin-ga-po", "Hong Kong": "Hồng Công", "Haikou": "Hải Khẩu", "Sanya": "Tam Á",
    "Zhanjiang": "Trạm Giang", "Beihai": "Bắc Hải", "Guangzhou": "Quảng Châu", "Sihanoukville": "Xi-ha-núc-vin",
    "Kampong Saom": "Xi-ha-núc-vin", "Pakxe": "Pạc-xế", "Savannakhet": "Xa-vẳn-na-khẹt", "Kuala Lumpur": "Kuala Lumpur",
}  # fmt: skip


def read_features(path: Path) -> list[dict]:
    """Return the features of a GeoJSON file."""
    return json.loads(path.read_text(encoding="utf-8"))["features"]


def read_topology(path: Path, name: str) -> list[tuple[dict, BaseGeometry]]:
    """Return (properties, geometry) of one object of a quantised TopoJSON file."""
    topology = json.loads(path.read_text(encoding="utf-8"))
    (scale_x, scale_y), (shift_x, shift_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * scale_x + shift_x, y * scale_y + shift_y))
        arcs.append(points)

    def ring(indexes: list[int]) -> list[tuple[float, float]]:
        points: list[tuple[float, float]] = []
        for index in indexes:
            part = arcs[index] if index >= 0 else arcs[~index][::-1]
            points += part[1:] if points else part
        return points

    found = []
    for piece in topology["objects"][name]["geometries"]:
        if piece["type"] not in ("Polygon", "MultiPolygon"):
            continue
        parts = [piece["arcs"]] if piece["type"] == "Polygon" else piece["arcs"]
        shapes = [make_valid(Polygon(ring(p[0]), [ring(hole) for hole in p[1:]])) for p in parts]
        found.append((piece.get("properties", {}), unary_union(shapes)))
    return found


def polygons_of(geometry: BaseGeometry) -> list[Polygon]:
    """Return the polygon parts, dropping points and lines that clipping leaves."""
    return [part for part in get_parts(geometry) if isinstance(part, Polygon) and not part.is_empty] + [
        piece for part in get_parts(geometry) if isinstance(part, MultiPolygon) for piece in part.geoms
    ]


def write(name: str, rows: Iterable[tuple[dict, BaseGeometry]], digits: int) -> None:
    """Write features with coordinates rounded to `digits` decimals."""

    def rounded(value: object) -> object:
        if isinstance(value, (list, tuple)):
            return [rounded(v) for v in value]
        return round(float(value), digits)  # type: ignore[arg-type]

    features = []
    for properties, geometry in rows:
        if geometry.is_empty:
            continue
        body = mapping(geometry)
        features.append({
            "type": "Feature", "properties": properties,
            "geometry": {"type": body["type"], "coordinates": rounded(body["coordinates"])},
        })  # fmt: skip
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":"))
    (OUT / name).write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(f"{name}: {len(features)} features, {len(text.encode()) / 1000:.0f} kB\n")


def vietnam_land(boundaries: Path) -> tuple[BaseGeometry, BaseGeometry]:
    """Return (land, lines between provinces): inner lines only, so that no national border is drawn."""
    provinces = {
        f["properties"]["name"]: make_valid(shape(f["geometry"]))
        for f in read_features(boundaries / "vn_provinces_34_2025_simplified200m.geojson")
    }
    wards = [
        make_valid(shape(f["geometry"])) for f in read_features(boundaries / "danang_quangnam_wards_2025_20m.geojson")
    ]
    fine = unary_union([ward.buffer(2e-4) for ward in wards]).buffer(-2e-4)
    others = [outline for name, outline in provinces.items() if name != "Đà Nẵng"]
    closed = unary_union([outline.buffer(3e-3) for outline in (*others, fine)]).buffer(-3e-3)
    edges = []
    names = list(provinces)
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            shared = provinces[first].buffer(2e-3).intersection(provinces[second].boundary)
            if not shared.is_empty:
                edges.append(shared)
    inner = unary_union(edges).intersection(closed.buffer(-0.01))
    return closed, inner


def land_of_region(basemap: Path, vietnam: BaseGeometry) -> BaseGeometry:
    """Return the land of the region: Vietnam's own polygons, Natural Earth for the rest."""
    countries = read_topology(basemap / "world_countries_50m.topo.json", "countries")
    rest = unary_union([g for p, g in countries if p.get("name") != "Vietnam"])
    coarse = unary_union([g for p, g in countries if p.get("name") == "Vietnam"])
    # The coarse Vietnam only fills slivers along the land border, far from any coast.
    sea = REGION.difference(unary_union([rest, coarse]))
    inland = coarse.difference(sea.buffer(0.15))
    minor = [
        make_valid(shape(f["geometry"])) for f in read_features(basemap / "natural_earth_scs" / "minor_islands.geojson")
    ]
    # Near Vietnam's coast the provinces know the islands better.
    islands = unary_union(minor).difference(vietnam.buffer(0.05))
    return unary_union([rest.intersection(REGION), inland, vietnam, islands]).intersection(REGION)


def coast_lines(land: BaseGeometry, frame: Polygon, *, margin_deg: float = 1e-6) -> BaseGeometry:
    """Return the outline of land without the straight cut along the frame."""
    return linemerge_safe(land.boundary.difference(frame.boundary.buffer(margin_deg)))


def free_lines(area: Polygon) -> BaseGeometry:
    """Return an area's outline without the long straight cuts along meridians and parallels that clipping left."""
    runs: list[list[tuple[float, ...]]] = []
    for ring in (area.exterior, *area.interiors):
        points = list(ring.coords)
        runs.append([points[0]])
        for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
            is_cut = (abs(x0 - x1) < 1e-6 and abs(y0 - y1) > 0.2) or (abs(y0 - y1) < 1e-6 and abs(x0 - x1) > 0.2)
            if is_cut:
                runs.append([(x1, y1)])
            else:
                runs[-1].append((x1, y1))
    return MultiLineString([run for run in runs if len(run) > 1])


def linemerge_safe(lines: BaseGeometry) -> BaseGeometry:
    """Merge line parts where that is possible."""
    return lines if isinstance(lines, LineString) else linemerge(lines)


def place_rows(basemap: Path, boundaries: Path) -> list[tuple[dict, BaseGeometry]]:
    """Return places with Vietnamese names and a rank: 1 large … 4 local."""
    rows = []
    for feature in read_features(basemap / "natural_earth_scs" / "populated_places.geojson"):
        p = feature["properties"]
        point = shape(feature["geometry"])
        if p["ADM0NAME"] == "Vietnam":
            rank = 1 if p["POP_MAX"] > 700_000 else 2 if p["POP_MAX"] > 120_000 else 3
            rows.append(({"name": SPELLING.get(p["NAME"], p["NAME"]), "rank": rank}, point))
        elif p["NAME"] in ABROAD:
            rows.append(({"name": ABROAD[p["NAME"]], "name_en": p["NAME_EN"] or p["NAME"], "rank": 2}, point))
    known = {row[0]["name"] for row in rows}
    home = box(107.9, 14.5, 109.3, 16.3)
    table = pq.read_table(boundaries / "vn_wards_3321_2025_100m.parquet").to_pylist()
    geometry_key = next(k for k in table[0] if isinstance(table[0][k], bytes))
    for ward in table:
        name, full = ward["name"], ward.get("fullName") or ward.get("full_name") or ""
        if name in UNNAMED or name in known:
            continue
        island = full.startswith("Đặc khu")
        if island or name in COASTAL_PLACES:
            outline = from_wkb(ward[geometry_key])
            if not island and not home.intersects(outline):
                continue
            name = COASTAL_PLACES.get(name, name)
            if name in known:
                continue
            known.add(name)
            largest = max(get_parts(outline), key=lambda g: g.area)
            rows.append(({"name": name, "rank": 3 if island else 4, "island": island}, largest.representative_point()))
    return rows


def main() -> None:
    """Write every layer."""
    if len(sys.argv) != 2:
        sys.exit("usage: python data/basemap/build.py SHARED_DATA_FOLDER")
    shared = Path(sys.argv[1])
    basemap, boundaries = shared / "basemap", shared / "boundaries"
    natural = basemap / "natural_earth_scs"
    OUT.mkdir(parents=True, exist_ok=True)

    vietnam, inner = vietnam_land(boundaries)
    land = land_of_region(basemap, vietnam)
    near = vietnam.simplify(0.0012).intersection(DETAIL)
    home = box(106.5, 13.8, 110, 17.8)
    fine = unary_union(
        [
            vietnam.intersection(home).simplify(0.0004),
            near.difference(home),
            land.difference(vietnam.buffer(0.004)).simplify(0.008),
        ]
    )
    fine = unary_union([part.buffer(0.003) for part in polygons_of(fine)]).buffer(-0.003)
    # Holes are slivers where sources meet along a land border; drawn, they would trace that border. Lakes come apart.
    fine = MultiPolygon([Polygon(p.exterior) for p in polygons_of(fine) if p.area > 2e-6]).simplify(0.0003)
    world = unary_union([g for _, g in read_topology(basemap / "world_land_50m.topo.json", "land")])
    outside = MultiPolygon([p for p in polygons_of(world.difference(REGION)) if p.area > 0.004]).simplify(0.02)

    write("land.geojson", [({}, p) for p in polygons_of(make_valid(fine))], 4)
    write("coast.geojson", [({}, coast_lines(make_valid(fine), REGION))], 4)
    write("coast-world.geojson", [({}, coast_lines(make_valid(outside), REGION, margin_deg=0.05))], 2)
    write("world.geojson", [({}, p) for p in polygons_of(make_valid(outside))], 2)
    write("provinces.geojson", [({}, linemerge_safe(set_precision(inner, 1e-4).simplify(0.003)))], 3)
    depths = []
    for letter, depth in (("K", 200), ("J", 1000), ("I", 2000), ("H", 3000)):
        for feature in read_features(natural / f"bathymetry_{letter}_{depth}.geojson"):
            clipped = make_valid(shape(feature["geometry"])).intersection(REGION).simplify(0.01)
            depths += [({"depth_m": depth}, p) for p in polygons_of(clipped) if p.area > 0.002]
    write("depth.geojson", depths, 3)
    write("depth-lines.geojson", [(p, contours) for p, g in depths if not (contours := free_lines(g)).is_empty], 3)
    rivers = [f for f in read_features(natural / "rivers.geojson") if f["properties"]["scalerank"] <= 8]
    write("rivers.geojson", [({}, shape(f["geometry"]).intersection(box(98, 5, 112, 26)).simplify(0.01))
                             for f in rivers], 3)  # fmt: skip
    write("lakes.geojson", [({}, make_valid(shape(f["geometry"])).simplify(0.01))
                            for f in read_features(natural / "lakes.geojson")], 3)  # fmt: skip
    write("places.geojson", place_rows(basemap, boundaries), 3)


if __name__ == "__main__":
    main()
