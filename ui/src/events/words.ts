/** Words for events; an unknown kind is shown as it came. */
import type { WatchEvent } from "../api/types.ts";
import type { Dictionary } from "../i18n/en.ts";
import { pick } from "../i18n/index.svelte.ts";
import { desk } from "../live/desk.svelte.ts";
import { shortZoneName } from "../zones/words.ts";

export function eventWord(kind: string, words: Dictionary): string {
  return words.events[kind as keyof Dictionary["events"]] ?? kind;
}

function labelOf(vesselId: string): string {
  const slot = desk.fleet.slotOf(vesselId);
  return (slot === undefined ? undefined : desk.fleet.vessels[slot]?.label) ?? vesselId;
}

/** The event's sentence with names in place of ids: the record keeps ids because names change. */
export function eventText(event: WatchEvent, words: Dictionary): string {
  let text = pick(event.text_vi, event.text_en) || eventWord(event.kind, words);
  for (const id of [event.vessel_id, event.other_vessel_id]) if (id) text = text.replaceAll(id, labelOf(id));
  const zone = desk.zones?.features.find((feature) => feature.properties.zone_id === event.zone_id);
  return event.zone_id && zone ? text.replaceAll(event.zone_id, shortZoneName(zone.properties.name)) : text;
}
