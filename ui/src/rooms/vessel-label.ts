/** What an officer calls a vessel, where the answer has only her id. */
import { desk } from "../live/desk.svelte.ts";

export function vesselLabel(vesselId: string | null): string {
  if (!vesselId) return "";
  const slot = desk.fleet.slotOf(vesselId);
  return (slot === undefined ? undefined : desk.fleet.vessels[slot]?.label) ?? vesselId;
}
