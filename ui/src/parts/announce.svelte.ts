/** What a screen reader hears: counts politely, a new critical alert at once. */
class Announcer {
  polite = $state("");
  assertive = $state("");

  say(text: string): void {
    this.polite = text;
  }

  interrupt(text: string): void {
    this.assertive = text;
  }
}

export const announcer = new Announcer();
