/** The one door to the server: cookies, the write token, and problems as values with a code the screen can word. */
import { newOperationId } from "./operation.ts";
import type {
  Alert,
  AlertAction,
  AlertDetail,
  ClockView,
  Feed,
  Mode,
  Outage,
  Outcome,
  Problem,
  Reject,
  TrackFix,
  User,
  Vessel,
  WarningScore,
  WatchEvent,
  ZoneCollection,
} from "./types.ts";

/** A refused or failed request. `code` is stable; the screen words it, never the server's prose. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly problem: Problem | null;

  constructor(status: number, code: string, problem: Problem | null) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
    this.problem = problem;
  }
}

let csrf = "";

async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-CSRF-Token"] = csrf;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ApiError(0, "unreachable", null);
  }
  if (response.status === 204) return undefined as T;
  let parsed: unknown = null;
  try {
    parsed = await response.json();
  } catch {
    parsed = null;
  }
  if (!response.ok) {
    const problem = parsed as Problem | null;
    throw new ApiError(response.status, problem?.code ?? `http_${response.status}`, problem);
  }
  return parsed as T;
}

function query(values: Record<string, string | number | null | undefined>): string {
  const pairs = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString();
  return text ? `?${text}` : "";
}

interface SessionAnswer {
  user: User;
  csrf?: string;
}

async function openSession(answer: Promise<SessionAnswer>): Promise<User> {
  const { csrf: token } = await answer;
  if (token) csrf = token;
  // The token of a fresh cookie is only certain after asking for the session itself.
  return readSession();
}

/** Return the user who is signed in; throws ApiError 401 when nobody is. */
export async function readSession(): Promise<User> {
  const answer = await request<SessionAnswer>("GET", "/api/session");
  csrf = answer.csrf ?? csrf;
  return answer.user;
}

export const signIn = (username: string, password: string) =>
  openSession(request("POST", "/api/session", { username, password }));
export const signInByLink = (token: string) => openSession(request("POST", "/api/session/link", { token }));
export const signOut = () => request<void>("DELETE", "/api/session");

export const readClock = () => request<ClockView>("GET", "/api/clock");
export const setClock = (change: { speed?: number; playing?: boolean }) =>
  request<ClockView>("POST", "/api/clock", change);
export const setMode = (mode: Mode) => request("POST", "/api/mode", { mode });

export const readVessel = (id: string) => request<Vessel>("GET", `/api/vessels/${encodeURIComponent(id)}`);
export const readTrack = (id: string, since?: string, until?: string) =>
  request<{ vessel_id: string; fixes: TrackFix[] }>(
    "GET",
    `/api/vessels/${encodeURIComponent(id)}/track${query({ since, until })}`,
  );
export const readEvents = (filter: { vessel_id?: string; kind?: string; since?: string; limit?: number }) =>
  request<{ events: WatchEvent[] }>("GET", `/api/events${query(filter)}`);
export const readAlert = (id: string) => request<AlertDetail>("GET", `/api/alerts/${encodeURIComponent(id)}`);
export const readZones = () => request<ZoneCollection>("GET", "/api/zones");
export const readFeeds = () => request<{ feeds: Feed[]; outages: Outage[] }>("GET", "/api/feeds");
export const readRejects = (id: string, limit = 50) =>
  request<{ rejects: Reject[] }>("GET", `/api/feeds/${encodeURIComponent(id)}/rejects?limit=${limit}`);
export const readScore = () => request<WarningScore>("GET", "/api/warnings/score");

export interface AlertWrite {
  note?: string;
  outcome?: Outcome;
  until?: string;
}

/** Carry out an action on an alert. The operation id makes a repeated press one write. */
export const actOnAlert = (
  alert: Pick<Alert, "alert_id" | "version">,
  action: AlertAction,
  write: AlertWrite = {},
  operationId: string = newOperationId(),
) =>
  request<Alert>("POST", `/api/alerts/${encodeURIComponent(alert.alert_id)}/${action}`, {
    operation_id: operationId,
    base_version: alert.version,
    ...write,
  });

/** For the rooms: read and write any path of the API with the same session and problems. */
export const read = <T>(path: string) => request<T>("GET", path);
export const write = <T>(path: string, body: unknown) => request<T>("POST", path, body);
