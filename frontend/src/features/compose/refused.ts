import { ApiError } from "../../protocol/client";
import { wordsOf } from "../../ui/Notice";

/** Why an upload failed, and whether the same file may do better the next time. */
export function refusedBecause(error: unknown) {
  const { title: reason, hint } = wordsOf(error);
  const retry = error instanceof ApiError && (error.unreachable || error.status >= 500);
  return { reason, hint, retry };
}
