import type { RuleView } from "@streamgate/contract";
import type { Rule } from "@streamgate/monitor";
import type { StandingAlerts } from "./alert-view.ts";

/** The rules with how many alerts each has now: those that have some first. */
export function ruleViews(
  rules: readonly Rule[],
  { firing, pending }: StandingAlerts,
): readonly RuleView[] {
  const firingOf = countByRule(firing.filter(({ state }) => state === "firing"));
  const pendingOf = countByRule(pending);
  const views = rules.map((rule): RuleView => {
    const { name, kind, severity, summary, runbook, ...rest } = rule;
    return {
      name,
      kind,
      severity,
      definition: { name, kind, severity, summary, ...rest, runbook },
      summary,
      runbook,
      firing: firingOf.get(name) ?? 0,
      pending: pendingOf.get(name) ?? 0,
    };
  });
  return views.sort((left, right) => right.firing - left.firing || right.pending - left.pending);
}

function countByRule(
  alerts: readonly { readonly ruleName: string }[],
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { ruleName } of alerts) counts.set(ruleName, (counts.get(ruleName) ?? 0) + 1);
  return counts;
}
