/** The fleet as one WebGL 2 draw: 8 floats per vessel, moved on by the shader, shapes cut in the fragment shader.
 *
 * Own vertex array and plain uniforms only: MapLibre 6 does not bind its uniform block anew after a custom layer.
 */
import type { CustomLayerInterface, CustomRenderMethodInput, Map as MapLibreMap } from "maplibre-gl";
import type { DeskClock } from "../live/clock.ts";
import type { Fleet } from "../live/fleet.ts";
import { toRgb, type Colours } from "./palette.ts";
import {
  EXTRAPOLATE_MAX_S,
  EXTRAPOLATE_SHOWN_S,
  FLOATS,
  packVessels,
  repaintAfterMs,
  toMercator,
} from "./vessel-geometry.ts";
import { FRAGMENT_SHADER, VERTEX_SHADER } from "./vessel-shader.ts";

/** Move the local origin when the view is this far from it (mercator units, about 5 degrees). */
const ORIGIN_REACH = 0.015;
const BASE_REACH_MS = 6 * 3_600_000;

function compile(gl: WebGL2RenderingContext, kind: number, source: string): WebGLShader {
  const shader = gl.createShader(kind)!;
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) {
    throw new Error(`vessel shader does not compile: ${gl.getShaderInfoLog(shader)}`);
  }
  return shader;
}

export class VesselLayer implements CustomLayerInterface {
  readonly id = "vessels";
  readonly type = "custom" as const;
  readonly renderingMode = "2d" as const;
  private readonly fleet: Fleet;
  private readonly clock: DeskClock;
  private colours: Colours;
  private map: MapLibreMap | null = null;
  private program: WebGLProgram | null = null;
  private array: WebGLVertexArrayObject | null = null;
  private buffer: WebGLBuffer | null = null;
  private uniforms: Record<string, WebGLUniformLocation | null> = {};
  private packed = new Float32Array(0);
  private count = 0;
  private packedVersion = -1;
  private origin: [number, number] = [0, 0];
  private baseMs = 0;
  private fastestPerS = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stopListening: (() => void) | undefined;
  private selectedSlot = -1;

  constructor(fleet: Fleet, clock: DeskClock, colours: Colours) {
    this.fleet = fleet;
    this.clock = clock;
    this.colours = colours;
  }

  setColours(colours: Colours): void {
    this.colours = colours;
    this.map?.triggerRepaint();
  }

  select(slot: number): void {
    this.selectedSlot = slot;
    this.map?.triggerRepaint();
  }

  onAdd(map: MapLibreMap, gl: WebGL2RenderingContext): void {
    this.map = map;
    const program = gl.createProgram()!;
    gl.attachShader(program, compile(gl, gl.VERTEX_SHADER, VERTEX_SHADER));
    gl.attachShader(program, compile(gl, gl.FRAGMENT_SHADER, FRAGMENT_SHADER));
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
      throw new Error(`vessel shaders do not link: ${gl.getProgramInfoLog(program)}`);
    }
    this.program = program;
    for (const name of [
      "u_matrix", "u_now_s", "u_ratio", "u_size", "u_ahead_max_s", "u_shown_s", "u_selected",
      "u_fishing", "u_other", "u_ours", "u_alert", "u_critical", "u_select", "u_halo",
    ]) this.uniforms[name] = gl.getUniformLocation(program, name); // prettier-ignore
    this.array = gl.createVertexArray();
    this.buffer = gl.createBuffer();
    gl.bindVertexArray(this.array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    for (const [name, offset] of [
      ["a_place_velocity", 0],
      ["a_state", 4],
    ] as const) {
      const location = gl.getAttribLocation(program, name);
      gl.enableVertexAttribArray(location);
      gl.vertexAttribPointer(location, 4, gl.FLOAT, false, FLOATS * 4, offset * 4);
    }
    gl.bindVertexArray(null);
    this.stopListening = this.fleet.onChange(() => map.triggerRepaint());
  }

  onRemove(_map: MapLibreMap, gl: WebGL2RenderingContext): void {
    clearTimeout(this.timer);
    this.stopListening?.();
    gl.deleteProgram(this.program);
    gl.deleteBuffer(this.buffer);
    gl.deleteVertexArray(this.array);
    this.packedVersion = -1;
    this.map = null;
  }

