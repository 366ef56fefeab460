import type { SqlStep } from "@streamgate/core";
import { qualify, quoteIdentifier } from "../../schema/identifiers.ts";
import { ONLY_ROW, type Summary } from "../summary.ts";
import { grantReaders } from "./grant-readers.ts";
import { partialSelect } from "./partial-select.ts";

/** The materialised view, with the unique index without which it could not be refreshed beside its readers. */
export function viewSteps({ name, aggregation }: Summary): readonly SqlStep[] {
  const { tables, from, keys } = aggregation;
  const view = qualify(name);
  const select = partialSelect(aggregation, from);
  const isKeyless = keys.length === 0;
  const definition = isKeyless
    ? `select true as ${ONLY_ROW}, summed.* from (\n${select}\n) as summed`
    : select;
  const columns = isKeyless ? [ONLY_ROW] : keys.map((key) => quoteIdentifier(key.name));
  return [
    {
      kind: "sql",
      apply: [
        `create materialized view if not exists ${view} as\n${definition}`,
        `create unique index if not exists ${quoteIdentifier(`${name.name}_key`)} on ${view} (${columns.join(", ")})`,
        `analyze ${view}`,
        grantReaders(
          tables.map(({ relation }) => relation),
          name,
        ),
      ].join(";\n"),
      revert: `drop materialized view if exists ${view}`,
      lock: "ACCESS SHARE",
      isTransactional: true,
    },
  ];
}

/** Brings a view up to date without blocking its readers. */
export function refreshSql({ name }: Pick<Summary, "name">): string {
  return refreshOf(qualify(name));
}

/** @param view qualified and quoted */
export function refreshOf(view: string): string {
  return `refresh materialized view concurrently ${view}`;
}
