import { messageOf, StreamGateError } from "@streamgate/core";
import { quoteIdentifier } from "../schema/identifiers.ts";
import { codeOf } from "./connection-problems.ts";
import {
  readingAborted,
  readingFailed,
  readingForbidden,
  readingLocked,
  readingTimedOut,
} from "./errors.ts";
import type { ResolvedReadOptions } from "./options.ts";

const STATEMENT_TIMEOUT = "57014";
const LOCK_TIMEOUT = "55P03";
const FORBIDDEN = "42501";

/** What the failure of a question means, and what mends it. */
export function explainReadingError(
  cause: unknown,
  user: string,
  options: ResolvedReadOptions,
): StreamGateError {
  if (options.signal?.aborted) return readingAborted(options.signal.reason);
  if (cause instanceof StreamGateError) return cause;
  switch (codeOf(cause)) {
    case STATEMENT_TIMEOUT:
      return readingTimedOut(options.statementTimeoutMs, cause);
    case LOCK_TIMEOUT:
      return readingLocked(options.lockTimeoutMs, cause);
    case FORBIDDEN: {
      const role = quoteIdentifier(user);
      return readingForbidden(
        messageOf(cause),
        `grant pg_monitor, pg_read_all_data to ${role}`,
        cause,
      );
    }
    default:
      return readingFailed(messageOf(cause), cause);
  }
}

/**
 * Whether an object vanished between two questions: functions such as pg_get_expr look at the
 * catalogue as it is now, not as it was when the transaction began.
 */
export function isVanishedObject(thrown: unknown): boolean {
  const code = codeOf(thrown);
  if (code === "42P01" || code === "42704" || code === "42703") return true;
  return code === "XX000" && /cache lookup failed|could not (open|find)/.test(messageOf(thrown));
}
