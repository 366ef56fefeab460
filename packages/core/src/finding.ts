import type { Evidence, Interval } from "./evidence.ts";
import type { Fix } from "./fix.ts";
import type { Proof } from "./proof.ts";
import type { LookUpLoop, Replacement } from "./replacement.ts";

/** Every kind of problem that StreamGate can name, as `area/problem`. */
export const FINDING_KINDS = [
  "query/slow",
  "query/n-plus-one",
  "query/rewrite",
  "query/cacheable",
  "query/repeated",
  "query/unused-columns",
  "query/unbounded",
  "query/sequential",
  "query/summary",
  "query/regressed",
  "transaction/idle",
  "transaction/blocking",
  "plan/row-estimate",
  "plan/spill",
  "plan/rows-filtered",
  "plan/hidden-index",
  "plan/nested-loop",
  "plan/subplan-per-row",
  "plan/materialised-cte",
  "plan/offset",
  "plan/heap-fetches",
  "plan/lossy-bitmap",
  "plan/unpruned-partitions",
  "plan/stale-statistics",
  "plan/bloat",
  "plan/jit",
  "plan/planning-time",
  "plan/lock-wait",
  "index/missing",
  "index/unused",
  "index/duplicate",
  "index/redundant",
  "index/bloated",
  "index/invalid",
  "cache/low-hit-ratio",
  "cache/stampede",
  "cache/too-small",
  "cache/ttl-too-short",
  "cache/ttl-too-long",
  "cache/never-hit",
  "cache/value-too-large",
  "cache/hot-key",
  "cache/tag-too-wide",
  "cache/tier-open",
  "cache/tier-slow",
  "memory/leak",
  "memory/near-limit",
  "memory/buffer-churn",
  "handle/leak",
  "cpu/saturated",
  "cpu/rising",
  "cpu/throttled",
  "gc/pressure",
  "loop/blocked",
  "loop/synchronous-io",
  "loop/json",
  "loop/offload",
  "pool/exhausted",
  "http/slow-route",
  "slo/burning",
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** From least to most severe. */
export const SEVERITIES = ["info", "low", "medium", "high", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a finding is about. */
export interface Subject {
  /** The database that holds it; empty where the subject is not in a database. */
  readonly database: string;
  /** The object, quoted as SQL would need it: `public."Order"`. */
  readonly object: string;
}

/** A statement that a finding touches, as a person recognises it. */
export interface AffectedStatement {
  readonly fingerprint: string;
  readonly text: string;
  readonly calls: number;
  /** Share of the workload's time, 0 to 1. */
  readonly shareOfTime: number;
  readonly meanMs: number;
  /** The mean time that the fix is expected to bring, beside the fixes that save more where several would help. */
  readonly expectedMeanMs: number;
  /** The same with this fix alone, as a lab measures it. @default expectedMeanMs */
  readonly expectedAloneMs?: number;
}

/** One diagnosed problem: what, where, how bad, why we think so, and what would mend it. */
export interface Finding {
  /** Stable across runs for the same problem and the same remedy. */
  readonly id: string;
  readonly kind: FindingKind;
  readonly subject: Subject;
  readonly severity: Severity;
  /** One sentence for a person. */
  readonly summary: string;
  /** Time that the fix would save in each hour of this workload, in milliseconds. */
  readonly savedMsPerHour: number;
  /** The same with its interval, where the advisor knows how unsure it is. */
  readonly saved?: Interval;
  readonly statements: readonly AffectedStatement[];
  readonly evidence: readonly Evidence[];
  /** What a person is to do, in one or two sentences, where no fix can be applied for them. */
  readonly remedy?: string;
  /** Where in the code of the application, innermost first, where that is known: `loadOrder (src/orders.ts:42)`. */
  readonly site?: readonly string[];
  readonly fix?: Fix;
  /** A statement to send in the place of the finding's own: people put it into the code. */
  readonly replacement?: Replacement;
  /** Told by a traced process, which knows no parser: what a replacement is written from. */
  readonly loop?: LookUpLoop;
  /** Told by a traced process: the columns of a result that anybody looked at. */
  readonly columnsRead?: readonly string[];
  readonly proof?: Proof;
}

/** A remedy that was weighed and not advised, with the reason. Never silence. */
export interface Declined {
  /** What was weighed, as SQL or as a name. */
  readonly candidate: string;
  /** Stable word for the reason: `no-plan-uses-it`, `gain-too-small`. */
  readonly reason: string;
  /** One sentence with the figures behind the reason. */
  readonly explanation: string;
}

/**
 * Whether `severity` is at least as severe as `threshold`.
 *
 * @example
 * ```ts
 * import { isAtLeast } from "@streamgate/core";
 * isAtLeast("high", "medium"); // true
 * ```
 */
export function isAtLeast(severity: Severity, threshold: Severity): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(threshold);
}
