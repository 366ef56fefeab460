import type { Finding } from "@streamgate/core";
import { redactDeeply } from "../secrets/redact.ts";
import { actsOf } from "./acts-of.ts";
import type { Dismissal } from "./dismissals.ts";
import type { Recommendation } from "./recommendation.ts";
import { estimatedSaving, savedFigure } from "./saved-figure.ts";
import type { StoredFinding } from "./stored-findings.ts";

/** Of the store. @param isReachable the configuration names its database */
export function storedRecommendation(stored: StoredFinding, isReachable: boolean): Recommendation {
  const { target, state, stateSince, finding, speedups, verification, isGone } = stored;
  const hasFix = finding.fix !== undefined;
  const isProvable = hasFix || finding.replacement !== undefined;
  // What production said of a fix that no longer stands says nothing of now.
  const seen = state === "reverted" || state === "found" ? null : verification;
  return {
    summary: {
      id: finding.id,
      target,
      kind: finding.kind,
      severity: finding.severity,
      state,
      stateSince,
      subject: finding.subject.object,
      summary: finding.summary,
      saved: savedFigure({ finding, speedups, verification: seen }),
      acts: actsOf(state, { hasFix, isProvable, isReachable, isGone }),
      href: "",
    },
    finding,
    isGone,
    isTold: false,
  };
}

/** Told by a watched process, or by what watches a database. @param sinceMs when it was first told, in ms since 1970 */
export function toldRecommendation(
  target: string,
  finding: Finding,
  sinceMs: number,
  dismissals: readonly Dismissal[],
): Recommendation {
  const dismissal = dismissals.find((one) => one.target === target && one.finding === finding.id);
  const state = dismissal === undefined ? "found" : "dismissed";
  const shown = redactDeeply(finding);
  return {
    summary: {
      id: finding.id,
      target,
      kind: finding.kind,
      severity: finding.severity,
      state,
      stateSince: dismissal?.at ?? new Date(sinceMs).toISOString(),
      subject: shown.subject.object,
      summary: shown.summary,
      saved: estimatedSaving(finding),
      acts: actsOf(state, {
        hasFix: false,
        isProvable: false,
        isReachable: false,
        isGone: false,
      }),
      href: "",
    },
    finding: shown,
    isGone: false,
    isTold: true,
  };
}

/** An id that two targets have needs its target in the address. */
export function withHrefs(all: readonly Recommendation[]): readonly Recommendation[] {
  const targets = new Map<string, number>();
  for (const { summary } of all) targets.set(summary.id, (targets.get(summary.id) ?? 0) + 1);
  return all.map((one) => {
    const { id, target } = one.summary;
    const query = (targets.get(id) ?? 0) > 1 ? `?target=${encodeURIComponent(target)}` : "";
    const href = `/recommendations/${encodeURIComponent(id)}${query}`;
    return { ...one, summary: { ...one.summary, href } };
  });
}
