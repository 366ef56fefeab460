import { type Finding, isAtLeast } from "@streamgate/core";
import type { Labels } from "@streamgate/telemetry";
import { canonicalKey } from "../../series/canonical-key.ts";
import { beginGroup, groupKeyOf, type WatchedFindingRule } from "../group.ts";
import type { FindingRule, Rule } from "../rules/rule.ts";
import { createFindingCondition, findingLabels } from "./finding-condition.ts";

/** The rules over findings with what was reported. */
export interface FindingWatch {
  readonly rules: readonly WatchedFindingRule[];
  feed(source: Labels, findings: readonly Finding[], watchedMs: number): void;
}

/** @param groupLimit how many alerts of findings each rule may watch */
export function createFindingWatch(all: readonly Rule[], groupLimit: number): FindingWatch {
  const rules = all.flatMap((rule): readonly WatchedFindingRule[] =>
    rule.kind === "finding" ? [watch(rule)] : [],
  );
  return {
    rules,
    feed(source, findings, watchedMs) {
      const name = canonicalKey({ name: "", labels: source });
      for (const watched of rules) {
        const reported = new Set<string>();
        for (const finding of findings) {
          if (!concerns(watched.rule, finding)) continue;
          const labels = findingLabels(source, finding);
          const key = groupKeyOf(watched, labels);
          const known = watched.groups.get(key);
          if (known === undefined && watched.groups.size >= groupLimit) continue;
          const group = known ?? beginGroup(watched, labels, watchedMs);
          group.heardMs = watchedMs;
          group.condition.report(name, finding, watchedMs);
          reported.add(key);
        }
        for (const [key, group] of watched.groups)
          if (!reported.has(key)) group.condition.withdraw(name);
      }
    },
  };
}

function watch(rule: FindingRule): WatchedFindingRule {
  return {
    rule,
    kind: { labels: {}, severity: rule.severity, begin: () => createFindingCondition(rule) },
    groups: new Map(),
  };
}

function concerns({ least, kinds, exceptKinds }: FindingRule, finding: Finding): boolean {
  if (!isAtLeast(finding.severity, least) || exceptKinds.includes(finding.kind)) return false;
  return kinds.length === 0 || kinds.includes(finding.kind);
}
