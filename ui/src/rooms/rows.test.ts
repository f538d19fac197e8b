import { describe, expect, it } from "vitest";
import { en as screenEn } from "../i18n/en.ts";
import { vi as screenVi } from "../i18n/vi.ts";
import type {
  ImportAnswer,
  Incident,
  LogEntry,
  Marker,
  Movement,
  Obligation,
  Proposal,
  RegisteredVessel,
} from "./answers.ts";
import { mayCreate } from "./answers.ts";
import { arrivalFields, countAtSea, orderMovements, rowOf as movementRow } from "./gate/movements.ts";
import { en } from "./i18n.en.ts";
import { vi } from "./i18n.vi.ts";
import { rowOf as entryRow } from "./log/entries.ts";
import { answerFields, obligationRow, orderObligations, proposalRow } from "./obligations/tasks.ts";
import { inspectionFields, orderMarkers, rowOf as markerRow } from "./patrol/markers.ts";
import {
  assumptionText,
  fieldWord,
  rowOf as vesselRow,
  toWrite,
  valueWord,
  vesselFields,
  valuesOf,
} from "./register/vessels.ts";
import { orderIncidents, peopleText, rowOf as incidentRow } from "./rescue/incidents.ts";
import type { Shown } from "./times.ts";

const NOW = "2026-03-05T05:00:00Z";
const shown: Shown = { words: vi, screen: screenVi, nowMs: Date.parse(NOW), language: "vi" };
const hours = (n: number) => new Date(Date.parse(NOW) + n * 3_600_000).toISOString();

function movement(id: string, more: Partial<Movement> = {}): Movement {
  return {
    movement_id: id, vessel_id: id, vessel_label: `QNa-${id}-TS`, state: "at_sea", port: "Thọ Quang", departure_time: hours(-50),
    crew_count: 9, ground: "", planned_return_time: null, is_device_alive: null, are_papers_in_order: null, note: "",
    arrival_time: null, arrival_port: null, arrival_crew_count: null, arrival_note: "", version: 1, actions: ["arrive"], ...more,
  }; // prettier-ignore
}

describe("the gate", () => {
  const book = [
    movement("back", { state: "arrived", arrival_time: hours(-1), arrival_crew_count: 8, actions: [] }),
    movement("noplan"),
    movement("later", { planned_return_time: hours(5) }),
    movement("late", { planned_return_time: hours(-30) }),
  ];

  it("puts the longest overdue first and boats that are back last", () => {
    expect(orderMovements(book).map(({ movement_id }) => movement_id)).toEqual(["late", "later", "noplan", "back"]);
  });

  it("counts boats, people and overdue boats at sea", () => {
    expect(countAtSea(book, shown.nowMs)).toEqual({ boats: 3, people: 27, overdue: 1 });
  });

  it("says overdue in words with a mark, and a crew that differs", () => {
    expect(movementRow(book[3]!, shown).cells["end"]).toEqual({
      text: "quá hạn 30 h",
      sub: "06:00 04/03",
      mark: "high",
    });
    expect(movementRow(book[0]!, shown).cells["crew"]).toEqual({ text: "đi 9, về 8", mark: "high" });
    expect(movementRow(book[1]!, shown).cells["end"]).toEqual({ text: "không hẹn" });
  });

  it("asks for the crew that came back without filling in the number that left", () => {
    expect(arrivalFields(book[1]!, vi)[0]!.hint).toContain("9");
  });
});

function marker(number: string, due: string | null, more: Partial<Marker> = {}): Marker {
  return {
    marker_id: number, number, kind: "main", pair_number: "", section: "", keeper_group: "", access: "", lat_deg: null, lon_deg: null,
    interval_days: 90, condition: "unchanged", inspected_time: due && hours(-2000), due_time: due,
    is_overdue: due === null || due < NOW, version: 1, actions: ["inspect"], ...more,
  }; // prettier-ignore
}

