/** The keys of the desk. A key never acts while somebody writes. */

export type Command =
  | "next" | "previous" | "open" | "acknowledge" | "snooze" | "resolve"
  | "search" | "live" | "help" | "escape" | "tab1" | "tab2" | "tab3" | "tab4"; // prettier-ignore

const KEYS: Record<string, Command> = {
  j: "next",
  k: "previous",
  enter: "open",
  a: "acknowledge",
  s: "snooze",
  r: "resolve",
  "/": "search",
  l: "live",
  "?": "help",
  escape: "escape",
  "1": "tab1",
  "2": "tab2",
  "3": "tab3",
  "4": "tab4",
};

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** The command of a key press, or null. Enter keeps its own meaning on buttons, links and lists. */
export function commandOf(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "target">,
): Command | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const command = KEYS[event.key.toLowerCase()] ?? null;
  if (command === "escape") return command;
  if (isWriting(event.target)) return null;
  if (command === "open" && event.target instanceof HTMLElement) {
    const isOpenable = event.target === document.body || event.target.matches("[role=listbox], aside");
    if (!isOpenable) return null;
  }
  return command;
}
