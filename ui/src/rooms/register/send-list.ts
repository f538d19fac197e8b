/** A list goes to the server as the file's own bytes, so that its encoding is the server's to find out. */
import { ApiError, read } from "../../api/client.ts";
import type { Problem } from "../../api/types.ts";
import type { ImportAnswer } from "../answers.ts";

export const MAX_LIST_BYTES = 16 * 1024 * 1024;

/**
 * Compare a list with the register, or write it.
 *
 * @param operationId "" only compares; an id writes, and the same id again writes nothing more.
 */
export async function sendList(list: Blob, operationId = ""): Promise<ImportAnswer> {
  if (list.size > MAX_LIST_BYTES) throw new ApiError(413, "too_large", null);
  const { csrf } = await read<{ csrf: string }>("/api/session");
  let response: Response;
  try {
    response = await fetch(`/api/register/import${operationId ? "" : "?dry_run=1"}`, {
      method: "POST",
      credentials: "same-origin",
      headers: {
        Accept: "application/json",
        "Content-Type": "text/csv",
        "X-CSRF-Token": csrf,
        ...(operationId ? { "X-Operation-Id": operationId } : {}),
      },
      body: list,
    });
  } catch {
    throw new ApiError(0, "unreachable", null);
  }
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok) {
    const problem = answer as Problem | null;
    throw new ApiError(response.status, problem?.code ?? `http_${response.status}`, problem);
  }
  return answer as ImportAnswer;
}
