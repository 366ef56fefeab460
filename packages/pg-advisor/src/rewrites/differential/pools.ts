import type { Random } from "@streamgate/core";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import type { Analysis } from "../analysis/level.ts";
import { constantsOf } from "./column-constants.ts";
import type { Pool } from "./draw-database.ts";
import { columnKey, namedColumn, type PlannedTable } from "./plan-tables.ts";
import { valuesOfType } from "./values.ts";

/** The values that each column of each table may draw from; a text says for which one none are known. */
export function poolsOf(
  tables: readonly PlannedTable[],
  analyses: readonly Analysis[],
  snapshot: Snapshot,
): readonly (readonly Pool[])[] | string {
  const byColumn = constantsOf(analyses);
  const byDomain = new Map<string, Set<string>>();
  for (const { facts, columns } of tables) {
    for (const { column, domain } of columns) {
      const values = byDomain.get(domain) ?? new Set<string>();
      const places = [columnKey(facts.relation, column.name), namedColumn(column.name)];
      for (const value of places.flatMap((place) => byColumn.get(place) ?? [])) values.add(value);
      byDomain.set(domain, values);
    }
  }
  const pools: Pool[][] = [];
  for (const { facts, columns } of tables) {
    const own: Pool[] = [];
    for (const { type, domain, isNotNull, column } of columns) {
      const values = valuesOfType(type, snapshot);
      if (values === null && isNotNull) {
        return `no values of type ${type} are known, which ${facts.relation.name}.${column.name} must have`;
      }
      const constants = [...(byDomain.get(domain) ?? [])].filter((value) => fits(value, type));
      own.push({ constants, plain: values?.plain ?? [], strange: values?.strange ?? [] });
    }
    pools.push(own);
  }
  return pools;
}

const NUMBER = /^-?\d+(?:\.\d+)?$/;

/** Whether a constant can stand in a column of this type. */
function fits(value: string, type: string): boolean {
  if (/^(?:smallint|integer|bigint|oid)$/.test(type)) {
    const most = type === "smallint" ? 32_767 : type === "bigint" ? 9e18 : 2_147_483_647;
    return /^-?\d+$/.test(value) && Math.abs(Number(value)) <= most;
  }
  if (/^(?:numeric|real|double precision)$/.test(type)) return NUMBER.test(value);
  if (/^(?:date|timestamp)/.test(type)) return /^\d{4}-\d\d-\d\d/.test(value);
  if (type === "uuid") return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
  if (type === "boolean") return value === "t" || value === "f";
  return /^(?:text|character varying|citext)$/.test(type);
}

/** The same for `$1`, `$2`, …, by their types. */
export function poolsOfParameters(
  types: readonly string[],
  analyses: readonly Analysis[],
  snapshot: Snapshot,
): readonly Pool[] | string {
  const constants = [...constantsOf(analyses).values()].flat();
  const pools: Pool[] = [];
  for (const type of types) {
    const values = valuesOfType(type, snapshot);
    if (values === null) return `no values of type ${type} are known, which a parameter has`;
    const fitting = constants.filter((value) => fits(value, type));
    pools.push({ constants: fitting, plain: values.plain, strange: values.strange });
  }
  return pools;
}

export function drawParameter({ constants, plain, strange }: Pool, random: Random): string | null {
  const chance = random.next();
  if (chance < 0.05) return null;
  if (chance < 0.15 && strange.length > 0) return random.pick(strange);
  if (chance < 0.4 && constants.length > 0) return random.pick(constants);
  return plain.length === 0 ? null : random.pick(plain);
}
