import { plainConditionOn, whereOf } from "./conditions.ts";
import type { Dice } from "./dice.ts";
import { TABLES, tableNamed, type Used } from "./shop-tables.ts";

/** The first rows of each group by their number. */
export function numberedRows(dice: Dice): string {
  const one = dice.use(dice.random.pick(TABLES.filter(({ numbers }) => numbers.length > 1)));
  const { alias, table } = one;
  const [key] = dice.random.pick(table.ways);
  const [first = "id"] = table.numbers;
  const columns = [...new Set([first, key, ...table.numbers])]
    .map((column) => `${alias}.${column}`)
    .join(", ");
  return `select * from (select ${columns}, row_number() over (partition by ${alias}.${key} order by ${alias}.${table.numbers.at(-1)} ${dice.random.pick(["", "desc"])}, ${alias}.${first}) as place from ${table.name} ${alias}${whereOf(dice, [one], 1)}) numbered where place ${dice.random.pick(["= 1", "<= 2", "< 3"])}`;
}

/** A table joined to a grouping of itself, under the same condition or nearly. */
export function joinedToOwnGroups(dice: Dice): string {
  const one = dice.use(dice.random.pick(TABLES.filter(({ numbers }) => numbers.length > 2)));
  const inner = dice.use(one.table);
  const key = dice.random.pick(one.table.numbers);
  const value = dice.random.pick(one.table.numbers);
  const call = dice.random.pick(["max", "min", "sum", "count"]);
  const condition = dice.chance(0.4)
    ? plainConditionOn(dice, { alias: "same", table: one.table })
    : null;
  const innerWhere =
    condition === null ? "" : ` where ${condition.replaceAll("same.", `${inner.alias}.`)}`;
  const outerWhere =
    condition === null || dice.chance(0.2)
      ? ""
      : ` where ${condition.replaceAll("same.", `${one.alias}.`)}`;
  const tie = call === "max" || call === "min" ? ` and g.v = ${one.alias}.${value}` : "";
  return `select ${one.alias}.${one.table.numbers[0]}, g.v from ${one.table.name} ${one.alias} join (select ${inner.alias}.${key}, ${call}(${inner.alias}.${value}) as v from ${one.table.name} ${inner.alias}${innerWhere} group by ${inner.alias}.${key}) g on g.${key} = ${one.alias}.${key}${tie}${outerWhere}`;
}

/** A table with sums over another one that refers to it, grouped by its key, or not quite. */
export function totalsOfParents(dice: Dice): string {
  const parent = dice.use(dice.random.pick(TABLES.filter(({ numbers }) => numbers[0] === "id")));
  const [own, other, column] = dice.random.pick(parent.table.ways);
  const child = dice.use(tableNamed(other));
  const kind = dice.random.pick(["join", "left join"]);
  const groups = [`${parent.alias}.${dice.random.pick(["id", "id", own])}`];
  if (dice.chance(0.5))
    groups.push(
      `${parent.alias}.${dice.random.pick([...parent.table.numbers, ...parent.table.texts])}`,
    );
  const unique = [...new Set(groups)];
  const value = `${child.alias}.${dice.random.pick(child.table.numbers)}`;
  const calls = dice.random
    .shuffle([
      "count(*)",
      `count(${value})`,
      `sum(${value})`,
      `max(${value})`,
      `avg(${value} + 1)`,
      `coalesce(sum(${value}), 0)`,
    ])
    .slice(0, 2);
  const on = dice.chance(0.3) ? ` and ${plainConditionOn(dice, child)}` : "";
  const where = dice.chance(0.4)
    ? ` where ${plainConditionOn(dice, dice.random.pick([parent, parent, child]))}`
    : "";
  const having = dice.chance(0.3) ? ` having ${calls[0]} > 1` : "";
  const order = dice.chance(0.3) ? ` order by ${calls[1]}, ${unique[0]} limit 2` : "";
  return `select ${[...unique, ...calls.map((one, index) => `${one} as c${index}`)].join(", ")} from ${parent.table.name} ${parent.alias} ${kind} ${child.table.name} ${child.alias} on ${child.alias}.${column} = ${parent.alias}.${own}${on}${where} group by ${unique.join(", ")}${having}${order}`;
}

/** Rows that hold an extreme among their likes, by a subquery over the same table. */
export function extremeRows(dice: Dice): string {
  const table = dice.random.pick(TABLES.filter(({ numbers }) => numbers.length > 2));
  const [one, inner] = [dice.use(table), dice.use(table)];
  const [key, value] = [dice.random.pick(table.numbers), dice.random.pick(table.numbers)];
  const condition = plainConditionOn(dice, { alias: "same", table });
  const how = dice.random.pick(["none", "both", "inner", "outer"]);
  const innerMore =
    how === "both" || how === "inner"
      ? ` and ${condition.replaceAll("same.", `${inner.alias}.`)}`
      : "";
  const outerMore =
    how === "both" || how === "outer"
      ? ` and ${condition.replaceAll("same.", `${one.alias}.`)}`
      : "";
  const join = dice.chance(0.3) ? parentJoin(dice, one) : "";
  const call = dice.random.pick(["max", "min", "avg", "count", "sum"]);
  return `select ${one.alias}.${table.numbers[0]}, ${one.alias}.${value} from ${table.name} ${one.alias}${join} where ${one.alias}.${value} ${dice.random.pick(["=", ">=", "<"])} (select ${call}(${inner.alias}.${value}) from ${table.name} ${inner.alias} where ${inner.alias}.${key} = ${one.alias}.${key}${innerMore})${outerMore}`;
}

function parentJoin(dice: Dice, one: Used): string {
  const [own, other, column] = dice.random.pick(one.table.ways);
  const next = dice.use(tableNamed(other));
  return ` join ${next.table.name} ${next.alias} on ${next.alias}.${column} = ${one.alias}.${own}`;
}
