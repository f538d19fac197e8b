/** The map as one object the page talks to. Plain TypeScript: nothing here knows a component. */
import { Map as MapLibreMap, ScaleControl, setWorkerUrl, type GeoJSONSource, type MapMouseEvent } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import type { DeskClock } from "../live/clock.ts";
import type { Fleet } from "../live/fleet.ts";
import { pictures } from "./icons.ts";
import { collection } from "./overlays.ts";
import { readColours, type Colours } from "./palette.ts";
import { ABOVE_VESSELS, buildStyle, type Overlay } from "./style.ts";
import { nearest, toMercator } from "./vessel-geometry.ts";
import { VesselLayer } from "./vessel-layer.ts";

const PICK_PX = 18;

export interface MapPlace {
  lat: number;
  lon: number;
  zoom: number;
}

/** What a click found, nearest kind first. */
export type Hit = { kind: "vessel"; slot: number } | { kind: "warning" | "zone" | "event"; id: string };

export interface MapEvents {
  moved: (place: MapPlace) => void;
  picked: (hit: Hit | null) => void;
  hovered: (slot: number, x: number, y: number) => void;
}

export class DeskMap {
  private readonly map: MapLibreMap;
  private readonly vessels: VesselLayer;
  private readonly fleet: Fleet;
  private readonly clock: DeskClock;
  private colours: Colours;
  private places: GeoJSON.FeatureCollection | null = null;
  private readonly ready: Promise<void>;

