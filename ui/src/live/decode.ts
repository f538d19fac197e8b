/** Binary position frames of the live socket, little endian, as columns: read in place, no object per vessel. */

export const MAGIC = 0x31504448;
const HEADER_BYTES = 24;
const ROW_BYTES = 3 * 8 + 3 * 4 + 1;

/** One frame: each column has one entry per changed vessel. Unknown speed or course is NaN. */
export interface PositionFrame {
  n: number;
  seq: number;
  nowMs: number;
  index: Uint32Array;
  fixMs: Float64Array;
  latDeg: Float64Array;
  lonDeg: Float64Array;
  sogKn: Float32Array;
  cogDeg: Float32Array;
  flags: Uint8Array;
}

/** Decode a frame; throws RangeError on a wrong magic or length, so that a torn frame never becomes a position. */
export function decodePositions(buffer: ArrayBuffer): PositionFrame {
  if (buffer.byteLength < HEADER_BYTES) throw new RangeError(`position frame of ${buffer.byteLength} bytes: too short`);
  const head = new DataView(buffer);
  const magic = head.getUint32(0, true);
  if (magic !== MAGIC) throw new RangeError(`position frame begins with 0x${magic.toString(16)}, expected HDP1`);
  const n = head.getUint32(4, true);
  if (buffer.byteLength < HEADER_BYTES + n * ROW_BYTES) {
    throw new RangeError(`position frame says ${n} rows but has ${buffer.byteLength} bytes`);
  }
  let at = HEADER_BYTES;
  const doubles = () => {
    const column = new Float64Array(buffer, at, n);
    at += n * 8;
    return column;
  };
  const fixMs = doubles();
  const latDeg = doubles();
  const lonDeg = doubles();
  const index = new Uint32Array(buffer, at, n);
  at += n * 4;
  const sogKn = new Float32Array(buffer, at, n);
  at += n * 4;
  const cogDeg = new Float32Array(buffer, at, n);
  at += n * 4;
  const flags = new Uint8Array(buffer, at, n);
  return {
    n,
    seq: head.getFloat64(8, true),
    nowMs: head.getFloat64(16, true),
    index,
    fixMs,
    latDeg,
    lonDeg,
    sogKn,
    cogDeg,
    flags,
  };
}

/** Write a frame; the mock and the tests use it, so that both sides of the layout stand in one file. */
export function encodePositions(frame: Omit<PositionFrame, "n">): ArrayBuffer {
  const n = frame.index.length;
  const buffer = new ArrayBuffer(Math.ceil((HEADER_BYTES + n * ROW_BYTES) / 8) * 8);
  const head = new DataView(buffer);
  head.setUint32(0, MAGIC, true);
  head.setUint32(4, n, true);
  head.setFloat64(8, frame.seq, true);
  head.setFloat64(16, frame.nowMs, true);
  new Float64Array(buffer, HEADER_BYTES, n).set(frame.fixMs);
  new Float64Array(buffer, HEADER_BYTES + 8 * n, n).set(frame.latDeg);
  new Float64Array(buffer, HEADER_BYTES + 16 * n, n).set(frame.lonDeg);
  new Uint32Array(buffer, HEADER_BYTES + 24 * n, n).set(frame.index);
  new Float32Array(buffer, HEADER_BYTES + 28 * n, n).set(frame.sogKn);
  new Float32Array(buffer, HEADER_BYTES + 32 * n, n).set(frame.cogDeg);
  new Uint8Array(buffer, HEADER_BYTES + 36 * n, n).set(frame.flags);
  return buffer;
}
