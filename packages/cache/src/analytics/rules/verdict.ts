import type {
  Advice,
  Declined,
  Evidence,
  Finding,
  FindingKind,
  Fix,
  Severity,
} from "@streamgate/core";
import type { CacheStatistics, NamespaceStatistics } from "../statistics.ts";

/** What a rule found about one subject: a problem, or why there is none. */
export type Verdict = Problem | Dismissal;

interface Problem {
  readonly kind: FindingKind;
  /** A namespace, a tier, a tag, a key. */
  readonly object: string;
  readonly severity: Severity;
  readonly summary: string;
  /** What mending it would save in the time that `recent` covers, ms. */
  readonly savedMs: number;
  readonly evidence: readonly Figure[];
  readonly fix?: Fix;
}

/** Evidence without what all evidence of one reading shares. */
type Figure = Pick<Evidence, "name" | "value" | "unit" | "rung">;

interface Dismissal {
  readonly candidate: string;
  readonly reason: string;
  readonly explanation: string;
}

const HOUR_MS = 3_600_000;
const SOURCE = "cache statistics";

/** Findings and declined remedies of a rule's verdicts. */
export function adviceOf(statistics: CacheStatistics, verdicts: readonly Verdict[]): Advice {
  const findings: Finding[] = [];
  const declined: Declined[] = [];
  for (const verdict of verdicts) {
    if ("reason" in verdict) declined.push(verdict);
    else findings.push(findingOf(statistics, verdict));
  }
  return { findings, declined };
}

/** One verdict a namespace; those that nobody read lately are told so and not judged. */
export function judgeNamespaces(
  statistics: CacheStatistics,
  remedy: string,
  judge: (namespace: NamespaceStatistics) => Verdict,
): readonly Verdict[] {
  return statistics.namespaces.map((namespace) =>
    namespace.recent.lookups > 0
      ? judge(namespace)
      : {
          candidate: `${remedy} of ${namespace.name}`,
          reason: "no-traffic",
          explanation: `Nobody read ${namespace.name} in the window.`,
        },
  );
}

/**
 * How severe it is to lose `savedMs` of what all namespaces spent on loads in the window; a share of
 * half is high.
 */
export function severityOf(statistics: CacheStatistics, savedMs: number): Severity {
  const spentMs = statistics.namespaces.reduce((sum, { recent }) => sum + recent.loadMs.sum, 0);
  const share = spentMs === 0 ? 0 : savedMs / spentMs;
  if (share >= 0.5) return "high";
  if (share >= 0.2) return "medium";
  return share >= 0.02 ? "low" : "info";
}

/** A share for a person: `98.1 %`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** A change of one option of the cache, taken back by its former value. */
export function settingFix(
  summary: string,
  name: string,
  values: { readonly value: number; readonly previousValue: number },
  moreBytes = 0,
): Fix {
  const value = String(values.value);
  const previousValue = String(values.previousValue);
  return {
    summary,
    steps: [{ kind: "setting", name, value, previousValue }],
    risk: "low",
    riskReason: "It changes no answer, and the former value can be set again at any time.",
    expectedDurationMs: 0,
    expectedSizeBytes: moreBytes,
  };
}

function findingOf(statistics: CacheStatistics, problem: Problem): Finding {
  const { kind, object, severity, summary, savedMs, evidence, fix } = problem;
  const { at, recentMs } = statistics;
  return {
    id: `${kind}:${object}`,
    kind,
    subject: { database: "", object },
    severity,
    summary,
    savedMsPerHour: recentMs > 0 ? (savedMs * HOUR_MS) / recentMs : 0,
    statements: [],
    evidence: evidence.map((figure) => ({ ...figure, source: SOURCE, at })),
    ...(fix === undefined ? {} : { fix }),
  };
}