  constructor(container: HTMLElement, place: MapPlace, source: { fleet: Fleet; clock: DeskClock }, events: MapEvents) {
    setWorkerUrl(workerUrl);
    this.fleet = source.fleet;
    this.clock = source.clock;
    this.colours = readColours();
    this.vessels = new VesselLayer(source.fleet, source.clock, this.colours);
    const map = new MapLibreMap({
      container,
      style: buildStyle(this.colours, import.meta.env.BASE_URL),
      center: [place.lon, place.lat],
      zoom: place.zoom,
      minZoom: 2,
      maxZoom: 17,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maplibreLogo: false,
      renderWorldCopies: true,
      fadeDuration: 100,
    });
    this.map = map;
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new ScaleControl({ unit: "nautical", maxWidth: 110 }), "top-left");
    this.ready = new Promise((resolve) => {
      // Not "load": that waits for every tile, and the fleet must not wait for the coast.
      map.once("style.load", () => {
        this.addPictures();
        map.addLayer(this.vessels, ABOVE_VESSELS);
        resolve();
      });
    });
    map.on("moveend", () => {
      const centre = map.getCenter();
      events.moved({ lat: centre.lat, lon: centre.lng, zoom: map.getZoom() });
    });
    map.on("click", (event) => events.picked(this.pick(event)));
    map.on("mousemove", (event) => {
      const slot = this.vesselAt(event);
      map.getCanvas().style.cursor = slot >= 0 ? "pointer" : "";
      events.hovered(slot, event.point.x, event.point.y);
    });
    map.on("mouseout", () => events.hovered(-1, 0, 0));
  }

  /** MapLibre draws letters with the page's font as it is at that moment: every part of it must be there first. */
  static async loadLetters(): Promise<void> {
    const sample = "Aa1ÀĂđếỗặựƯ";
    const faces = ['400 16px "Be Vietnam Pro"', '600 16px "Be Vietnam Pro Semibold"'];
    await Promise.allSettled(faces.map((face) => document.fonts.load(face, sample)));
  }

  /** Browsers without WebGL 2 get the lists and a word, not a broken page. */
  static isPossible(): boolean {
    return document.createElement("canvas").getContext("webgl2") !== null;
  }

  remove(): void {
    this.map.remove();
  }

  /** Name the map for screen readers; what it shows is in the lists. */
  setLabel(label: string): void {
    this.map.getCanvas().setAttribute("aria-label", label);
  }

  resize(): void {
    this.map.resize();
  }

  /** Read the tokens again after the light has changed. */
  repaint(): void {
    void this.ready.then(() => {
      this.colours = readColours();
      this.vessels.setColours(this.colours);
      for (const layer of buildStyle(this.colours, "").layers) {
        for (const [name, value] of Object.entries(layer.paint ?? {}))
          this.map.setPaintProperty(layer.id, name as never, value as never);
      }
      this.addPictures();
    });
  }

  /** Place names: Vietnamese ones as they are, towns abroad in the language of the page. */
  async showPlaces(language: "vi" | "en"): Promise<void> {
    this.places ??= (await (
      await fetch(`${import.meta.env.BASE_URL}basemap/places.geojson`)
    ).json()) as GeoJSON.FeatureCollection;
    const named = this.places.features.map((place) => ({
      ...place,
      properties: {
        ...place.properties,
        label: (language === "en" && place.properties?.["name_en"]) || place.properties?.["name"],
      },
    }));
    this.show("places", collection(named));
  }

  show(source: Overlay | "places", content: GeoJSON.FeatureCollection): void {
    void this.ready.then(() => (this.map.getSource(source) as GeoJSONSource | undefined)?.setData(content));
  }

  select(slot: number): void {
    this.vessels.select(slot);
  }

  /** Bring a place into view without zooming out, moving only when it is hidden or far from sight. */
  goTo(lon: number, lat: number, zoom?: number): void {
    const point = this.map.project([lon, lat]);
    const box = this.map.getContainer();
    const edge = 60;
    const visible =
      point.x > edge && point.y > edge && point.x < box.clientWidth - edge && point.y < box.clientHeight - edge;
    if (visible && (zoom === undefined || this.map.getZoom() >= zoom - 1.5)) return;
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const target = { center: [lon, lat] as [number, number], zoom: Math.max(this.map.getZoom(), zoom ?? 0) };
    if (isStill) this.map.jumpTo(target);
    else this.map.easeTo({ ...target, duration: 150 });
  }

  jumpTo(place: MapPlace): void {
    this.map.jumpTo({ center: [place.lon, place.lat], zoom: place.zoom });
  }

  zoomBy(step: number): void {
    this.map.easeTo({ zoom: this.map.getZoom() + step, duration: 120 });
  }

  /** Count vessels in view and those of them with an open alert: the map's summary in words. */
  countInView(): { vessels: number; alerts: number } {
    const bounds = this.map.getBounds();
    let vessels = 0;
    let alerts = 0;
    for (let slot = 0; slot < this.fleet.size; slot++) {
      if (!this.fleet.hasFix(slot)) continue;
      if (!bounds.contains([this.fleet.lonDeg[slot]!, this.fleet.latDeg[slot]!])) continue;
      vessels++;
      if (this.fleet.flags[slot]! > 0) alerts++;
    }
    return { vessels, alerts };
  }

  private addPictures(): void {
    for (const [name, picture] of Object.entries(pictures(this.colours))) {
      if (this.map.hasImage(name)) this.map.updateImage(name, picture);
      else this.map.addImage(name, picture, { pixelRatio: 2 });
    }
  }

  private vesselAt(event: MapMouseEvent): number {
    const [x, y] = toMercator(event.lngLat.lng, event.lngLat.lat);
    const radius = PICK_PX / (512 * 2 ** this.map.getZoom());
    return nearest(this.fleet, x, y, radius, this.clock.nowMs());
  }

  private pick(event: MapMouseEvent): Hit | null {
    const slot = this.vesselAt(event);
    if (slot >= 0) return { kind: "vessel", slot };
    const { x, y } = event.point;
    const found = this.map.queryRenderedFeatures(
      [
        [x - 6, y - 6],
        [x + 6, y + 6],
      ],
      { layers: ["warning-ring", "event-mark", "zone-name", "zone-area-name", "zone-line"] },
    );
    const first = found[0];
    if (!first) return null;
    const properties = first.properties;
    if (first.layer.id === "warning-ring") return { kind: "warning", id: String(properties["vessel_id"]) };
    if (first.layer.id === "event-mark") return { kind: "event", id: String(properties["event_id"]) };
    return { kind: "zone", id: String(properties["zone_id"]) };
  }
}
