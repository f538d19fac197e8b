import { describe, expect, it } from "vitest";
import type { TrackFix, Warning } from "../api/types.ts";
import { en } from "../i18n/en.ts";
import { zoneLabel } from "../zones/words.ts";
import { alongCourse, middleOf, trackFeatures, warningFeatures, warningLabel, zoneFeatures } from "./overlays.ts";

const fix = (hour: number, lon: number, segment = 1, flag: number | string = 0): TrackFix => ({
  fix_time: new Date(Date.UTC(2026, 0, 1, hour)).toISOString(),
  lat_deg: 15,
  lon_deg: lon,
  sog_kn: 5,
  cog_deg: 90,
  segment_id: segment,
  flag,
});

const NOW = Date.UTC(2026, 0, 1, 12);
const warning: Warning = {
  vessel_id: "v1", vessel_label: "QNa 1", zone_id: "z", zone_name: "Z", issued_time: new Date(NOW).toISOString(), p_1h: 0, p_2h: 0.1, p_4h: 0.3, p_6h: 0.4, p_12h: 0.41,
  eta_p10_time: null, eta_median_time: new Date(NOW + 3 * 3_600_000).toISOString(), eta_p90_time: null, distance_m: 30_000, lat_deg: 15, lon_deg: 110, reason_vi: "", reason_en: "",
}; // prettier-ignore

describe("tracks", () => {
  it("join fixes of a segment and dash the gap between segments", () => {
    const { lines, points } = trackFeatures([fix(0, 1), fix(1, 2), fix(2, 3, 2), fix(3, 4, 2)]);
    expect(lines.features.map((f) => f.properties?.["gap"])).toEqual([false, true, false]);
    expect(points.features).toHaveLength(4);
  });
  it("never draw a long silence solid", () => {
    const { lines } = trackFeatures([fix(0, 1), fix(1, 2), fix(9, 3), fix(10, 4)]);
    expect(lines.features.map((f) => f.properties?.["gap"])).toEqual([false, true, false]);
  });
  it("leave flagged fixes out of the line but show them", () => {
    const { lines, points } = trackFeatures([fix(0, 1), fix(1, 90, 1, "jump"), fix(2, 2)]);
    expect((lines.features[0]!.geometry as GeoJSON.LineString).coordinates).toEqual([
      [1, 15],
      [2, 15],
    ]);
    expect(points.features[1]!.properties?.["flagged"]).toBe(true);
  });
  it("may be empty", () => expect(trackFeatures([]).lines.features).toEqual([]));
});

describe("forecasts", () => {
  it("say lead and chance, and point along the course", () => {
    expect(warningLabel(warning, en, NOW)).toBe("≈ 3 h · 4 in 10");
    const { signs, paths } = warningFeatures(
      [warning],
      () => ({ lonDeg: 110, latDeg: 15, sogKn: 10, cogDeg: 90 }),
      en,
      NOW,
    );
    expect(signs.features).toHaveLength(1);
    const end = (paths.features[0]!.geometry as GeoJSON.LineString).coordinates[1]!;
    expect((end[0]! - 110) * 60 * Math.cos((15 * Math.PI) / 180)).toBeCloseTo(30, 0);
  });
  it("have no path for a boat that lies still or is not on the picture", () => {
    expect(warningFeatures([warning], () => null, en, NOW).paths.features).toEqual([]);
  });
  it("go north on course 0", () => expect(alongCourse(110, 15, 0, 111_120)[1]).toBeCloseTo(16, 6));
});

describe("zones", () => {
  const properties = {
    zone_id: "z",
    name: "Line",
    kind: "watch",
    is_alert_boundary: true,
    authority: "",
    source: "",
    version: "1",
    valid_from: null,
    valid_to: null,
    sample: true,
  };
  it("carry the word SAMPLE on the map itself", () => {
    const { names } = zoneFeatures(
      {
        type: "FeatureCollection",
        features: [
          {
            type: "Feature",
            properties,
            geometry: {
              type: "MultiLineString",
              coordinates: [
                [
                  [1, 1],
                  [2, 2],
                ],
              ],
            },
          },
        ],
      },
      en,
    );
    expect(names.features[0]!.properties?.["label"]).toBe("SAMPLE · Line");
  });
  it("are named once and shortly", () => {
    const sample = { name: "Vùng lộng MẪU / SAMPLE midshore waters – invented", sample: true };
    expect(zoneLabel(sample, en, "vi")).toBe("Vùng lộng Mẫu");
    expect(zoneLabel(sample, en, "en")).toBe("SAMPLE midshore waters");
    expect(zoneLabel({ name: "Đông / Tây – bản 2", sample: false }, en)).toBe("Đông / Tây");
    expect(zoneLabel({ name: "Tuyến lộng", sample: false }, en)).toBe("Tuyến lộng");
  });
  it("have their name inside, also when they are bent", () => {
    const bent: GeoJSON.Position[] = [
      [0, 0],
      [4, 0],
      [4, 4],
      [3, 4],
      [3, 1],
      [0, 1],
      [0, 0],
    ];
    const [lon, lat] = middleOf(bent);
    expect(lat).toBe(2);
    expect(lon).toBeGreaterThan(3);
    expect(lon).toBeLessThan(4);
  });
});
