/** Words for a refused write or read, by code; the server's own prose is for its log. */
import { ApiError } from "../api/client.ts";
import { problemText } from "../drawer/problem.ts";
import { t } from "../i18n/index.svelte.ts";
import { w } from "./words.ts";

export function roomProblem(error: unknown): string {
  if (error instanceof ApiError) {
    const known = w().problem[error.code as keyof ReturnType<typeof w>["problem"]];
    if (known) return known;
  }
  return problemText(error, t());
}