  render(gl: WebGLRenderingContext | WebGL2RenderingContext, input: CustomRenderMethodInput): void {
    const map = this.map;
    if (!map || !this.program || !("bindVertexArray" in gl)) return;
    const nowMs = this.clock.nowMs();
    this.refresh(gl, map, nowMs);
    if (this.count > 0) this.draw(gl, map, input, nowMs);
    clearTimeout(this.timer);
    const speed = this.clock.playing ? this.clock.speed : 0;
    this.timer = setTimeout(() => map.triggerRepaint(), repaintAfterMs(this.fastestPerS, map.getZoom(), speed));
  }

  private refresh(gl: WebGL2RenderingContext, map: MapLibreMap, nowMs: number): void {
    const centre = map.getCenter();
    const [x, y] = toMercator(centre.lng, centre.lat);
    const isFar = Math.hypot(x - this.origin[0], y - this.origin[1]) > ORIGIN_REACH;
    const isOld = Math.abs(nowMs - this.baseMs) > BASE_REACH_MS;
    if (this.packedVersion === this.fleet.version && !isFar && !isOld) return;
    if (isFar) this.origin = [x, y];
    if (isOld) this.baseMs = nowMs;
    if (this.packed.length < this.fleet.size * FLOATS) this.packed = new Float32Array(this.fleet.fixMs.length * FLOATS);
    this.count = packVessels(this.fleet, this.origin, this.baseMs, this.packed);
    this.packedVersion = this.fleet.version;
    this.fastestPerS = 0;
    for (let at = 0; at < this.count * FLOATS; at += FLOATS) {
      if (this.packed[at + 7]! > 0) {
        this.fastestPerS = Math.max(this.fastestPerS, Math.hypot(this.packed[at + 2]!, this.packed[at + 3]!));
      }
    }
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    gl.bufferData(gl.ARRAY_BUFFER, this.packed.subarray(0, this.count * FLOATS), gl.DYNAMIC_DRAW);
  }

  private draw(gl: WebGL2RenderingContext, map: MapLibreMap, input: CustomRenderMethodInput, nowMs: number): void {
    const matrix = shifted(input.defaultProjectionData.mainMatrix, this.origin);
    const at = this.uniforms;
    const zoom = map.getZoom();
    const colour = (name: string, hex: string) => gl.uniform3fv(at[name]!, toRgb(hex));
    gl.useProgram(this.program);
    gl.bindVertexArray(this.array);
    gl.uniformMatrix4fv(at["u_matrix"]!, false, matrix);
    gl.uniform1f(at["u_now_s"]!, (nowMs - this.baseMs) / 1000);
    gl.uniform1f(at["u_ratio"]!, map.getPixelRatio());
    gl.uniform1f(at["u_size"]!, Math.max(7, Math.min(20, 3 + zoom * 1.25)));
    gl.uniform1f(at["u_ahead_max_s"]!, EXTRAPOLATE_MAX_S);
    gl.uniform1f(at["u_shown_s"]!, EXTRAPOLATE_SHOWN_S);
    gl.uniform1i(at["u_selected"]!, this.selectedRow());
    colour("u_fishing", this.colours.vessel);
    colour("u_other", this.colours["vessel-other"]);
    colour("u_ours", this.colours.ours);
    colour("u_alert", this.colours.high);
    colour("u_critical", this.colours.critical);
    colour("u_select", this.colours.select);
    colour("u_halo", this.colours.sea);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.disable(gl.DEPTH_TEST);
    gl.drawArrays(gl.POINTS, 0, this.count);
    gl.bindVertexArray(null);
  }

  /** Row of the selected slot in the buffer: slots without a fix are left out of it. */
  private selectedRow(): number {
    if (this.selectedSlot < 0 || !this.fleet.hasFix(this.selectedSlot)) return -1;
    let row = 0;
    for (let slot = 0; slot < this.selectedSlot; slot++) if (!Number.isNaN(this.fleet.fixMs[slot]!)) row++;
    return row;
  }
}

/** Multiply a column-major matrix by a move to `origin`, in double precision, then round. */
export function shifted(matrix: ArrayLike<number>, origin: [number, number]): Float32Array {
  const out = new Float32Array(16);
  for (let i = 0; i < 16; i++) out[i] = matrix[i]!;
  for (let row = 0; row < 4; row++) {
    out[12 + row] = matrix[row]! * origin[0] + matrix[4 + row]! * origin[1] + matrix[12 + row]!;
  }
  return out;
}
