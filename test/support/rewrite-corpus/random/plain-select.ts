import { plainConditionOn, scalarOf, whereOf } from "./conditions.ts";
import type { Dice } from "./dice.ts";
import { TABLES, tableNamed, type Used } from "./shop-tables.ts";

/** A select over up to three joined tables. */
export function plainSelect(dice: Dice, depth: number): string {
  const { from, used } = joinedTables(dice);
  const where = whereOf(dice, used, depth);
  const chance = dice.random.next();
  if (chance < 0.3) return groupedSelect(dice, from, used, where);
  const targets = targetsOf(dice, used, depth);
  const distinct = dice.chance(0.2) ? "distinct " : "";
  const order = dice.chance(0.3)
    ? ` order by ${targets.map((_, index) => index + 1).join(", ")}`
    : "";
  const limit =
    order !== "" && dice.chance(0.5)
      ? ` limit ${dice.random.pick([1, 2, 20])}${dice.chance(0.4) ? " offset 1" : ""}`
      : "";
  return `select ${distinct}${targets.join(", ")} from ${from}${where}${order}${limit}`;
}

function joinedTables(dice: Dice): {
  readonly from: string;
  readonly used: readonly Used[];
} {
  const first = dice.use(dice.random.pick(TABLES));
  const used = [first];
  let from = `${first.table.name} ${first.alias}`;
  const joins = dice.random.pick([0, 0, 1, 1, 1, 2]);
  for (let join = 0; join < joins; join += 1) {
    const base = dice.random.pick(used);
    const [own, other, column] = dice.random.pick(base.table.ways);
    const next = dice.use(tableNamed(other));
    const kind = dice.random.pick(["join", "join", "left join"]);
    const more = dice.chance(0.2) ? ` and ${plainConditionOn(dice, next)}` : "";
    from += ` ${kind} ${next.table.name} ${next.alias} on ${next.alias}.${column} = ${base.alias}.${own}${more}`;
    used.push(next);
  }
  return { from, used };
}

function targetsOf(dice: Dice, used: readonly Used[], depth: number): readonly string[] {
  const shown = dice.chance(0.6) ? [dice.random.pick(used)] : used;
  const targets = shown.flatMap((one) => {
    const columns = [...one.table.numbers, ...one.table.texts];
    const chosen = dice.random.shuffle(columns).slice(0, 1 + dice.random.integer(2));
    return [
      ...(dice.chance(0.6) ? [`${one.alias}.${one.table.numbers[0]}`] : []),
      ...chosen.map((column) => `${one.alias}.${column}`),
    ];
  });
  const unique = [...new Set(targets)];
  if (depth > 0 && dice.chance(0.25))
    unique.push(`(${scalarOf(dice, dice.random.pick(used))}) as scalar`);
  return unique;
}

function groupedSelect(dice: Dice, from: string, used: readonly Used[], where: string): string {
  const keys = used.flatMap(({ alias, table }) =>
    dice.random
      .shuffle([...table.numbers, ...table.texts])
      .slice(0, dice.random.integer(3))
      .map((column) => `${alias}.${column}`),
  );
  if (dice.chance(0.5)) keys.unshift(`${used[0]?.alias}.${used[0]?.table.numbers[0]}`);
  const groups = [...new Set(keys)];
  const last = used.at(-1);
  const value = `${last?.alias}.${last?.table.numbers.at(-1)}`;
  const call = dice.random.pick([
    "count(*)",
    `count(${value})`,
    `sum(${value})`,
    `max(${value})`,
    `count(distinct ${value})`,
  ]);
  const having =
    groups.length > 0 && dice.chance(0.3)
      ? ` having ${dice.random.pick([`${call} > 1`, `${groups[0]} is not null`, `${groups[0]} is null and count(*) > 0`])}`
      : "";
  const targets = [...groups, `${call} as value`];
  const group = groups.length === 0 ? "" : ` group by ${groups.join(", ")}`;
  const distinct = dice.chance(0.15) ? "distinct " : "";
  return `select ${distinct}${targets.join(", ")} from ${from}${where}${group}${having}`;
}
