/** The address is the view: place on the map, selection, list, language and light. Copying it is sharing it. */

export const TABS = ["alerts", "warnings", "vessels", "feeds"] as const;
export type Tab = (typeof TABS)[number];
export const PALETTES = ["auto", "night", "dusk", "day", "red"] as const;
export type Palette = (typeof PALETTES)[number];
export const ROOMS = ["register", "gate", "rescue", "patrol", "obligations", "log"] as const;
export type RoomId = (typeof ROOMS)[number];
export const SELECTABLE = ["alert", "vessel", "warning", "feed", "zone", "event"] as const;
export type SelectionKind = (typeof SELECTABLE)[number];

export interface Selection {
  kind: SelectionKind;
  id: string;
}

export interface ViewState {
  lat: number;
  lon: number;
  zoom: number;
  tab: Tab;
  selection: Selection | null;
  language: "vi" | "en" | null;
  palette: Palette;
  room: RoomId | null;
  listHidden: boolean;
}

/** Đà Nẵng and Quảng Nam with the sea before them. */
export const HOME: Pick<ViewState, "lat" | "lon" | "zoom"> = { lat: 15.9, lon: 110, zoom: 6.6 };

export const DEFAULT_VIEW: ViewState = {
  ...HOME,
  tab: "alerts",
  selection: null,
  language: null,
  palette: "auto",
  room: null,
  listHidden: false,
};

function oneOf<T extends string>(value: string | null, allowed: readonly T[]): T | null {
  return allowed.find((known) => known === value) ?? null;
}

function within(text: string | undefined, low: number, high: number): number | null {
  const value = Number.parseFloat(text ?? "");
  return Number.isFinite(value) && value >= low && value <= high ? value : null;
}

/** Read the query part of an address. Anything odd falls back to the default, never to an error. */
export function parseView(search: string): ViewState {
  const query = new URLSearchParams(search);
  const view: ViewState = { ...DEFAULT_VIEW };
  const [zoom, lat, lon] = (query.get("map") ?? "").split("/");
  const z = within(zoom, 0, 22);
  const y = within(lat, -85, 85);
  const x = within(lon, -360, 360);
  if (z !== null && y !== null && x !== null) Object.assign(view, { zoom: z, lat: y, lon: x });
  view.tab = oneOf(query.get("tab"), TABS) ?? view.tab;
  view.palette = oneOf(query.get("light"), PALETTES) ?? view.palette;
  view.language = oneOf(query.get("lang"), ["vi", "en"] as const);
  view.room = oneOf(query.get("room"), ROOMS);
  view.listHidden = query.get("list") === "0";
  const open = query.get("open") ?? "";
  const colon = open.indexOf(":");
  const kind = oneOf(open.slice(0, colon), SELECTABLE);
  if (kind && colon < open.length - 1) view.selection = { kind, id: open.slice(colon + 1) };
  return view;
}

/** Write a view as the query part of an address; defaults are left out to keep it short. */
export function formatView(view: ViewState): string {
  const query = new URLSearchParams();
  query.set("map", `${view.zoom.toFixed(2)}/${view.lat.toFixed(4)}/${view.lon.toFixed(4)}`);
  if (view.tab !== DEFAULT_VIEW.tab) query.set("tab", view.tab);
  if (view.selection) query.set("open", `${view.selection.kind}:${view.selection.id}`);
  if (view.language) query.set("lang", view.language);
  if (view.palette !== DEFAULT_VIEW.palette) query.set("light", view.palette);
  if (view.room) query.set("room", view.room);
  if (view.listHidden) query.set("list", "0");
  return `?${query.toString().replaceAll("%2F", "/").replaceAll("%3A", ":")}`;
}

/** Hours of the desk's own day at which it is night, dusk and day in Vietnam. */
export function paletteOfHour(hourUtc7: number): Exclude<Palette, "auto" | "red"> {
  if (hourUtc7 < 5 || hourUtc7 >= 18.5) return "night";
  if (hourUtc7 < 6 || hourUtc7 >= 17.5) return "dusk";
  return "day";
}
