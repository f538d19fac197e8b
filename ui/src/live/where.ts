/** Where a selected thing lies now: [lon, lat], or null for things without a place. */
import type { Selection } from "../app/url-state.ts";
import { desk } from "./desk.svelte.ts";

export type LonLat = [number, number];

export function placeOfVessel(vesselId: string): LonLat | null {
  const slot = desk.fleet.slotOf(vesselId);
  if (slot === undefined || !desk.fleet.hasFix(slot)) return null;
  return [desk.fleet.lonDeg[slot]!, desk.fleet.latDeg[slot]!];
}

function pair(lon: number | null, lat: number | null): LonLat | null {
  return lon === null || lat === null ? null : [lon, lat];
}

export function placeOfSelection(selection: Selection): LonLat | null {
  if (selection.kind === "vessel" || selection.kind === "warning") return placeOfVessel(selection.id);
  if (selection.kind === "alert") {
    const alert = desk.alerts.find((candidate) => candidate.alert_id === selection.id);
    return alert ? (placeOfVessel(alert.vessel_id) ?? pair(alert.lon_deg, alert.lat_deg)) : null;
  }
  if (selection.kind === "event") {
    const event = desk.events.find((candidate) => candidate.event_id === selection.id);
    return event ? pair(event.lon_deg, event.lat_deg) : null;
  }
  return null;
}
