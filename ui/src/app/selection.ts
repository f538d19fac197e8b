/** What is selected, whichever kind it is: which vessel it belongs to and where it lies. */
import type { Alert, WatchEvent } from "../api/types.ts";
import type { Selection } from "./url-state.ts";
import { view } from "./view.svelte.ts";

export function select(selection: Selection): void {
  view.select(selection);
}

/** The vessel a selection is about, or null for feeds and zones. */
export function selectedVesselId(selection: Selection | null, alerts: Alert[], events: WatchEvent[]): string | null {
  switch (selection?.kind) {
    case "vessel":
    case "warning":
      return selection.id;
    case "alert":
      return alerts.find((alert) => alert.alert_id === selection.id)?.vessel_id ?? null;
    case "event":
      return events.find((event) => event.event_id === selection.id)?.vessel_id ?? null;
    default:
      return null;
  }
}
