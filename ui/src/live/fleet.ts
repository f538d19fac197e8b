/** Every vessel's latest fix in typed arrays, outside the component framework: 50 000 rows must not wake the page. */
import type { LiveVessel } from "../api/types.ts";
import type { PositionFrame } from "./decode.ts";

export const HAS_ALERT = 1;
export const HAS_CRITICAL = 2;
/** A device that reports at least this often moves little between fixes, so its place may be drawn ahead. */
const STEADY_GAP_MS = 15 * 60_000;

/** Small numbers of kinds, as the vessel layer's shader knows them. */
export const KIND_CODE: Record<string, number> = { fishing: 0, merchant: 1, patrol: 2 };
const OTHER_KIND = 3;

export class Fleet {
  /** Slots in use are 0 … size-1; a slot without a fix has NaN in fixMs. */
  size = 0;
  fixMs = new Float64Array(0);
  latDeg = new Float64Array(0);
  lonDeg = new Float64Array(0);
  sogKn = new Float32Array(0);
  cogDeg = new Float32Array(0);
  flags = new Uint8Array(0);
  kind = new Uint8Array(0);
  /** 1 where the device reports often enough to extrapolate. */
  steady = new Uint8Array(0);
  vessels: (LiveVessel | undefined)[] = [];
  /** Grows with every change of positions. */
  version = 0;
  newestFixMs = Number.NaN;
  private slots = new Map<string, number>();
  private listeners = new Set<() => void>();

  clear(): void {
    this.size = 0;
    this.vessels = [];
    this.slots.clear();
    this.newestFixMs = Number.NaN;
    this.fixMs.fill(Number.NaN);
    this.flags.fill(0);
    this.steady.fill(0);
    this.changed();
  }

  /** Run `listener` after every change; returns the way to stop. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  slotOf(vesselId: string): number | undefined {
    return this.slots.get(vesselId);
  }

  hasFix(slot: number): boolean {
    return slot < this.size && !Number.isNaN(this.fixMs[slot]!);
  }

  describe(vessels: LiveVessel[]): void {
    for (const vessel of vessels) {
      this.reserve(vessel.i + 1);
      this.vessels[vessel.i] = vessel;
      this.slots.set(vessel.vessel_id, vessel.i);
      this.kind[vessel.i] = KIND_CODE[vessel.kind] ?? OTHER_KIND;
    }
    this.changed();
  }

  apply(frame: PositionFrame): void {
    for (let row = 0; row < frame.n; row++) {
      const slot = frame.index[row]!;
      this.reserve(slot + 1);
      const before = this.fixMs[slot]!;
      const fix = frame.fixMs[row]!;
      if (Number.isNaN(before)) this.steady[slot] = this.kind[slot] === KIND_CODE["merchant"] ? 1 : 0;
      else if (fix > before) this.steady[slot] = fix - before <= STEADY_GAP_MS ? 1 : 0;
      this.fixMs[slot] = fix;
      this.latDeg[slot] = frame.latDeg[row]!;
      this.lonDeg[slot] = frame.lonDeg[row]!;
      this.sogKn[slot] = frame.sogKn[row]!;
      this.cogDeg[slot] = frame.cogDeg[row]!;
      this.flags[slot] = frame.flags[row]!;
      if (!(fix <= this.newestFixMs)) this.newestFixMs = fix;
    }
    this.changed();
  }

  private changed(): void {
    this.version++;
    for (const listener of this.listeners) listener();
  }

  private reserve(size: number): void {
    if (size <= this.size) return;
    if (size > this.fixMs.length) {
      const room = Math.max(1024, 2 ** Math.ceil(Math.log2(size)));
      const grow = <A extends Float64Array | Float32Array | Uint8Array>(old: A, make: new (n: number) => A): A => {
        const bigger = new make(room);
        bigger.set(old as never);
        return bigger;
      };
      const used = this.fixMs.length;
      this.fixMs = grow(this.fixMs, Float64Array).fill(Number.NaN, used);
      this.latDeg = grow(this.latDeg, Float64Array);
      this.lonDeg = grow(this.lonDeg, Float64Array);
      this.sogKn = grow(this.sogKn, Float32Array);
      this.cogDeg = grow(this.cogDeg, Float32Array);
      this.flags = grow(this.flags, Uint8Array);
      this.kind = grow(this.kind, Uint8Array).fill(OTHER_KIND, used);
      this.steady = grow(this.steady, Uint8Array);
    }
    this.size = size;
  }
}
