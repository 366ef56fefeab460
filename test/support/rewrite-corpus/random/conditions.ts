import type { Dice } from "./dice.ts";
import { tableNamed, type Used } from "./shop-tables.ts";

/** None to three conditions on the tables in use. */
export function whereOf(dice: Dice, used: readonly Used[], depth: number): string {
  const count = dice.random.pick([0, 1, 1, 2, 3]);
  const conditions = Array.from({ length: count }, () =>
    conditionOn(dice, dice.random.pick(used), depth),
  );
  return conditions.length === 0 ? "" : ` where ${conditions.join(" and ")}`;
}

/** A condition with a subquery of one depth less, or a plain one. */
function conditionOn(dice: Dice, one: Used, depth: number): string {
  if (depth === 0 || dice.chance(0.4)) return plainConditionOn(dice, one);
  const [own, other, column] = dice.random.pick(one.table.ways);
  const inner = dice.use(tableNamed(other));
  const more = dice.chance(0.5) ? ` and ${plainConditionOn(dice, inner)}` : "";
  const only = dice.chance(0.5) ? ` where ${plainConditionOn(dice, inner)}` : "";
  const tie = `${inner.alias}.${column} = ${one.alias}.${own}`;
  const from = `from ${inner.table.name} ${inner.alias}`;
  switch (dice.random.integer(9)) {
    case 0:
      return `${one.alias}.${own} in (select ${dice.random.pick(["", "distinct "])}${inner.alias}.${column} ${from}${only})`;
    case 1:
      return `${one.alias}.${own} not in (select ${inner.alias}.${column} ${from}${only})`;
    case 2:
      return `exists (select 1 ${from} where ${tie}${more})`;
    case 3:
      return `not exists (select 1 ${from} where ${tie}${more})`;
    case 4:
      return `(select count(${dice.random.pick(["*", `${inner.alias}.${inner.table.numbers.at(-1)}`])}) ${from} where ${tie}${more}) ${dice.random.pick(["> 0", "= 0", ">= 1", "< 1", "> 1", "<> 0", "= 2"])}`;
    case 5: {
      const value = dice.random.pick(inner.table.numbers);
      const call = dice.random.pick(["avg", "sum", "min", "max"]);
      return `${one.alias}.${dice.random.pick(one.table.numbers)} ${dice.random.pick(["<", ">", "=", ">="])} (select ${dice.random.pick(["", "0.5 * "])}${call}(${inner.alias}.${value}) ${from} where ${tie}${more})`;
    }
    case 6:
      return `${one.alias}.${own} ${dice.random.pick(["> any", "<= any", "<> all", "= any"])} (select ${inner.alias}.${column} ${from}${only})`;
    case 7:
      return `(select coalesce(sum(${inner.alias}.${dice.random.pick(inner.table.numbers)}), 0) ${from} where ${tie}${more}) ${dice.random.pick(["= 0", "> 1", "< 3"])}`;
    default:
      return `(${plainConditionOn(dice, one)} or ${plainConditionOn(dice, one)})`;
  }
}

/** A condition on columns of one table, in the many forms that people write. */
export function plainConditionOn(dice: Dice, { alias, table }: Used): string {
  const chance = dice.random.next();
  if (table.moments.length > 0 && chance < 0.25)
    return momentConditionOn(dice, `${alias}.${dice.random.pick(table.moments)}`);
  if (table.texts.length > 0 && chance < 0.45)
    return textConditionOn(dice, `${alias}.${dice.random.pick(table.texts)}`);
  const column = `${alias}.${dice.random.pick(table.numbers)}`;
  switch (dice.random.integer(9)) {
    case 0:
      return `${column} in (1, 2)`;
    case 1:
      return `${column} between 1 and 3`;
    case 2:
      return `${column} is ${dice.random.pick(["null", "not null"])}`;
    case 3:
      return `${column}::text = '${dice.random.integer(4)}'`;
    case 4:
      return `${column} = ${dice.random.integer(3)}.${dice.random.pick(["0", "5"])}`;
    case 5:
      return `coalesce(${column}, 0) = ${dice.random.integer(3)}`;
    case 6:
      return `(${column} = 1 or ${column} = 2)`;
    default:
      return `${column} ${dice.random.pick(["=", "<", ">", "<>", ">="])} ${dice.random.integer(4)}`;
  }
}

function textConditionOn(dice: Dice, column: string): string {
  switch (dice.random.integer(5)) {
    case 0:
      return `lower(${column}) = 'a'`;
    case 1:
      return `${column} like '${dice.random.pick(["a", "a%", "%b"])}'`;
    case 2:
      return `${column} in ('a', 'b')`;
    case 3:
      return `(${column} = 'a' or ${column} = 'A')`;
    default:
      return `${column} ${dice.random.pick(["=", "<>", ">"])} 'a'`;
  }
}

function momentConditionOn(dice: Dice, column: string): string {
  switch (dice.random.integer(5)) {
    case 0:
      return `date(${column}) = '2024-01-01'`;
    case 1:
      return `${column}::date = '2024-01-01'`;
    case 2:
      return `date_trunc('${dice.random.pick(["month", "year", "day"])}', ${column}) = '2024-01-01'`;
    case 3:
      return `extract(year from ${column}) = 2024`;
    default:
      return `${column} ${dice.random.pick(["<", ">=", "="])} '2024-01-02'`;
  }
}

/** A subquery for one value, tied to a table outside of it. */
export function scalarOf(dice: Dice, one: Used): string {
  const [own, other, column] = dice.random.pick(one.table.ways);
  const inner = dice.use(tableNamed(other));
  const more = dice.chance(0.4) ? ` and ${plainConditionOn(dice, inner)}` : "";
  const value = `${inner.alias}.${dice.random.pick(inner.table.numbers)}`;
  const isLookUp = column === "id" && dice.chance(0.6);
  const shown = isLookUp
    ? dice.random.pick([value, `${value} + 1`])
    : dice.random.pick([
        "count(*)",
        `count(${value})`,
        `sum(${value})`,
        `max(${value})`,
        `coalesce(max(${value}), 0)`,
      ]);
  return `select ${shown} from ${inner.table.name} ${inner.alias} where ${inner.alias}.${column} = ${one.alias}.${own}${more}`;
}
