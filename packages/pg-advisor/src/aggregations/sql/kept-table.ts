import type { SqlStep } from "@streamgate/core";
import { qualify, quoteIdentifier } from "../../schema/identifiers.ts";
import { ROW_COUNT } from "../reading/aggregation.ts";
import { SLOT, type Summary } from "../summary.ts";
import { grantReaders } from "./grant-readers.ts";
import { partialSelect } from "./partial-select.ts";

/** How writers of the same groups are kept apart. */
export interface KeptTable extends Summary {
  /** Rows a group at the most; 1: writers of one group wait for each other until they commit. */
  readonly slots: number;
  /** Whether a key may be null, which needs NULLS NOT DISTINCT (PostgreSQL 15). */
  readonly hasNullableKey: boolean;
}

const TRIGGERS = [
  ["insert", "after insert", "referencing new table as new_rows"],
  ["update", "after update", "referencing old table as old_rows new table as new_rows"],
  ["delete", "after delete", "referencing old table as old_rows"],
  ["truncate", "after truncate", ""],
] as const;

/**
 * The summary as a table, and the triggers that keep it. Each writing statement adds what its new rows bring and takes off what its old rows
 * brought, group by group in the order of their keys: an upsert of differences, so that concurrent writers add up. The table is filled
 * under a lock that keeps writers out, not readers.
 */
export function keptTableSteps(kept: KeptTable): readonly SqlStep[] {
  const { name, aggregation } = kept;
  const [{ relation }] = aggregation.tables;
  const base = qualify(relation);
  const summary = qualify(name);
  const run = qualify({ schema: name.schema, name: `${name.name}_keep` });
  const triggers = TRIGGERS.map(([event]) => quoteIdentifier(`${name.name}_${event}`));
  return [
    {
      kind: "sql",
      apply: [
        `create table if not exists ${summary} as\n${select(kept, base)}\nwith no data`,
        `create unique index if not exists ${quoteIdentifier(`${name.name}_key`)} on ${summary} (${keyColumns(kept).join(", ")})${kept.hasNullableKey ? " nulls not distinct" : ""}`,
        grantReaders([relation], name),
      ].join(";\n"),
      revert: `drop table if exists ${summary}`,
      lock: "none",
      isTransactional: true,
    },
    {
      kind: "sql",
      apply: keepingFunction(kept, run),
      revert: `drop function if exists ${run}()`,
      lock: "none",
      isTransactional: true,
    },
    {
      kind: "sql",
      apply: [
        `lock table ${base} in share row exclusive mode`,
        ...TRIGGERS.map(([, when, rows], index) =>
          [
            `create or replace trigger ${triggers[index]} ${when} on ${base}`,
            rows,
            `for each statement execute function ${run}()`,
          ]
            .filter((part) => part !== "")
            .join(" "),
        ),
        `truncate ${summary}`,
        `insert into ${summary}\n${select(kept, base)}`,
        `analyze ${summary}`,
      ].join(";\n"),
      revert: triggers.map((trigger) => `drop trigger if exists ${trigger} on ${base}`).join(";\n"),
      lock: "SHARE ROW EXCLUSIVE",
      isTransactional: true,
    },
  ];
}

function keyColumns({ aggregation, slots }: KeptTable): readonly string[] {
  const keys = aggregation.keys.map((key) => quoteIdentifier(key.name));
  return slots > 1 ? [...keys, SLOT] : keys;
}

/** The rows of a first filling: all in the first slot. */
function select({ aggregation, slots }: KeptTable, from: string): string {
  const rows = partialSelect(aggregation, from);
  return slots > 1
    ? `select counted.*, 0::smallint as ${SLOT} from (\n${rows}\n) as counted`
    : rows;
}

function keepingFunction(kept: KeptTable, run: string): string {
  const { name, aggregation, slots } = kept;
  const summary = qualify(name);
  const keys = aggregation.keys.map((key) => quoteIdentifier(key.name));
  const sums = [ROW_COUNT, ...aggregation.measures.map((measure) => quoteIdentifier(measure.name))];
  const change = (rows: readonly ("new_rows" | "old_rows")[]): string => {
    const parts = rows.map((from) => {
      const sign = from === "old_rows" ? "-" : "";
      const columns = [...keys, ...sums.map((sum) => `${sign}part.${sum} as ${sum}`)];
      return `select ${columns.join(", ")} from (\n${partialSelect(aggregation, from)}\n) as part`;
    });
    const slot = slots > 1 ? [`(pg_catalog.pg_backend_pid() % ${slots})::smallint`] : [];
    const columns = [...keys, ...sums, ...(slots > 1 ? [SLOT] : [])];
    return [
      `    insert into ${summary} as kept (${columns.join(", ")})`,
      `    select ${[...keys, ...sums.map((sum) => `sum(change.${sum})`), ...slot].join(", ")}`,
      `    from (\n${parts.join("\nunion all\n")}\n) as change`,
      ...(keys.length === 0 ? [] : [`    group by ${keys.join(", ")}`]),
      `    having ${sums.map((sum) => `sum(change.${sum}) <> 0`).join(" or ")}`,
      // Two writers of the same groups take their locks in the same order.
      ...(keys.length === 0 ? [] : [`    order by ${keys.join(", ")}`]),
      `    on conflict (${keyColumns(kept).join(", ")}) do update set`,
      `      ${sums.map((sum) => `${sum} = kept.${sum} + excluded.${sum}`).join(", ")};`,
    ].join("\n");
  };
  return `create or replace function ${run}() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $streamgate$
begin
  if tg_op = 'INSERT' then
${change(["new_rows"])}
  elsif tg_op = 'UPDATE' then
${change(["new_rows", "old_rows"])}
  elsif tg_op = 'DELETE' then
${change(["old_rows"])}
  else
    truncate ${summary};
  end if;
  return null;
end
$streamgate$`;
}
