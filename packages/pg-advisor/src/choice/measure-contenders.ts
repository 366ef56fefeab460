import { type Declined, messageOf } from "@streamgate/core";
import type { Candidate, IndexDefinition } from "../candidates/candidate.ts";
import { createColumnFacts } from "../candidates/column-facts.ts";
import { nameless } from "../candidates/definition-sql.ts";
import { keyOf } from "../schema/identifiers.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { WhatIf } from "../what-if/what-if.ts";
import type { Contender } from "./configuration-value.ts";
import { leastSavedBesideIn } from "./least-saving.ts";
import type { ResolvedChoiceOptions } from "./options.ts";
import type { Superseded } from "./superseded-indexes.ts";
import type { WriteRates } from "./write-rates.ts";

interface MeasureInput {
  readonly candidates: readonly Candidate[];
  readonly whatIf: WhatIf;
  readonly snapshot: Snapshot;
}

/** What is known of the costs of indexes. */
export interface Measures {
  readonly rates: WriteRates;
  readonly superseded: Superseded;
  readonly leastSavedMs: (definition: IndexDefinition) => number;
  readonly totalMsPerHour: number;
  readonly options: ResolvedChoiceOptions;
}

/** What keeping each candidate costs; one that the twin could not make is declined. */
export function measureContenders(
  { candidates, whatIf, snapshot }: MeasureInput,
  { rates, superseded, leastSavedMs, totalMsPerHour, options }: Measures,
): { readonly contenders: readonly Contender[]; readonly unmade: readonly Declined[] } {
  const contenders: Contender[] = [];
  const unmade: Declined[] = [];
  const leadingDistinct = leadingDistinctIn(snapshot);
  for (const candidate of candidates) {
    const { id, definition } = candidate;
    try {
      const writeCost = rates(definition);
      const { entriesPerHour, otherEntriesPerHour } = writeCost;
      contenders.push({
        candidate,
        id,
        table: keyOf(definition.table),
        sizeBytes: whatIf.sizeBytes(id),
        writeMsPerHour: (entriesPerHour + otherEntriesPerHour) * options.writeMsPerRow,
        writeCost,
        leadingDistinct: leadingDistinct(definition),
        leastSavedMs: leastSavedMs(definition),
        leastSavedBesideMs: leastSavedBesideIn(totalMsPerHour, options),
        supersedes: (superseded.get(id) ?? []).map(({ index }) => keyOf(index)),
      });
    } catch (error) {
      unmade.push({
        candidate: nameless(definition),
        reason: "not-evaluated",
        explanation: `It could not be made on the ${whatIf.name}: ${messageOf(error)}`,
      });
    }
  }
  return { contenders, unmade };
}

function leadingDistinctIn(snapshot: Snapshot): (definition: IndexDefinition) => number {
  const facts = createColumnFacts(snapshot);
  const relations = new Map(snapshot.relations.map((relation) => [keyOf(relation), relation]));
  return ({ table, keys: [first] }) => {
    const relation = relations.get(keyOf(table));
    const column = first?.column ?? null;
    return relation === undefined || column === null ? 1 : facts.distinctValues(relation, column);
  };
}
