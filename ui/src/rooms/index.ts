/** The departments beside the watch: each is loaded when it is first opened. */
import type { Component } from "svelte";
import type { RoomId } from "../app/url-state.ts";

export const rooms: Partial<Record<RoomId, () => Promise<{ default: Component }>>> = {
  register: () => import("./register/Register.svelte"),
  gate: () => import("./gate/Gate.svelte"),
  rescue: () => import("./rescue/Rescue.svelte"),
  patrol: () => import("./patrol/Patrol.svelte"),
  obligations: () => import("./obligations/Obligations.svelte"),
  log: () => import("./log/DutyLog.svelte"),
};
