import { plainConditionOn, whereOf } from "./conditions.ts";
import type { Dice } from "./dice.ts";
import { TABLES, tableNamed, type Used } from "./shop-tables.ts";

/** Rows of two tables in one list. */
export function union(dice: Dice): string {
  const [one, other] = [dice.use(dice.random.pick(TABLES)), dice.use(dice.random.pick(TABLES))];
  const mark = dice.chance(0.5);
  const arm = (used: Used, word: string): string =>
    `select ${used.alias}.${used.table.numbers[dice.random.integer(2)] ?? "id"}::int as n${mark ? `, '${word}' as kind` : ""} from ${used.table.name} ${used.alias}${whereOf(dice, [used], 1)}`;
  return `${arm(one, "left")} union ${dice.random.pick(["", "all "])}${arm(other, "right")}`;
}

/** A table under a name of the statement's own, read once or twice. */
export function withTable(dice: Dice): string {
  const table = dice.random.pick(TABLES);
  const [one, other] = [dice.use(table), dice.use(table)];
  const inner = dice.use(table);
  const how = dice.random.pick(["", "materialized ", "not materialized "]);
  const [column = "id"] = table.numbers;
  const second = dice.chance(0.5);
  const from = second
    ? `shown ${one.alias} join shown ${other.alias} on ${other.alias}.${column} = ${one.alias}.${table.numbers.at(-1)}`
    : `shown ${one.alias}`;
  const conditions = [
    plainConditionOn(dice, one),
    ...(second && dice.chance(0.7) ? [plainConditionOn(dice, other)] : []),
  ];
  return `with shown as ${how}(select * from ${table.name} ${inner.alias}${whereOf(dice, [inner], 1)}) select ${one.alias}.${column} from ${from} where ${conditions.join(" and ")}`;
}

/** A page of one table, perhaps with outer joins of which something is shown, or nothing. */
export function pageOfTable(dice: Dice): string {
  const base = dice.use(dice.random.pick(TABLES));
  let from = `${base.table.name} ${base.alias}`;
  const shown = [...base.table.numbers, ...base.table.texts].map(
    (column) => `${base.alias}.${column}`,
  );
  for (let join = dice.random.integer(3); join > 0; join -= 1) {
    const [own, other, column] = dice.random.pick(base.table.ways);
    const next = dice.use(tableNamed(other));
    from += ` left join ${next.table.name} ${next.alias} on ${next.alias}.${column} = ${base.alias}.${own}`;
    if (dice.chance(0.5)) shown.push(`${next.alias}.${dice.random.pick(next.table.numbers)}`);
  }
  const where = dice.chance(0.5) ? ` where ${plainConditionOn(dice, base)}` : "";
  const sorts = [
    dice.random.pick(base.table.numbers),
    ...base.table.numbers.slice(0, dice.random.integer(3)),
  ];
  const order = [...new Set(sorts)].map(
    (column) => `${base.alias}.${column}${dice.random.pick(["", " desc", " nulls first"])}`,
  );
  const limit = dice.chance(0.8) ? ` limit ${dice.random.pick([1, 2, 3])}` : "";
  const offset = dice.chance(0.6) ? ` offset ${dice.random.pick([1, 2, 5000])}` : "";
  const star = from.includes("join") || dice.chance(0.5) ? shown.join(", ") : "*";
  return `select ${star} from ${from}${where} order by ${order.join(", ")}${limit}${offset}`;
}

/** Rows that an outer join finds nothing for. */
export function rowsWithoutPartner(dice: Dice): string {
  const one = dice.use(dice.random.pick(TABLES));
  const [own, other, column] = dice.random.pick(one.table.ways);
  const next = dice.use(tableNamed(other));
  const more = dice.chance(0.4) ? ` and ${plainConditionOn(dice, next)}` : "";
  const asked = dice.random.pick([next.table.numbers[0], next.table.numbers.at(-1)]);
  return `select ${one.alias}.${one.table.numbers[0]} from ${one.table.name} ${one.alias} left join ${next.table.name} ${next.alias} on ${next.alias}.${column} = ${one.alias}.${own}${more} where ${next.alias}.${asked} is null${dice.chance(0.3) ? ` and ${plainConditionOn(dice, one)}` : ""}`;
}

/** A long list, a sorted subquery, a UNION that can have no duplicates. */
export function listedValues(dice: Dice): string {
  const one = dice.use(dice.random.pick(TABLES));
  const { alias, table } = one;
  const [key = "id"] = table.numbers;
  const list = Array.from({ length: 40 }, (_, index) => index * 2 + dice.random.integer(2)).join(
    ", ",
  );
  switch (dice.random.integer(3)) {
    case 0:
      return `select ${alias}.${key} from ${table.name} ${alias} where ${alias}.${dice.random.pick(table.numbers)} in (${list})`;
    case 1:
      return `select s.${key}, count(*) from (select ${alias}.* from ${table.name} ${alias} order by ${alias}.${table.numbers.at(-1)}) s group by s.${key}`;
    default:
      return `select ${alias}.${key}, 'one' as kind from ${table.name} ${alias} where ${plainConditionOn(dice, one)} union select ${alias}.${key}, 'other' as kind from ${table.name} ${alias}`;
  }
}
