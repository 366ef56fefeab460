import { type Clock, messageOf, StreamGateError } from "@streamgate/core";
import type { Delivery } from "../channel.ts";
import { type PostAnswer, type PostOptions, postJson } from "./post-json.ts";

/** Answers that may be others later: RFC 9110, 6585, 8470. All 5xx are, too. */
const PASSING = new Set([408, 425, 429]);

/** Failures of TLS that only a person can mend. */
const BAD_CERTIFICATE = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT)/;

/** What the fields of an answer mean, beyond its status. */
export type ReadReceipt = (answer: PostAnswer) => string | undefined;

/** Sends JSON and says what came of it; throws nothing. */
export async function deliverJson(
  options: PostOptions,
  clock: Clock,
  readReceipt: ReadReceipt = () => undefined,
): Promise<Delivery> {
  try {
    const answer = await postJson(options);
    return judgeAnswer(answer, clock.now().getTime(), readReceipt);
  } catch (error) {
    return judgeFailure(error, options);
  }
}

/** @param nowMs for a Retry-After that is a date */
function judgeAnswer(
  answer: PostAnswer,
  nowMs: number,
  readReceipt: ReadReceipt = () => undefined,
): Delivery {
  const { status } = answer;
  if (status >= 200 && status < 300) {
    const receipt = readReceipt(answer);
    return receipt === undefined
      ? { outcome: "delivered" }
      : { outcome: "delivered", receipt: receipt.slice(0, 200) };
  }
  const reason = `it answered ${status}${answer.text === "" ? "" : `: ${excerpt(answer.text)}`}`;
  if (status < 500 && !PASSING.has(status)) return { outcome: "refused", reason };
  const retryAfterMs = parseRetryAfter(answer.retryAfter, nowMs);
  return retryAfterMs === undefined
    ? { outcome: "failed", reason }
    : { outcome: "failed", reason, retryAfterMs };
}

/** Seconds or a date (RFC 9110, 10.2.3) as milliseconds from now; undefined for anything else. */
function parseRetryAfter(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(text)) return Number(text) * 1_000;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

function judgeFailure(error: unknown, { url, signal }: PostOptions): Delivery {
  if (signal.aborted) return { outcome: "failed", reason: `${url.host} did not answer in time` };
  if (error instanceof StreamGateError) return { outcome: "refused", reason: error.message };
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reason = `${url.host}: ${messageOf(error) || code}`;
  return { outcome: BAD_CERTIFICATE.test(code) ? "refused" : "failed", reason };
}

/** The beginning of what a receiver said, on one line. */
function excerpt(text: string): string {
  return text.replace(/\s+/g, " ").trim().slice(0, 200);
}
