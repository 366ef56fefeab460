import { createHash } from "node:crypto";
import type { PlanNodeView, StatementPlan } from "@streamgate/contract";
import {
  advisePlan,
  diffPlans,
  type ExplainedPlan,
  explainedFromNode,
  type PlanNode,
  readPlans,
} from "@streamgate/pg-advisor";
import { estimated } from "../figures/figure.ts";
import { withoutStrings } from "../proof-view/without-literals.ts";
import { instantOf } from "../ranges/time-range.ts";
import type { TimedPlan } from "./generic-plans.ts";
import { type KeptPlan, shapeHash } from "./history/plan-looks.ts";
import { planOutline, planView, planViewOfText } from "./plan-view.ts";
import type { ProvenPlan } from "./proven-plans.ts";

/** A plan in one stretch of time, or each time that a lab ran it. */
interface Sight {
  readonly source: string;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly root: PlanNodeView;
  /** Null where it cannot be read in full. */
  readonly explained: ExplainedPlan | null;
}

export interface SeenPlans {
  readonly proven: readonly ProvenPlan[];
  /** What the watched database had for plans, the latest first. */
  readonly kept: readonly KeptPlan[];
  /** What it says now. */
  readonly told: TimedPlan | null;
  readonly imagined: TimedPlan | null;
}

/**
 * The plans that a statement was seen to have, the latest first. A plan of the watched database that went and came back stands twice;
 * what labs saw several times is one.
 */
export function statementPlans(seen: SeenPlans): readonly StatementPlan[] {
  const { proven, imagined } = seen;
  const lab = proven.flatMap(({ text, at, withFix }): readonly Sight[] => {
    const root = planViewOfText(text);
    if (root === null) return [];
    const source = withFix ? "lab, with the fix" : "lab";
    const atMs = at.getTime();
    return [{ source, firstMs: atMs, lastMs: atMs, root, explained: explainedOfText(text) }];
  });
  const twin = imagined === null ? [] : [sightOf("twin", imagined.plan, imagined.atMs)];
  const sights = [...stretchesOf(seen), ...twin, ...merged(lab)].toSorted(latestFirst);
  const ids = new Set<string>();
  return sights.map((sight, index) => {
    const outline = idOf(sight);
    const id = ids.has(outline) ? `${outline}-${sight.firstMs.toString(36)}` : outline;
    ids.add(outline);
    const { source, firstMs, lastMs, root, explained } = sight;
    const lastSeenAt = instantOf(lastMs);
    const before = sights.slice(index + 1).find((one) => worldOf(one) === worldOf(sight));
    return {
      id,
      firstSeenAt: instantOf(firstMs),
      lastSeenAt,
      source,
      cost: estimated(root.cost, "cost"),
      root,
      problems: problemsOf(explained, lastSeenAt),
      changes: changesBetween(before?.explained ?? null, explained),
    };
  });
}

/** The watched database's own plans, with what it says now. */
function stretchesOf({ kept, told }: Pick<SeenPlans, "kept" | "told">): readonly Sight[] {
  const stretches = kept.map(({ plan, firstSeenMs, lastSeenMs }) => ({
    ...sightOf("database", plan, firstSeenMs),
    lastMs: lastSeenMs,
  }));
  if (told === null) return stretches;
  const now = sightOf("database", told.plan, told.atMs);
  const [latest, ...earlier] = stretches;
  const goesOn = kept[0] !== undefined && shapeHash(kept[0].plan) === shapeHash(told.plan);
  return latest !== undefined && goesOn
    ? [{ ...now, firstMs: latest.firstMs }, ...earlier]
    : [now, ...stretches];
}

/** Those of the same outline from the same source as one. */
function merged(sights: readonly Sight[]): readonly Sight[] {
  const groups = new Map<string, Sight>();
  for (const sight of sights) {
    const known = groups.get(idOf(sight));
    const latest = known === undefined || sight.lastMs > known.lastMs ? sight : known;
    groups.set(idOf(sight), {
      ...latest,
      firstMs: Math.min(sight.firstMs, known?.firstMs ?? sight.firstMs),
    });
  }
  return [...groups.values()];
}

/** Plans are compared where their rows, statistics and settings are the same. */
function worldOf({ source }: Sight): string {
  return source.startsWith("lab") ? "lab" : source;
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

function sightOf(source: string, plan: PlanNode, atMs: number): Sight {
  return {
    source,
    firstMs: atMs,
    lastMs: atMs,
    root: planView(plan),
    explained: explainedFromNode(plan),
  };
}

function idOf({ source, root }: Sight): string {
  return createHash("sha256")
    .update(`${source} ${planOutline(root)}`)
    .digest("hex")
    .slice(0, 16);
}

function latestFirst(one: Sight, other: Sight): number {
  return other.lastMs - one.lastMs;
}
