import { type Clock, type Random, seededRandom, systemClock } from "@streamgate/core";
import type { Registry } from "../metrics/registry.ts";
import type { ProcessIdentity } from "../report/process-report.ts";
import type { Tracer } from "../tracing/tracer.ts";
import type { Temporality } from "./encode-metrics.ts";
import { badOtlpOption } from "./errors.ts";

export interface OtlpExporterOptions {
  /** Where the receiver is: `http://127.0.0.1:4318`; `/v1/traces` and `/v1/metrics` are added. */
  readonly url: string;
  /** Who speaks. */
  readonly identity: ProcessIdentity;
  /** Its metrics are sent. @default none are */
  readonly registry?: Registry;
  /** Its kept traces are sent. @default none are */
  readonly tracer?: Tracer;
  /** Sent along, such as `authorization`. @default {} */
  readonly headers?: Readonly<Record<string, string>>;
  /** @default "cumulative" */
  readonly temporality?: Temporality;
  /** @default 60_000 */
  readonly metricsEveryMs?: number;
  /** @default 5_000 */
  readonly tracesEveryMs?: number;
  /** Kept traces that wait for the next turn; more are dropped. @default 1_000 */
  readonly maxWaitingTraces?: number;
  /** Of one attempt. @default 10_000 */
  readonly timeoutMs?: number;
  /** Encoded bytes of each signal that wait for the receiver. @default 8 MiB */
  readonly maxQueueBytes?: number;
  /** @default 1_000 */
  readonly firstRetryMs?: number;
  /** @default 30_000 */
  readonly longestRetryMs?: number;
  /** After so long a payload is given up. @default 120_000 */
  readonly maxRetryingMs?: number;
  /** Bodies of a kilobyte and more. @default true */
  readonly isGzipped?: boolean;
  /** Told of what was dropped or rejected. @default nobody */
  readonly onProblem?: (problem: string) => void;
  /** @default the system's */
  readonly clock?: Clock;
  /** Spreads the retries. @default seeded by the process's id */
  readonly random?: Random;
}

export interface ResolvedOtlpExporterOptions
  extends Required<Omit<OtlpExporterOptions, "registry" | "tracer">> {
  readonly registry: Registry | undefined;
  readonly tracer: Tracer | undefined;
}

const DEFAULTS = {
  headers: {},
  temporality: "cumulative",
  metricsEveryMs: 60_000,
  tracesEveryMs: 5_000,
  maxWaitingTraces: 1_000,
  timeoutMs: 10_000,
  maxQueueBytes: 8 * 1_024 * 1_024,
  firstRetryMs: 1_000,
  longestRetryMs: 30_000,
  maxRetryingMs: 120_000,
  isGzipped: true,
  onProblem: () => undefined,
  clock: systemClock,
} as const;

const NUMBERS = [
  "metricsEveryMs",
  "tracesEveryMs",
  "maxWaitingTraces",
  "timeoutMs",
  "maxQueueBytes",
  "firstRetryMs",
  "longestRetryMs",
  "maxRetryingMs",
] as const;

/** What `setInterval` can count. */
const LONGEST_MS = 2_147_483_647;

/** @throws StreamGateError `SG_TELEMETRY_BAD_OTLP_OPTION` */
export function resolveOtlpOptions(options: OtlpExporterOptions): ResolvedOtlpExporterOptions {
  const resolved = {
    ...DEFAULTS,
    ...options,
    registry: options.registry,
    tracer: options.tracer,
    random: options.random ?? seededRandom(options.identity.pid),
  };
  if (!isHttpUrl(resolved.url)) {
    throw badOtlpOption("url", resolved.url, "an address like http://127.0.0.1:4318");
  }
  for (const name of NUMBERS) {
    const value = resolved[name];
    if (!(value >= 1 && value <= LONGEST_MS)) {
      throw badOtlpOption(name, value, `a number from 1 to ${LONGEST_MS}`);
    }
  }
  return resolved;
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
