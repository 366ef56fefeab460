import type { ColumnRef } from "@pgsql/types";
import { namesOf } from "../../workload/text/sql-nodes.ts";
import { NotUnderstood, type OpenLevel } from "./open-level.ts";

/** Writes a column with the alias of its source, as it is found from the inside out; in place. */
export function qualify(reference: ColumnRef, open: OpenLevel): void {
  const fields = reference.fields ?? [];
  const last = fields.at(-1);
  if (last !== undefined && "A_Star" in last) {
    qualifyStar(reference, open);
    return;
  }
  const names = namesOf(fields);
  const column = names?.at(-1);
  if (names === null || column === undefined) throw new NotUnderstood("a column name is odd");
  const called = names.at(-2);
  for (let level: OpenLevel | null = open; level !== null; level = level.parent) {
    const found = level.names.filter(
      (source) =>
        (called === undefined || source.calledName === called) &&
        source.columns.some(({ name }) => name === column),
    );
    const [only, another] = found;
    if (only !== undefined) {
      const isMerged = called === undefined && level.mergedNames.has(column);
      if (another !== undefined && !isMerged) throw new NotUnderstood(`${column} is ambiguous`);
      reference.fields = [{ String: { sval: only.alias } }, { String: { sval: column } }];
      return;
    }
  }
  throw new NotUnderstood(`${names.join(".")} is no column of its tables`);
}

function qualifyStar(reference: ColumnRef, open: OpenLevel): void {
  const fields = reference.fields ?? [];
  if (open.mergedNames.size > 0) throw new NotUnderstood("* over a join by USING");
  if (fields.length === 1) return;
  const called = namesOf(fields.slice(0, -1))?.at(-1);
  const source = open.names.find(({ calledName }) => calledName === called);
  if (source === undefined) throw new NotUnderstood(`${called}.* is of another level`);
  reference.fields = [{ String: { sval: source.alias } }, { A_Star: {} }];
}
