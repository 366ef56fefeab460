import type { Proof, StatementProof } from "@streamgate/core";
import { readPlans } from "../../plans/read/read-plans.ts";
import { qualify } from "../../schema/identifiers.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import type { TimedChange } from "./fit-time-model.ts";
import { anatomyOf, type PlanWork, type WorkFacts, workFactsOf } from "./plan-work.ts";

/**
 * What proofs teach the calibration: the work of both plans of each statement that reads the new index, beside the medians of the times that
 * they really took. To be given to `chooseIndexes` as `measured` the next time.
 *
 * @example
 * ```ts
 * import type { Proof } from "@streamgate/core";
 * import { type Snapshot, timedChangesOf } from "@streamgate/pg-advisor";
 * const lessons = (proofs: readonly Proof[], snapshot: Snapshot) =>
 *   timedChangesOf(proofs, snapshot).length;
 * ```
 */
export function timedChangesOf(
  proofs: readonly Pick<Proof, "statements" | "lab">[],
  snapshot: Pick<Snapshot, "relations" | "settings">,
): readonly TimedChange[] {
  if (proofs.length === 0) return [];
  const facts = workFactsOf(snapshot);
  return proofs.flatMap(({ statements, lab }) => {
    const inLab = factsInLab(facts, lab);
    return statements.flatMap((statement) => changeOf(statement, inLab));
  });
}

function changeOf(
  { usesFix, planBefore, planAfter, beforeMs, afterMs }: StatementProof,
  facts: WorkFacts,
): readonly TimedChange[] {
  const [before, after] = [workOf(planBefore, facts), workOf(planAfter, facts)];
  const [medianBefore, medianAfter] = [medianOf(beforeMs), medianOf(afterMs)];
  if (!usesFix || before === null || after === null) return [];
  if (medianBefore === null || medianAfter === null) return [];
  return [{ before, after, beforeMs: medianBefore, afterMs: medianAfter }];
}

/** Null where the plan cannot be read: a proof of an older StreamGate may have kept another form. */
function workOf(text: string, facts: WorkFacts): PlanWork | null {
  try {
    const [plan] = readPlans(text);
    return plan === undefined ? null : anatomyOf(plan.root, facts).work;
  } catch {
    return null;
  }
}

/** A sampled copy has fewer pages than the table. */
function factsInLab(facts: WorkFacts, { tables }: Proof["lab"]): WorkFacts {
  const shares = new Map(tables.map(({ table, share }) => [table, share]));
  return {
    ...facts,
    relation: (schema, name) => {
      const known = facts.relation(schema, name);
      const share = shares.get(qualify({ schema: schema ?? "public", name })) ?? 1;
      return known === null ? null : { pages: known.pages * share, rows: known.rows * share };
    },
  };
}

function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
