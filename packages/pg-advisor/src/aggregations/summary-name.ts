import { hashOf } from "../candidates/definition-sql.ts";
import type { RelationName } from "../snapshot/snapshot.ts";
import type { Aggregation } from "./reading/aggregation.ts";
import { partialSelect } from "./sql/partial-select.ts";

const LONGEST_BYTES = 48;

/** The same summary has the same name in every run: `events_by_user_id_kind_1f3a`. */
export function summaryName(aggregation: Aggregation): RelationName {
  const { schema, name } = aggregation.tables[0].relation;
  const keys = aggregation.keys.map((key) => key.name);
  const wanted = keys.length === 0 ? `${name}_in_all` : [`${name}_by`, ...keys].join("_");
  const mark = hashOf(partialSelect(aggregation, aggregation.from), 4);
  const plain = wanted.toLowerCase().replace(/[^a-z0-9_]+/g, "_");
  return { schema, name: `${plain.slice(0, LONGEST_BYTES)}_${mark}` };
}
