/** The map ground and the layers on it, in drawing order. No glyph server: MapLibre draws labels from the page's font. */
import type { LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { Colours } from "./palette.ts";

const GROUND = [
  "world",
  "land",
  "coast",
  "coast-world",
  "depth",
  "depth-lines",
  "rivers",
  "lakes",
  "provinces",
  "places",
] as const;
/** Sources that the other map modules fill. */
export const OVERLAYS = [
  "zones",
  "zone-names",
  "tracks",
  "track-points",
  "events",
  "warnings",
  "warning-paths",
  "marked",
] as const;
export type Overlay = (typeof OVERLAYS)[number];
/** The vessel layer goes just under this one. */
export const ABOVE_VESSELS = "warning-label";

const FONT = ["Be Vietnam Pro"];
/** A family name of its own: MapLibre reads the weight from the name. */
const BOLD = ["Be Vietnam Pro Semibold"];

function groundLayers(c: Colours): LayerSpecification[] {
  const depthFill = (depth: number): LayerSpecification => ({
    id: `depth-${depth}`,
    type: "fill",
    source: "depth",
    filter: ["==", ["get", "depth_m"], depth],
    // Far out the data's own frame would show.
    paint: {
      "fill-color": c["sea-deep"],
      "fill-opacity": ["interpolate", ["linear"], ["zoom"], 4, 0, 5.5, 0.45],
      "fill-antialias": false,
    },
  });
  return [
    { id: "sea", type: "background", paint: { "background-color": c.sea } },
    depthFill(200),
    depthFill(1000),
    depthFill(2000),
    depthFill(3000),
    {
      id: "depth-line",
      type: "line",
      source: "depth-lines",
      minzoom: 4.5,
      paint: { "line-color": c.depth, "line-width": ["case", ["==", ["get", "depth_m"], 200], 1.1, 0.7] },
    },
    { id: "world", type: "fill", source: "world", paint: { "fill-color": c.land } },
    { id: "land", type: "fill", source: "land", paint: { "fill-color": c.land } },
    { id: "rivers", type: "line", source: "rivers", minzoom: 6, paint: { "line-color": c.sea, "line-width": 1.2 } },
    { id: "lakes", type: "fill", source: "lakes", paint: { "fill-color": c.sea } },
    {
      id: "provinces",
      type: "line",
      source: "provinces",
      minzoom: 6.5,
      paint: { "line-color": c.coast, "line-opacity": 0.35, "line-width": 0.8 },
    },
    { id: "coast-world", type: "line", source: "coast-world", paint: { "line-color": c.coast, "line-width": 0.9 } },
    { id: "coast", type: "line", source: "coast", paint: { "line-color": c.coast, "line-width": 1.1 } },
    {
      id: "depth-label",
      type: "symbol",
      source: "depth-lines",
      minzoom: 6,
      layout: {
        "symbol-placement": "line",
        "symbol-spacing": 420,
        "text-field": ["to-string", ["get", "depth_m"]],
        "text-font": FONT,
        "text-size": 10,
      },
      paint: { "text-color": c.muted, "text-opacity": 0.55, "text-halo-color": c.sea, "text-halo-width": 1 },
    },
  ];
}

function zoneLayers(c: Colours): LayerSpecification[] {
  return [
    {
      id: "zone-fill",
      type: "fill",
      source: "zones",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": c.law, "fill-opacity": ["match", ["get", "kind"], ["closed", "danger"], 0.09, 0.02] },
    },
    {
      id: "zone-line",
      type: "line",
      source: "zones",
      paint: {
        "line-color": c.law,
        "line-width": ["case", ["get", "is_alert_boundary"], 1.6, 0.8],
        "line-opacity": ["case", ["get", "is_alert_boundary"], 0.95, 0.6],
      },
    },
    {
      id: "zone-name",
      type: "symbol",
      source: "zone-names",
      filter: ["==", ["geometry-type"], "LineString"],
      layout: {
        "symbol-placement": "line",
        "symbol-spacing": 360,
        "text-field": ["get", "label"],
        "text-font": FONT,
        "text-size": 11,
        "text-offset": [0, -0.8],
        "text-max-angle": 40,
      },
      paint: { "text-color": c.law, "text-halo-color": c.sea, "text-halo-width": 1.4 },
    },
    {
      id: "zone-area-name",
      type: "symbol",
      source: "zone-names",
      filter: ["==", ["geometry-type"], "Point"],
      layout: { "text-field": ["get", "label"], "text-font": FONT, "text-size": 11, "text-max-width": 8 },
      paint: { "text-color": c.law, "text-halo-color": c.sea, "text-halo-width": 1.4 },
    },
  ];
}

function placeLayers(c: Colours): LayerSpecification[] {
  const size = (rank: number): number => [13, 13, 12, 11, 11][rank] ?? 11;
  const minzoom = (rank: number): number => [3, 3, 5.2, 6.6, 8][rank] ?? 8;
  return [1, 2, 3, 4].map((rank) => ({
    id: `places-${rank}`,
    type: "symbol" as const,
    source: "places",
    minzoom: minzoom(rank),
    filter: ["==", ["get", "rank"], rank] as never,
    layout: {
      "text-field": ["get", "label"] as never,
      "text-font": rank === 1 ? BOLD : FONT,
      "text-size": size(rank),
      "text-anchor": "left" as const,
      "text-offset": [0.5, 0] as [number, number],
      "text-max-width": 8,
      "icon-image": "town",
      "icon-size": rank === 1 ? 1 : 0.75,
      "text-optional": false,
    },
    paint: { "text-color": c.place, "text-halo-color": c.land, "text-halo-width": 1.2 },
  }));
}

function workLayers(c: Colours): LayerSpecification[] {
  const severity = ["match", ["get", "severity"], "critical", c.critical, "high", c.high, "notice", c.notice, c.muted];
  return [
    {
      id: "track-line",
      type: "line",
      source: "tracks",
      filter: ["!", ["get", "gap"]],
      layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": c.select, "line-width": 1.8, "line-opacity": 0.85 },
    },
    {
      id: "track-gap",
      type: "line",
      source: "tracks",
      filter: ["get", "gap"],
      paint: { "line-color": c.muted, "line-width": 1.2, "line-dasharray": [1.5, 4], "line-opacity": 0.8 },
    },
    {
      id: "track-point",
      type: "circle",
      source: "track-points",
      minzoom: 7.5,
      paint: {
        "circle-radius": 2.4,
        "circle-color": ["case", ["get", "flagged"], c.sea, c.select],
        "circle-stroke-width": 1,
        "circle-stroke-color": ["case", ["get", "flagged"], c.muted, c.sea],
      },
    },
    {
      id: "event-mark",
      type: "symbol",
      source: "events",
      minzoom: 8,
      layout: { "icon-image": "event", "icon-size": 0.8, "icon-allow-overlap": true },
      paint: { "icon-opacity": 0.65 },
    },
    {
      id: "warning-path",
      type: "line",
      source: "warning-paths",
      paint: { "line-color": c.future, "line-width": 1.6, "line-dasharray": [3, 2.5] },
    },
    {
      id: "warning-ring",
      type: "symbol",
      source: "warnings",
      layout: { "icon-image": "forecast", "icon-allow-overlap": true, "icon-ignore-placement": true },
    },
    {
      id: ABOVE_VESSELS,
      type: "symbol",
      source: "warnings",
      layout: {
        "text-field": ["get", "label"],
        "text-font": BOLD,
        "text-size": 11,
        "text-anchor": "top",
        "text-offset": [0, 1.7],
        "symbol-sort-key": ["-", ["get", "p"]],
      },
      paint: { "text-color": c.future, "text-halo-color": c.sea, "text-halo-width": 1.6 },
    },
    {
      id: "marked-label",
      type: "symbol",
      source: "marked",
      layout: {
        "text-field": ["get", "label"],
        "text-font": BOLD,
        "text-size": 12,
        "text-anchor": "left",
        "text-offset": [1.3, 0],
        "text-max-width": 14,
        "symbol-sort-key": ["get", "order"],
      },
      paint: { "text-color": severity as never, "text-halo-color": c.sea, "text-halo-width": 1.8 },
    },
  ];
}

/** The whole style with empty overlays. */
export function buildStyle(colours: Colours, base: string): StyleSpecification {
  const sources: StyleSpecification["sources"] = {};
  for (const name of GROUND) {
    if (name !== "places") sources[name] = { type: "geojson", data: `${base}basemap/${name}.geojson`, tolerance: 0.3 };
  }
  const empty = { type: "FeatureCollection" as const, features: [] };
  sources["places"] = { type: "geojson", data: empty };
  for (const name of OVERLAYS) sources[name] = { type: "geojson", data: empty, promoteId: "id" };
  return {
    version: 8,
    sources,
    layers: [...groundLayers(colours), ...placeLayers(colours), ...zoneLayers(colours), ...workLayers(colours)],
  };
}
