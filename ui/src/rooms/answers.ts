/** What the rooms' routes answer. Times are ISO 8601 with Z; `actions` is what this person may do now. */

export interface RegisteredVessel {
  vessel_id: string;
  name: string | null;
  kind: string;
  registration: string | null;
  mmsi: string | null;
  imo: string | null;
  call_sign: string | null;
  length_m: number | null;
  gear: string | null;
  supplier: string | null;
  home_port: string | null;
  licence_to: string | null;
  pair_id: string | null;
  is_registered: boolean;
  version: number;
  actions: string[];
}

export interface RegisterAnswer {
  vessels: RegisteredVessel[];
  total: number;
  actions: string[];
}

export interface ImportDifference {
  field: string;
  before: unknown;
  after: unknown;
}

export interface ImportAnswer {
  is_written: boolean;
  counts: { added: number; changed: number; same: number; refused: number };
  added: string[];
  changed: { vessel_id: string; differences: ImportDifference[] }[];
  refused: { row: number; reason: string; excerpt: string }[];
  assumed: string[];
}

export interface Movement {
  movement_id: string;
  vessel_id: string;
  vessel_label: string;
  state: "at_sea" | "arrived";
  port: string;
  departure_time: string;
  crew_count: number;
  ground: string;
  planned_return_time: string | null;
  is_device_alive: boolean | null;
  are_papers_in_order: boolean | null;
  note: string;
  arrival_time: string | null;
  arrival_port: string | null;
  arrival_crew_count: number | null;
  arrival_note: string;
  version: number;
  actions: string[];
}

export interface Incident {
  incident_id: string;
  kind: string;
  title: string;
  state: "open" | "closed";
  time: string;
  opened_time: string;
  certainty: string;
  place: string;
  lat_deg: number | null;
  lon_deg: number | null;
  vessel_id: string | null;
  aboard_count: number | null;
  missing_count: number | null;
  rescued_count: number | null;
  lead: string;
  outcome: string | null;
  closed_time: string | null;
  closing_note: string;
  version: number;
  actions: string[];
}

/** A line of an incident's log or of the duty log; struck, never edited. */
export interface WrittenLine {
  time: string;
  recorded_time: string;
  actor: string;
  text: string;
  struck_time: string | null;
  struck_by: string | null;
  strike_reason: string | null;
}

export interface IncidentLine extends WrittenLine {
  line_id: string;
}

export interface HistoryLine {
  time: string;
  actor: string;
  action: string;
  note: string;
  from_state: string;
  to_state: string;
}

export interface IncidentDetail extends Incident {
  log: IncidentLine[];
  history: HistoryLine[];
}

export interface Marker {
  marker_id: string;
  number: string;
  kind: string;
  pair_number: string;
  section: string;
  keeper_group: string;
  access: string;
  lat_deg: number | null;
  lon_deg: number | null;
  interval_days: number;
  condition: string;
  inspected_time: string | null;
  due_time: string | null;
  is_overdue: boolean;
  version: number;
  actions: string[];
}

export interface Inspection {
  inspection_id: string;
  time: string;
  recorded_time: string;
  actor: string;
  condition: string;
  note: string;
}

export interface MarkerDetail extends Marker {
  inspections: Inspection[];
}

export interface Obligation {
  obligation_id: string;
  title: string;
  source_text: string;
  owner: string;
  owed_to: string;
  measure: string;
  state: "open" | "completed";
  created_time: string;
  deadline_time: string | null;
  completed_time: string | null;
  proof: string;
  is_overdue: boolean;
  version: number;
  actions: string[];
}

export interface Proposal {
  proposal_id: string;
  title: string;
  text: string;
  proposed_by: string;
  routed_to: string;
  state: string;
  created_time: string;
  deadline_time: string | null;
  answer: string;
  answered_time: string | null;
  settled_time: string | null;
  is_overdue: boolean;
  possible_answers: string[];
  version: number;
  actions: string[];
}

export interface LogEntry extends WrittenLine {
  entry_id: string;
  vessel_id: string | null;
  alert_id: string | null;
  version: number;
  actions: string[];
}

/** A list says with `actions` whether this person may add to it; one that does not say leaves it to the answer. */
export function mayCreate(answer: { actions?: string[] } | null): boolean {
  return answer !== null && (answer.actions?.includes("create") ?? true);
}
