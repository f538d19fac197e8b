/** Words for a failed request, by its stable code; the server's prose is never shown. */
import { ApiError } from "../api/client.ts";
import type { Dictionary } from "../i18n/en.ts";
import { fill } from "../i18n/format.ts";

export function problemText(error: unknown, words: Dictionary): string {
  if (!(error instanceof ApiError)) throw error;
  const known = words.error[error.code as keyof Dictionary["error"]];
  if (known && error.code !== "other") return known;
  const byStatus: Record<number, string> = {
    401: words.error.unauthenticated,
    403: words.error.not_allowed,
    404: words.error.not_found,
    409: words.error.conflict,
    422: words.error.invalid_input,
    503: words.error.unavailable,
  };
  return byStatus[error.status] ?? fill(words.error.other, { code: error.code });
}
