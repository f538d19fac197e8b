import { describe, expect, it } from "vitest";
import { commandOf } from "./keyboard.ts";
import { DEFAULT_VIEW, formatView, paletteOfHour, parseView, type ViewState } from "./url-state.ts";

describe("the address is the view", () => {
  it("comes back as it was written", () => {
    const view: ViewState = {
      lat: 15.4321, lon: 109.8765, zoom: 8.25, tab: "warnings", selection: { kind: "alert", id: "r1:v/7 ă" },
      language: "en", palette: "red", room: "rescue", listHidden: true,
    }; // prettier-ignore
    expect(parseView(formatView(view))).toEqual(view);
  });
  it("is short when nothing is special", () => expect(formatView(DEFAULT_VIEW)).toBe("?map=6.60/15.9000/110.0000"));
  it.each([
    "",
    "?map=x/y/z",
    "?map=99/0/0",
    "?tab=nope",
    "?open=alert:",
    "?open=ship:1",
    "?light=pink&lang=fr&room=attic",
  ])("takes the default for %s", (search) => expect(parseView(search)).toEqual(DEFAULT_VIEW));
});

describe("light by the hour", () => {
  it.each([
    [3, "night"],
    [5.5, "dusk"],
    [12, "day"],
    [17.9, "dusk"],
    [18.5, "night"],
  ] as const)("%d h is %s", (hour, palette) => expect(paletteOfHour(hour)).toBe(palette));
});

describe("keys", () => {
  const press = (key: string, target: EventTarget | null = document.body, more: object = {}) =>
    commandOf({ key, target, ctrlKey: false, metaKey: false, altKey: false, ...more });
  it("mean what the help page says", () => {
    expect(press("j")).toBe("next");
    expect(press("K")).toBe("previous");
    expect(press("/")).toBe("search");
    expect(press("?")).toBe("help");
    expect(press("Enter")).toBe("open");
  });
  it("never act while somebody writes, or with Ctrl", () => {
    const input = document.createElement("input");
    expect(press("a", input)).toBeNull();
    expect(press("Escape", input)).toBe("escape");
    expect(press("r", document.body, { ctrlKey: true })).toBeNull();
    expect(press("Enter", document.createElement("button"))).toBeNull();
    const list = document.createElement("div");
    list.setAttribute("role", "listbox");
    expect(press("Enter", list)).toBe("open");
  });
});