describe("markers", () => {
  it("never seen come first, then the longest overdue, then by number", () => {
    const all = [
      marker("690/10", hours(48)),
      marker("690/2", hours(48)),
      marker("691", hours(-72)),
      marker("692", null),
    ];
    expect(orderMarkers(all).map(({ number }) => number)).toEqual(["692", "691", "690/2", "690/10"]);
  });

  it("show due dates and bad conditions with a mark and in words", () => {
    expect(markerRow(marker("1", null), shown).cells["due"]).toEqual({ text: "chưa xem lần nào", mark: "high" });
    expect(markerRow(marker("1", hours(-72)), shown).cells["due"]!.text).toBe("quá hạn 3 ngày");
    expect(markerRow(marker("1", hours(2), { condition: "moved" }), shown).cells["condition"]).toEqual({
      text: "xê dịch",
      mark: "high",
    });
  });

  it("are never found in condition unknown", () => {
    const condition = inspectionFields(vi)[0]!;
    expect(condition.kind === "choice" && condition.choices.map(({ value }) => value)).not.toContain("unknown");
  });
});

describe("obligations and proposals", () => {
  const owed = (id: string, more: Partial<Obligation>): Obligation => ({
    obligation_id: id, title: id, source_text: "", owner: "", owed_to: "", measure: "", state: "open", created_time: NOW,
    deadline_time: null, completed_time: null, proof: "", is_overdue: false, version: 1, actions: ["complete"], ...more,
  }); // prettier-ignore
  const proposal: Proposal = {
    proposal_id: "p", title: "Trạm bờ", text: "", proposed_by: "Đồn", routed_to: "Chi cục", state: "waiting", created_time: NOW,
    deadline_time: hours(24), answer: "", answered_time: null, settled_time: null, is_overdue: false,
    possible_answers: ["accepted", "refused"], version: 1, actions: ["answer"],
  }; // prettier-ignore

  it("stand by nearest deadline, without a date last, done ones after all", () => {
    const tasks = [
      owed("none", {}), owed("done", { state: "completed", completed_time: NOW }), owed("far", { deadline_time: hours(90) }), owed("near", { deadline_time: hours(2) }),
    ]; // prettier-ignore
    expect(orderObligations(tasks).map(({ obligation_id }) => obligation_id)).toEqual(["near", "far", "none", "done"]);
    expect(obligationRow(tasks[1]!, shown).cells["due"]).toMatchObject({ text: "đã xong", isDone: true });
  });

  it("offer only the answers that may follow", () => {
    const kind = answerFields(proposal, vi)[0]!;
    expect(kind.kind === "choice" && kind.choices).toEqual([
      { value: "accepted", label: "chấp nhận" },
      { value: "refused", label: "không chấp nhận" },
    ]);
    expect(proposalRow({ ...proposal, state: "refused" }, shown).cells["due"]).toMatchObject({
      text: "không chấp nhận",
      isDone: false,
    });
  });
});

describe("incidents and log", () => {
  const incident: Incident = {
    incident_id: "i", kind: "engine_failure", title: "Hỏng máy", state: "open", time: hours(-1), opened_time: hours(-1), certainty: "probable",
    place: "", lat_deg: null, lon_deg: null, vessel_id: null, aboard_count: 7, missing_count: null, rescued_count: null, lead: "",
    outcome: null, closed_time: null, closing_note: "", version: 1, actions: ["log", "close"],
  }; // prettier-ignore
  const line: LogEntry = {
    entry_id: "e", time: hours(-3), recorded_time: hours(-1), actor: "truc.ban", text: "Gọi chủ tàu", vessel_id: null, alert_id: null,
    struck_time: null, struck_by: null, strike_reason: null, version: 1, actions: ["strike"],
  }; // prettier-ignore

  it("open incidents come first, people are numbers or not known", () => {
    const closed: Incident = {
      ...incident,
      incident_id: "c",
      state: "closed",
      time: NOW,
      outcome: "saved",
      closed_time: NOW,
    };
    expect(orderIncidents([closed, incident]).map(({ incident_id }) => incident_id)).toEqual(["i", "c"]);
    expect(peopleText(incident, vi)).toBe("7 trên tàu, chưa rõ mất tích");
    expect(peopleText({ ...incident, aboard_count: null }, vi)).toBe("");
    expect(incidentRow(closed, shown).cells["state"]).toEqual({ text: "đã cứu", sub: "12:00", isDone: true });
  });

  it("a line written late says so, a struck one stays readable with its reason", () => {
    expect(entryRow(line, shown).cells["time"]).toEqual({ text: "09:00", sub: "ghi lúc 11:00" });
    const struck = { ...line, struck_time: NOW, struck_by: "truc.ban", strike_reason: "nhầm tàu" };
    expect(entryRow(struck, shown).cells["text"]).toEqual({
      text: "Gọi chủ tàu",
      isStruck: true,
      sub: "truc.ban gạch: nhầm tàu",
    });
  });
});

