/** Shaders of the vessel layer. Shapes are signed distances in a unit square: teardrop, chevron, notched square, disc. */

export const VERTEX_SHADER = `#version 300 es
precision highp float;
in vec4 a_place_velocity;
in vec4 a_state; // fix time s, course rad, kind + 8 stopped + 16 flags, steady
uniform mat4 u_matrix;
uniform float u_now_s, u_ratio, u_size, u_ahead_max_s, u_shown_s;
uniform int u_selected;
out float v_course, v_opacity, v_hollow, v_box;
flat out int v_kind, v_flags, v_stopped, v_selected;

void main() {
  float age = u_now_s - a_state.x;
  float ahead = a_state.w > 0.5 ? clamp(age, 0.0, u_ahead_max_s) : 0.0;
  vec2 place = a_place_velocity.xy + a_place_velocity.zw * ahead;
  gl_Position = u_matrix * vec4(place, 0.0, 1.0);
  int packed = int(a_state.z + 0.5);
  v_kind = packed & 7;
  v_stopped = (packed >> 3) & 1;
  v_flags = packed >> 4;
  v_selected = gl_VertexID == u_selected ? 1 : 0;
  v_course = a_state.y;
  bool moves = dot(a_place_velocity.zw, a_place_velocity.zw) > 0.0;
  v_hollow = (moves && ahead > u_shown_s) ? 1.0 : 0.0;
  v_opacity = age < 600.0 ? 1.0 : age < 3600.0 ? 0.85 : age < 21600.0 ? 0.6 : 0.35;
  if (v_flags > 0 || v_selected > 0) v_opacity = max(v_opacity, 0.85);
  float grow = v_kind == 2 ? 1.25 : v_kind == 1 ? 1.05 : 1.0;
  // The box leaves room for the ring round the sign.
  v_box = u_size * grow * (v_flags > 0 || v_selected > 0 ? 2.2 : 1.35);
  gl_PointSize = v_box * u_ratio;
  v_box /= u_size * grow;
}`;

export const FRAGMENT_SHADER = `#version 300 es
precision highp float;
in float v_course, v_opacity, v_hollow, v_box;
flat in int v_kind, v_flags, v_stopped, v_selected;
uniform vec3 u_fishing, u_other, u_ours, u_alert, u_critical, u_select, u_halo;
out vec4 colour;

float triangle(vec2 p, vec2 a, vec2 b, vec2 c) {
  vec2 e0 = b - a, e1 = c - b, e2 = a - c;
  vec2 v0 = p - a, v1 = p - b, v2 = p - c;
  vec2 q0 = v0 - e0 * clamp(dot(v0, e0) / dot(e0, e0), 0.0, 1.0);
  vec2 q1 = v1 - e1 * clamp(dot(v1, e1) / dot(e1, e1), 0.0, 1.0);
  vec2 q2 = v2 - e2 * clamp(dot(v2, e2) / dot(e2, e2), 0.0, 1.0);
  float s = sign(e0.x * e2.y - e0.y * e2.x);
  vec2 d = min(min(vec2(dot(q0, q0), s * (v0.x * e0.y - v0.y * e0.x)),
                   vec2(dot(q1, q1), s * (v1.x * e1.y - v1.y * e1.x))),
                   vec2(dot(q2, q2), s * (v2.x * e2.y - v2.y * e2.x)));
  return -sqrt(d.x) * sign(d.y);
}

// The sign's own frame: bow up, the sign fits in [-0.5, 0.5].
float shape(vec2 p) {
  if (v_kind == 2) {
    vec2 q = abs(p) - vec2(0.36);
    float square = max(q.x, q.y);
    float notch = triangle(p, vec2(-0.22, 0.40), vec2(0.22, 0.40), vec2(0.0, 0.02));
    return max(square, -notch);
  }
  if (v_stopped == 1) return length(p) - 0.30;
  if (v_kind == 1) {
    float outer = triangle(p, vec2(0.0, 0.5), vec2(-0.34, -0.45), vec2(0.34, -0.45));
    float notch = triangle(p, vec2(0.0, -0.12), vec2(-0.40, -0.60), vec2(0.40, -0.60));
    return max(outer, -notch);
  }
  float belly = length(p - vec2(0.0, -0.16)) - 0.28;
  float bow = triangle(p, vec2(0.0, 0.5), vec2(-0.265, -0.08), vec2(0.265, -0.08));
  return min(belly, bow);
}

void main() {
  vec2 p = (gl_PointCoord - 0.5) * vec2(1.0, -1.0) * v_box;
  float c = cos(v_course), s = sin(v_course);
  float d = shape(v_stopped == 1 && v_kind != 2 ? p : vec2(p.x * c - p.y * s, p.x * s + p.y * c));
  float blur = fwidth(d) * 0.75 + 1e-4;
  vec3 body = v_kind == 0 ? u_fishing : v_kind == 2 ? u_ours : u_other;
  if (v_selected == 1) body = u_select;
  float inside = 1.0 - smoothstep(-blur, blur, d);
  float core = 1.0 - smoothstep(-blur, blur, d + 0.11);
  float edge = 1.0 - smoothstep(-blur, blur, d - 0.09);
  float solid = inside - v_hollow * core;
  // A dark rim keeps signs apart where boats lie close.
  vec4 mark = vec4(u_halo, 1.0) * edge * 0.7;
  mark = mix(mark, vec4(u_halo, 1.0) * 0.55, v_hollow * core);
  mark = vec4(body, 1.0) * solid + mark * (1.0 - solid);
  if (v_flags > 0 || v_selected > 0) {
    float r = length(p);
    float radius = 0.82;
    float ring = 1.0 - smoothstep(0.07, 0.07 + blur, abs(r - radius));
    vec3 tint = v_selected == 1 ? u_select : (v_flags & 2) > 0 ? u_critical : u_alert;
    mark = vec4(tint, 1.0) * ring + mark * (1.0 - ring);
    if (v_selected == 1 && v_flags > 0) {
      float outer = 1.0 - smoothstep(0.05, 0.05 + blur, abs(r - 1.0));
      mark = vec4((v_flags & 2) > 0 ? u_critical : u_alert, 1.0) * outer + mark * (1.0 - outer);
    }
  }
  colour = mark * v_opacity;
  if (colour.a < 0.004) discard;
}`;
