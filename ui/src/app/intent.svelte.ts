/** Wishes that cross the page: a key pressed in one place, carried out in another. */
import type { AlertAction } from "../api/types.ts";

class Intent {
  /** The row the keys stand on, in the list that is shown. */
  cursor = $state<string | null>(null);
  /** Rows of the vessel list as it is filtered now, for the keys. */
  vesselIds: string[] = [];
  /** An action asked for by key; the opened alert carries it out once. */
  alertAction = $state.raw<{ alertId: string; action: AlertAction } | null>(null);
  /** Grows when the search field should take the focus. */
  search = $state(0);
  /** Grows when the focus should go back to the list. */
  backToList = $state(0);
}

export const intent = new Intent();
