import { qualify, quoteIdentifier } from "../../schema/identifiers.ts";
import { deparseFaithfully } from "../tree/deparse.ts";
import type { PlannedTable } from "./plan-tables.ts";
import { poolName } from "./schema.ts";
import { type ComparableStatement, variableName, withoutLimit } from "./statement-parts.ts";

/** What the comparing function says of one small database and one rewriting. */
export type Verdict = "empty" | "same" | "raised" | "different" | "failed" | "unfit";

/**
 * A function that fills the tables with the rows of one database after the other, runs the original and every rewriting, and compares
 * their rows as bags, their sort keys as sequences. Where a LIMIT lets the choice of tied rows open, the rows must be among those of the
 * original without its limit. Its statements are planned once for many databases.
 */
export function comparingFunction(
  tables: readonly PlannedTable[],
  parameterTypes: readonly string[],
  original: ComparableStatement,
  rewritings: readonly ComparableStatement[],
): string {
  const parameters = parameterTypes.map((type, index) => `  ${variableName(index + 1)} ${type};`);
  const fill = tables.map(({ facts, columns }, position) => {
    const own = columns.map(({ column }) => quoteIdentifier(column.name)).join(", ");
    const read = columns.map(({ column }) => `${quoteIdentifier(column.name)}::${column.type}`);
    const table = qualify(facts.relation);
    return `      delete from ${table};
      insert into ${table} (${own}) select ${read.join(", ")} from ${poolName(position)} where streamgate_database = streamgate_number;`;
  });
  const load =
    parameterTypes.length === 0
      ? ""
      : `      select ${parameterTypes.map((type, index) => `p.${variableName(index + 1)}::${type}`).join(", ")} into ${parameterTypes.map((_, index) => variableName(index + 1)).join(", ")}
        from streamgate_pool.parameters as p where p.streamgate_database = streamgate_number;`;
  return `
create or replace function streamgate_pool.compare(streamgate_first int, streamgate_last int)
returns table (streamgate_database int, streamgate_rewriting int, streamgate_verdict text)
language plpgsql set plan_cache_mode = force_generic_plan as $compare$
#variable_conflict use_column
declare
  streamgate_number int;
  streamgate_before text[]; streamgate_before_keys text; streamgate_all text[];
  streamgate_after text[]; streamgate_after_keys text;
${parameters.join("\n")}
begin
  for streamgate_number in streamgate_first .. streamgate_last loop
    begin
${fill.join("\n")}
${load}
    exception when others then
      return query select streamgate_number, 0, 'unfit'::text; continue;
    end;
    begin
      ${runInto(original, "streamgate_before")}
    exception when others then
      return query select streamgate_number, 0, 'raised'::text; continue;
    end;
    ${rewritings.map((rewriting, index) => compareOne(original, rewriting, index)).join("\n    ")}
    return query select streamgate_number, 0, case when cardinality(streamgate_before) = 0 then 'empty' else 'same' end;
  end loop;
end $compare$`;
}

function compareOne(
  original: ComparableStatement,
  rewriting: ComparableStatement,
  index: number,
): string {
  const say = (verdict: Verdict): string =>
    `return query select streamgate_number, ${index + 1}, '${verdict}'::text;`;
  const mayHaveTies = original.isLimited && !original.hasTies;
  const among = mayHaveTies
    ? `if streamgate_before_keys is not distinct from streamgate_after_keys and cardinality(streamgate_before) = cardinality(streamgate_after) then
          ${runInto(withoutLimit(original), "streamgate_all", false)}
          if exists (select unnest(streamgate_after) except all select unnest(streamgate_all)) then ${say("different")} end if;
        else ${say("different")} end if;`
    : say("different");
  return `begin
      ${runInto(rewriting, "streamgate_after")}
      if streamgate_before is distinct from streamgate_after or streamgate_before_keys is distinct from streamgate_after_keys then
        ${among}
      end if;
    exception when others then ${say("failed")}
    end;`;
}

/** Reads the rows as a sorted list of texts, and the sort keys in the order in which they came. */
function runInto(
  { tree, width, sortKeys }: ComparableStatement,
  variable: string,
  withKeys = true,
): string {
  const total = Math.max(width, ...sortKeys);
  const names = Array.from({ length: total }, (_, index) => `c${index + 1}`);
  const row = `row(${names
    .slice(0, width)
    .map((name) => `r.${name}`)
    .join(", ")})::text`;
  const keys = `row(${sortKeys.map((position) => `r.c${position}`).join(", ")})::text`;
  const text = deparseFaithfully(tree) ?? "";
  const columns = total === 0 ? "" : ` (${names.join(", ")})`;
  const rows = `coalesce(array_agg(${row} order by ${row} collate "C"), '{}')`;
  if (!withKeys || sortKeys.length === 0) {
    const none = withKeys ? ", null" : "";
    const into = withKeys ? `${variable}, ${variable}_keys` : variable;
    return `select ${rows}${none} into ${into} from (${text}) as r${columns};`;
  }
  return `select ${rows}, string_agg(${keys}, chr(10) order by r.n) into ${variable}, ${variable}_keys
        from (select r.*, row_number() over () as n from (${text}) as r${columns}) as r;`;
}
