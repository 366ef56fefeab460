import type { ProcessFinding } from "./process-findings.ts";

/** Since when processes have told each finding, as far as this instance knows. */
export interface FirstHeard {
  /** Notes what is told now; what is no longer told is forgotten. */
  note(told: readonly ProcessFinding[]): void;
  /** In ms since 1970. */
  sinceMs(one: ProcessFinding): number;
}

export function rememberFirstHeard(): FirstHeard {
  const first = new Map<string, number>();
  return {
    note: (told) => {
      const now = new Set(told.map(keyOf));
      for (const key of first.keys()) if (!now.has(key)) first.delete(key);
      for (const one of told) if (!first.has(keyOf(one))) first.set(keyOf(one), one.heardAtMs);
    },
    sinceMs: (one) => first.get(keyOf(one)) ?? one.heardAtMs,
  };
}

function keyOf({ service, finding }: ProcessFinding): string {
  return JSON.stringify([service, finding.id]);
}
