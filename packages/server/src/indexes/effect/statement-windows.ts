import type { SeriesGroup } from "@streamgate/monitor";
import type { StatementWindow } from "@streamgate/pg-advisor";
import type { Span } from "./effect-span.ts";

/** What was read of the statements of one database in one stretch of time, by steps. */
export interface StatementSteps {
  readonly span: Span;
  readonly stepMs: number;
  /** By fingerprint. */
  readonly calls: readonly SeriesGroup[];
  /** By fingerprint. */
  readonly seconds: readonly SeriesGroup[];
  /** Of the database as a whole: where there is none, it was not read. */
  readonly read: readonly SeriesGroup[];
}

/** One window for each step in which the database was read; a statement is known in it by its fingerprint. */
export function statementWindows(steps: StatementSteps): readonly StatementWindow[] {
  const { span, stepMs, calls, seconds, read } = steps;
  const count = Math.round((span.toMs - span.fromMs) / stepMs);
  const secondsOf = new Map(seconds.map((group) => [group.labels.fingerprint ?? "", group]));
  return Array.from({ length: count }, (_, step) => step)
    .filter((step) => read.some((group) => group.steps[step] !== undefined))
    .map((step) => {
      const fromMs = span.fromMs + step * stepMs;
      return {
        from: new Date(fromMs).toISOString(),
        to: new Date(fromMs + stepMs).toISOString(),
        durationMs: stepMs,
        counters: calls.flatMap((group) => {
          const fingerprint = group.labels.fingerprint ?? "";
          const called = increaseOf(group, step);
          const totalMs = increaseOf(secondsOf.get(fingerprint), step) * 1_000;
          return called > 0 ? [countersOf(fingerprint, called, totalMs)] : [];
        }),
        warnings: [],
      };
    });
}

function increaseOf(group: SeriesGroup | undefined, step: number): number {
  const total = group?.steps[step];
  return total?.kind === "counter" ? total.increase : 0;
}

/** Of what the series do not keep, nothing is said. */
function countersOf(
  fingerprint: string,
  calls: number,
  totalMs: number,
): StatementWindow["counters"][number] {
  const meanMs = totalMs / calls;
  return {
    queryId: fingerprint,
    isTopLevel: true,
    text: "",
    calls,
    totalMs,
    meanMs,
    stddevMs: 0,
    minMs: meanMs,
    maxMs: meanMs,
    rows: 0,
    sharedBlocksHit: 0,
    sharedBlocksRead: 0,
    tempBlocksWritten: 0,
    walBytes: 0,
  };
}
