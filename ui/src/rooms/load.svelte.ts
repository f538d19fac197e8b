/** Something read from the server: the newest answer, or why there is none. An old answer stays while it is re-read. */
export class Load<T> {
  value = $state.raw<T | null>(null);
  error = $state.raw<unknown>(null);
  isBusy = $state(false);
  private turn = 0;
  private readonly ask: () => Promise<T>;

  constructor(ask: () => Promise<T>) {
    this.ask = ask;
  }

  /** Read again. Of two questions on the way only the later one's answer counts. */
  async refresh(): Promise<void> {
    const turn = ++this.turn;
    this.isBusy = true;
    try {
      const value = await this.ask();
      if (turn === this.turn) {
        this.value = value;
        this.error = null;
      }
    } catch (error) {
      if (turn === this.turn) this.error = error;
    } finally {
      if (turn === this.turn) this.isBusy = false;
    }
  }
}

/** Others write too: read again this often while the room is open. */
export const REREAD_MS = 20_000;
