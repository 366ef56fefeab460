import { createHash } from "node:crypto";
import type { PlanNodeView, StatementPlan } from "@streamgate/contract";
import {
  advisePlan,
  diffPlans,
  type ExplainedPlan,
  explainedFromNode,
  readPlans,
} from "@streamgate/pg-advisor";
import { estimated } from "../figures/figure.ts";
import { withoutStrings } from "../proof-view/without-literals.ts";
import type { TimedPlan } from "./generic-plans.ts";
import { planOutline, planView, planViewOfText } from "./plan-view.ts";
import type { ProvenPlan } from "./proven-plans.ts";

/** One sight of a plan. */
interface Sight {
  readonly source: string;
  readonly atMs: number;
  readonly root: PlanNodeView;
  /** Null where it cannot be read in full. */
  readonly explained: ExplainedPlan | null;
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
      return root === null
        ? []
        : [{ source, atMs: at.getTime(), root, explained: explainedOfText(text) }];
    }),
  ];
  const groups = new Map<string, Sight[]>();
  for (const sight of sights) {
    const id = idOf(sight);
    const known = groups.get(id);
    if (known === undefined) groups.set(id, [sight]);
    else known.push(sight);
  }
  const plans = [...groups].flatMap(([id, seen]) => planOf(id, seen)).toSorted(latestFirst);
  return plans.map(({ explained, ...plan }, index) => ({
    ...plan,
    problems: problemsOf(explained, plan.lastSeenAt),
    changes: changesBetween(plans[index + 1]?.explained ?? null, explained),
  }));
}

interface ExplainedView extends Omit<StatementPlan, "problems" | "changes"> {
  readonly explained: ExplainedPlan | null;
}

function planOf(id: string, seen: readonly Sight[]): readonly ExplainedView[] {
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
      explained: latest.explained,
    },
  ];
}

/** Values in a sentence are nobody's business; its figures are the point of it. */
function problemsOf(explained: ExplainedPlan | null, at: string): readonly string[] {
  if (explained === null) return [];
  return advisePlan({ plan: explained, at }).findings.map(({ finding }) =>
    withoutStrings(finding.summary),
  );
}

function changesBetween(
  before: ExplainedPlan | null,
  after: ExplainedPlan | null,
): readonly string[] {
  if (before === null || after === null) return [];
  return diffPlans(before, after).changes.map(({ sentence }) => withoutStrings(sentence));
}

/** Null where the reader of whole plans refuses what the reader of outlines takes. */
function explainedOfText(text: string): ExplainedPlan | null {
  try {
    return readPlans(text)[0] ?? null;
  } catch {
    return null;
  }
}

function sightOf(source: string, { plan, atMs }: TimedPlan): Sight {
  return { source, atMs, root: planView(plan), explained: explainedFromNode(plan) };
}

function idOf({ source, root }: Sight): string {
  return createHash("sha256")
    .update(`${source} ${planOutline(root)}`)
    .digest("hex")
    .slice(0, 16);
}

function latestFirst(one: ExplainedView, other: ExplainedView): number {
  return one.lastSeenAt < other.lastSeenAt ? 1 : -1;
}
