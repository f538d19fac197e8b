import { describe, expect, it } from "vitest";
import { density } from "./density.ts";

describe("density", () => {
  it("counts starts by slice and leaves out what lies outside", () => {
    expect(density([0, 1, 49, 50, 99, 100, -1], 100, 100, 2)).toEqual([3, 2]);
  });
});
