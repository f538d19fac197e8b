import { describe, expect, it } from "vitest";
import { Draft, draftOf } from "./drafts.ts";

describe("a draft", () => {
  it("sends the same body under the same id, a changed one under another", () => {
    const draft = new Draft("f");
    const first = draft.operationId({ text: "a" });
    expect(draft.operationId({ text: "a" })).toBe(first);
    const second = draft.operationId({ text: "b" });
    expect(second).not.toBe(first);
    expect(second).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("is a new write after it was saved, also with the same words", () => {
    const draft = new Draft("g");
    const first = draft.operationId({ text: "a" });
    draft.forget();
    expect(draft.operationId({ text: "a" })).not.toBe(first);
  });

  it("keeps what was typed and the version it was typed over, until it is saved", () => {
    draftOf("h", { port: "A" }, 3).type("port", "B");
    const again = draftOf("h", { port: "C" }, 4);
    expect([again.values["port"], again.base]).toEqual(["B", 3]);
    again.forget({ port: "C" }, 4);
    expect([again.values["port"], again.base, draftOf("h", { port: "C" }, 4)]).toEqual([
      "C",
      4,
      new Draft("h", { port: "C" }, 4),
    ]);
  });

  it("of a form that nobody typed in starts from what is on the desk now", () => {
    draftOf("i", { name: "x" }, 1);
    expect(draftOf("i", { name: "y" }, 2).values).toEqual({ name: "y" });
  });
});
