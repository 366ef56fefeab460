import { type Clock, messageOf } from "@streamgate/core";
import type { PurgeOutcome } from "../purger.ts";

export interface PurgeRequest {
  readonly url: string;
  readonly method: "POST" | "PURGE";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export type Exchange =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly headers: Headers;
      readonly text: string;
    }
  | { readonly kind: "unreachable"; readonly reason: string };

/** Sends a request and reads the whole answer; no redirect is followed, for it would carry the credentials away. */
export async function exchange(request: PurgeRequest): Promise<Exchange> {
  const { url, method, headers, body, timeoutMs, signal } = request;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method,
      headers,
      redirect: "manual",
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return { kind: "answered", status: response.status, headers: response.headers, text };
  } catch (error) {
    if (timeout.aborted) return { kind: "unreachable", reason: `no answer in ${timeoutMs} ms` };
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return { kind: "unreachable", reason: messageOf(cause) };
  }
}

/** Statuses that may pass by themselves: RFC 9110 §15, and 507, Akamai's full queue. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504, 507, 520, 521, 522, 523, 524]);

/** What an answer means where the service gives no meaning of its own to it. */
export function outcomeOf(answer: Exchange, clock: Clock, said?: string): PurgeOutcome {
  if (answer.kind === "unreachable") return { kind: "retry", reason: answer.reason };
  const { status, headers } = answer;
  if (status >= 200 && status < 300) return { kind: "purged" };
  const reason = `HTTP ${status}${said === undefined || said === "" ? "" : `: ${said.slice(0, 200)}`}`;
  if (!PASSING.has(status)) return { kind: "refused", reason };
  const retryAfterMs = retryAfterMsOf(headers.get("retry-after"), clock);
  return { kind: "retry", reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** Seconds or a date (RFC 9110 §10.2.3), in milliseconds from now; undefined for anything else. */
export function retryAfterMsOf(value: string | null, clock: Clock): number | undefined {
  if (value === null) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - clock.now().getTime());
}

/** An answer's JSON object; empty where it is none. */
export function parsedObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