describe("the register", () => {
  const vessel: RegisteredVessel = {
    vessel_id: "QNa-91234-TS", name: "Tàu diễn tập 1", kind: "fishing", registration: "QNa-91234-TS", mmsi: null, imo: null, call_sign: null,
    length_m: 17.5, gear: "squid_jigging", supplier: null, home_port: null, licence_to: "2026-01-31T16:59:59Z", pair_id: null,
    is_registered: true, version: 2, actions: ["update"],
  }; // prettier-ignore

  it("says a licence that is over, in words", () => {
    expect(vesselRow(vessel, shown).cells["licence"]).toEqual({ text: "hết hạn từ 31/01/2026", mark: "high" });
  });

  it("a correction holds every field of the vessel, so that none is wiped", () => {
    const names = vesselFields(vi, screenVi, false).map(({ name }) => name);
    expect(Object.keys(valuesOf(vessel)).toSorted()).toEqual(names.toSorted());
    expect(valuesOf(vessel)["licence_to"]).toBe("2026-01-31");
  });

  it("shows changes in words", () => {
    expect(fieldWord("licence_to_us", vi)).toBe("Giấy phép đến");
    expect(valueWord("licence_to_us", Date.parse("2026-12-31T16:59:59Z") * 1000, vi, screenVi)).toBe("31/12/2026");
    expect(valueWord("gear", "gillnet", vi, screenVi)).toBe("lưới rê");
    expect(valueWord("name", null, en, screenEn)).toBe("empty");
    const plan = { counts: { added: 2, changed: 1, same: 9, refused: 0 } } as ImportAnswer;
    expect(toWrite(plan)).toBe(3);
  });

  it("words what the reader took for granted, and shows what it does not know", () => {
    expect(assumptionText("Columns are apart by semicolons.", vi)).toBe("Các cột cách nhau bằng dấu chấm phẩy.");
    expect(assumptionText("Row 4: 'ABC' is not a registration number of the known form; kept as written.", vi)).toBe(
      "Dòng 5: 'ABC' không đúng dạng số đăng ký đã biết; giữ nguyên văn.",
    );
    expect(assumptionText("Something new.", vi)).toBe("Something new.");
  });
});

describe("words", () => {
  const flat = (words: object, at = ""): [string, string][] =>
    Object.entries(words).flatMap(([key, value]: [string, unknown]) =>
      typeof value === "string" ? [[`${at}${key}`, value]] : flat(value as object, `${at}${key}.`),
    );
  const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).toSorted();

  it("have the same places to fill in both languages and never shout", () => {
    const english = new Map(flat(en));
    for (const [key, text] of flat(vi)) {
      expect(places(text), key).toEqual(places(english.get(key)!));
      expect(text + english.get(key)!, key).not.toContain("!");
    }
  });

  it("a list that names its actions decides who may add", () => {
    expect(mayCreate({ actions: ["create"] })).toBe(true);
    expect(mayCreate({ actions: [] })).toBe(false);
    expect(mayCreate({})).toBe(true);
    expect(mayCreate(null)).toBe(false);
  });
});
