/** The one store of what the person looks at; every change is written to the address. */
import { speech, type Language } from "../i18n/index.svelte.ts";
import {
  formatView,
  paletteOfHour,
  parseView,
  type Palette,
  type RoomId,
  type Selection,
  type Tab,
  type ViewState,
} from "./url-state.ts";

const LANGUAGE_KEY = "haidang.language";
const PALETTE_KEY = "haidang.light";

class View {
  state = $state<ViewState>(parseView(location.search));
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    const stored = localStorage.getItem(LANGUAGE_KEY);
    speech.language = this.state.language ?? (stored === "en" ? "en" : "vi");
    if (!location.search.includes("light=")) {
      const light = localStorage.getItem(PALETTE_KEY);
      if (light) this.state.palette = parseView(`?light=${light}`).palette;
    }
    document.documentElement.lang = speech.language;
    addEventListener("popstate", () => (this.state = parseView(location.search)));
  }

  /** Merge a change. A new selection or room makes a step in the browser's history; a moved map does not. */
  set(change: Partial<ViewState>): void {
    const step = "selection" in change || "room" in change;
    Object.assign(this.state, change);
    clearTimeout(this.timer);
    if (step) this.write(true);
    else this.timer = setTimeout(() => this.write(false), 250);
  }

  select(selection: Selection | null): void {
    this.set({ selection });
  }

  showTab(tab: Tab): void {
    this.set({ tab, room: null, listHidden: false });
  }

  showRoom(room: RoomId | null): void {
    this.set({ room, selection: null });
  }

  setLanguage(language: Language): void {
    speech.language = language;
    document.documentElement.lang = language;
    localStorage.setItem(LANGUAGE_KEY, language);
    this.set({ language });
  }

  setPalette(palette: Palette): void {
    localStorage.setItem(PALETTE_KEY, palette);
    this.set({ palette });
  }

  /** The palette to draw with, from the choice and the officer's own hour (UTC+7). */
  shownPalette(wallMs: number): Exclude<Palette, "auto"> {
    if (this.state.palette !== "auto") return this.state.palette;
    return paletteOfHour((((wallMs / 3_600_000 + 7) % 24) + 24) % 24);
  }

  private write(step: boolean): void {
    const address = location.pathname + formatView(this.state);
    if (address === location.pathname + location.search) return;
    if (step) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
  }
}

export const view = new View();
