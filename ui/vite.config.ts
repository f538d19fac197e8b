/** Build of the screen into the Python package, with a development server that talks to a desk or to the mock. */
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { mockDesk } from "./mock/plugin.ts";

const desk = process.env["HAIDANG_URL"] ?? `http://127.0.0.1:${process.env["HAIDANG_PORT"] ?? "8321"}`;
const mocked = process.env["HAIDANG_MOCK"] === "1";

export default defineConfig(({ command, mode }) => ({
  plugins: [svelte(), ...(command === "serve" && mocked && mode !== "test" ? [mockDesk()] : [])],
  build: {
    outDir: "../src/haidang/web",
    emptyOutDir: true,
    target: "es2022",
    // MapLibre alone is about 1 MB before compression; it is one library and cannot be cut smaller.
    chunkSizeWarningLimit: 1400,
  },
  server: mocked ? {} : { proxy: { "/api": { target: desk, ws: true } } },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
  },
  ...(mode === "test" ? { resolve: { conditions: ["browser"] } } : {}),
}));
