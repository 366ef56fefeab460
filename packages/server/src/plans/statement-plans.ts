import { createHash } from "node:crypto";
import type { PlanNodeView, StatementPlan } from "@streamgate/contract";
import { estimated } from "../figures/figure.ts";
import type { TimedPlan } from "./generic-plans.ts";
import { planOutline, planView, planViewOfText } from "./plan-view.ts";
import type { ProvenPlan } from "./proven-plans.ts";

/** One sight of a plan. */
interface Sight {
  readonly source: string;
  readonly atMs: number;
  readonly root: PlanNodeView;
}

export interface SeenPlans {
  readonly proven: readonly ProvenPlan[];
  readonly told: TimedPlan | null;
  readonly imagined: TimedPlan | null;
}

/** The plans that a statement was seen to have, the latest first; what was seen several times is one. */
export function statementPlans({ proven, told, imagined }: SeenPlans): readonly StatementPlan[] {
  const sights: Sight[] = [
    ...(told === null ? [] : [sightOf("database", told)]),
    ...(imagined === null ? [] : [sightOf("twin", imagined)]),
    ...proven.flatMap(({ text, at, withFix }) => {
      const root = planViewOfText(text);
      const source = withFix ? "lab, with the fix" : "lab";
      return root === null ? [] : [{ source, atMs: at.getTime(), root }];
    }),
  ];
  const groups = new Map<string, Sight[]>();
  for (const sight of sights) {
    const id = idOf(sight);
    const known = groups.get(id);
    if (known === undefined) groups.set(id, [sight]);
    else known.push(sight);
  }
  return [...groups].flatMap(([id, seen]) => planOf(id, seen)).toSorted(latestFirst);
}

function planOf(id: string, seen: readonly Sight[]): readonly StatementPlan[] {
  const times = seen.map(({ atMs }) => atMs);
  const [latest] = seen.toSorted((one, other) => other.atMs - one.atMs);
  if (latest === undefined) return [];
  return [
    {
      id,
      firstSeenAt: new Date(Math.min(...times)).toISOString(),
      lastSeenAt: new Date(Math.max(...times)).toISOString(),
      source: latest.source,
      cost: estimated(latest.root.cost, "cost"),
      root: latest.root,
    },
  ];
}

function sightOf(source: string, { plan, atMs }: TimedPlan): Sight {
  return { source, atMs, root: planView(plan) };
}

function idOf({ source, root }: Sight): string {
  return createHash("sha256")
    .update(`${source} ${planOutline(root)}`)
    .digest("hex")
    .slice(0, 16);
}

function latestFirst(one: StatementPlan, other: StatementPlan): number {
  return one.lastSeenAt < other.lastSeenAt ? 1 : -1;
}
