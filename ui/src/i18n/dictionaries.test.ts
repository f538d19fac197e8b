import { describe, expect, it } from "vitest";
import { en } from "./en.ts";
import { vi } from "./vi.ts";

type Tree = { [key: string]: string | string[] | Tree };

function leaves(tree: Tree, path = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] => {
    const at = path ? `${path}.${key}` : key;
    if (typeof value === "string") return [[at, value]];
    if (Array.isArray(value)) return value.map((text, index) => [`${at}.${index}`, text]);
    return leaves(value, at);
  });
}

const inEnglish = leaves(en);
const inVietnamese = new Map(leaves(vi as Tree));
const slots = (text: string) => [...text.matchAll(/\{\w+\}/g)].map((m) => m[0]).toSorted();

describe("dictionaries", () => {
  it("are not empty", () => expect(inEnglish.length).toBeGreaterThan(200));
  it("have the same keys", () =>
    expect([...inVietnamese.keys()].toSorted()).toEqual(inEnglish.map(([key]) => key).toSorted()));
  it.each(inEnglish)("%s has words and the same slots in both languages", (key, text) => {
    const other = inVietnamese.get(key)!;
    expect(other.trim()).not.toBe("");
    expect(slots(other)).toEqual(slots(text));
  });
  it("never shout", () => {
    for (const [, text] of [...inEnglish, ...inVietnamese]) expect(text).not.toContain("!");
  });
});
