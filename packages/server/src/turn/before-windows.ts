import type { Finding } from "@streamgate/core";
import type { Application, StatementWindow, Workload } from "@streamgate/pg-advisor";

/** How production was before an apply, and the statements that it was made of. */
export interface BeforeWindows {
  readonly windows: readonly StatementWindow[];
  readonly workload: Workload;
}

/** What the store keeps of an apply, so that production can be judged again later. */
export interface AppliedDocument extends Application {
  /** Empty where nothing was watched before the apply. */
  readonly before: readonly StatementWindow[];
}

/** A verification looks at 20 bystanders and 100 statements of control: these are sure to be among so many. */
const MOST_STATEMENTS = 400;

/** The windows with the counters of the statements that a judgement may need, without their texts. */
export function keptWindows(
  { windows, workload }: BeforeWindows,
  finding: Finding,
): readonly StatementWindow[] {
  const targets = new Set(finding.statements.map(({ fingerprint }) => fingerprint));
  const isTarget = ({ fingerprint }: { readonly fingerprint: string }): boolean =>
    targets.has(fingerprint);
  const chosen = [
    ...workload.statements.filter(isTarget),
    ...workload.statements.filter((statement) => !isTarget(statement)).slice(0, MOST_STATEMENTS),
  ];
  const ids = new Set(chosen.flatMap(({ queryIds }) => queryIds));
  return windows.map((window) => ({
    ...window,
    counters: window.counters
      .filter(({ queryId }) => ids.has(queryId))
      .map((counters) => ({ ...counters, text: "" })),
  }));
}

/** The windows that a document holds; one of an older StreamGate holds none. */
export function beforeOf(document: unknown): readonly StatementWindow[] {
  if (typeof document !== "object" || document === null) return [];
  const { before } = document as Partial<AppliedDocument>;
  return Array.isArray(before) ? before : [];
}
