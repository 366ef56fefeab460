import type { Random } from "@streamgate/core";

/** A table of the shop as the generator knows it: columns by what can be done with them, and the ways to other tables. */
interface Table {
  readonly name: string;
  readonly numbers: readonly string[];
  readonly texts: readonly string[];
  readonly moments: readonly string[];
  /** Own column, other table, its column. */
  readonly ways: readonly (readonly [string, string, string])[];
}

const TABLES: readonly Table[] = [
  {
    name: "users",
    numbers: ["id", "karma", "manager_id"],
    texts: ["country", "name", "email"],
    moments: ["created_at"],
    ways: [
      ["id", "posts", "author_id"],
      ["id", "orders", "user_id"],
      ["id", "comments", "user_id"],
      ["manager_id", "users", "id"],
      ["id", "users", "id"],
      ["id", "users", "manager_id"],
    ],
  },
  {
    name: "posts",
    numbers: ["id", "author_id", "category_id", "views"],
    texts: ["title", "status"],
    moments: ["created_at", "published_at"],
    ways: [
      ["author_id", "users", "id"],
      ["category_id", "categories", "id"],
      ["id", "comments", "post_id"],
      ["id", "post_tags", "post_id"],
      ["author_id", "orders", "user_id"],
      ["author_id", "posts", "author_id"],
    ],
  },
  {
    name: "comments",
    numbers: ["id", "post_id", "user_id", "parent_id"],
    texts: ["body"],
    moments: ["created_at"],
    ways: [
      ["post_id", "posts", "id"],
      ["user_id", "users", "id"],
      ["parent_id", "comments", "id"],
      ["user_id", "comments", "user_id"],
    ],
  },
  {
    name: "categories",
    numbers: ["id", "parent_id"],
    texts: ["name"],
    moments: [],
    ways: [
      ["id", "posts", "category_id"],
      ["id", "products", "category_id"],
      ["parent_id", "categories", "id"],
    ],
  },
  {
    name: "products",
    numbers: ["id", "category_id", "price"],
    texts: ["sku", "name"],
    moments: [],
    ways: [
      ["category_id", "categories", "id"],
      ["id", "order_items", "product_id"],
      ["category_id", "products", "category_id"],
    ],
  },
  {
    name: "orders",
    numbers: ["id", "user_id", "total"],
    texts: ["status", "note"],
    moments: ["placed_on"],
    ways: [
      ["user_id", "users", "id"],
      ["id", "order_items", "order_id"],
      ["user_id", "orders", "user_id"],
      ["user_id", "posts", "author_id"],
    ],
  },
  {
    name: "order_items",
    numbers: ["id", "order_id", "product_id", "quantity", "price"],
    texts: [],
    moments: [],
    ways: [
      ["order_id", "orders", "id"],
      ["product_id", "products", "id"],
      ["product_id", "order_items", "product_id"],
    ],
  },
  {
    name: "post_tags",
    numbers: ["post_id", "tag_id"],
    texts: [],
    moments: [],
    ways: [
      ["post_id", "posts", "id"],
      ["tag_id", "tags", "id"],
    ],
  },
  {
    name: "tags",
    numbers: ["id"],
    texts: ["name"],
    moments: [],
    ways: [["id", "post_tags", "tag_id"]],
  },
];

interface Used {
  readonly alias: string;
  readonly table: Table;
}

/** A random SELECT over the shop's tables, of the shapes that the rules are about and of their neighbours, traps among them. */
export function randomStatement(random: Random): string {
  return new StatementWriter(random).write();
}

class StatementWriter {
  readonly #random: Random;
  #aliases = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  write(): string {
    const chance = this.#random.next();
    if (chance < 0.08) return this.#union();
    if (chance < 0.14) return this.#withTable();
    if (chance < 0.19) return this.#numbered();
    if (chance < 0.25) return this.#ownGroups();
    if (chance < 0.31) return this.#totals();
    if (chance < 0.36) return this.#page();
    if (chance < 0.42) return this.#extreme();
    if (chance < 0.45) return this.#missingPartner();
    if (chance < 0.48) return this.#listed();
    return this.#select(2);
  }

  #select(depth: number): string {
    const { from, used } = this.#from();
    const where = this.#where(used, depth);
    const chance = this.#random.next();
    if (chance < 0.3) return this.#grouped(from, used, where);
    const targets = this.#targets(used, depth);
    const distinct = this.#chance(0.2) ? "distinct " : "";
    const order = this.#chance(0.3)
      ? ` order by ${targets.map((_, index) => index + 1).join(", ")}`
      : "";
    const limit =
      order !== "" && this.#chance(0.5)
        ? ` limit ${this.#random.pick([1, 2, 20])}${this.#chance(0.4) ? " offset 1" : ""}`
        : "";
    return `select ${distinct}${targets.join(", ")} from ${from}${where}${order}${limit}`;
  }

  #from(): { readonly from: string; readonly used: readonly Used[] } {
    const first = this.#use(this.#random.pick(TABLES));
    const used = [first];
    let from = `${first.table.name} ${first.alias}`;
    const joins = this.#random.pick([0, 0, 1, 1, 1, 2]);
    for (let join = 0; join < joins; join += 1) {
      const base = this.#random.pick(used);
      const [own, other, column] = this.#random.pick(base.table.ways);
      const next = this.#use(tableNamed(other));
      const kind = this.#random.pick(["join", "join", "left join"]);
      const more = this.#chance(0.2) ? ` and ${this.#plainCondition(next)}` : "";
      from += ` ${kind} ${next.table.name} ${next.alias} on ${next.alias}.${column} = ${base.alias}.${own}${more}`;
      used.push(next);
    }
    return { from, used };
  }

  #targets(used: readonly Used[], depth: number): readonly string[] {
    const shown = this.#chance(0.6) ? [this.#random.pick(used)] : used;
    const targets = shown.flatMap((one) => {
      const columns = [...one.table.numbers, ...one.table.texts];
      const chosen = this.#random.shuffle(columns).slice(0, 1 + this.#random.integer(2));
      return [
        ...(this.#chance(0.6) ? [`${one.alias}.${one.table.numbers[0]}`] : []),
        ...chosen.map((column) => `${one.alias}.${column}`),
      ];
    });
    const unique = [...new Set(targets)];
    if (depth > 0 && this.#chance(0.25))
      unique.push(`(${this.#scalar(this.#random.pick(used))}) as scalar`);
    return unique;
  }

  #where(used: readonly Used[], depth: number): string {
    const count = this.#random.pick([0, 1, 1, 2, 3]);
    const conditions = Array.from({ length: count }, () =>
      this.#condition(this.#random.pick(used), depth),
    );
    return conditions.length === 0 ? "" : ` where ${conditions.join(" and ")}`;
  }

  #condition(one: Used, depth: number): string {
    if (depth === 0 || this.#chance(0.4)) return this.#plainCondition(one);
    const [own, other, column] = this.#random.pick(one.table.ways);
    const inner = this.#use(tableNamed(other));
    const more = this.#chance(0.5) ? ` and ${this.#plainCondition(inner)}` : "";
    const only = this.#chance(0.5) ? ` where ${this.#plainCondition(inner)}` : "";
    const tie = `${inner.alias}.${column} = ${one.alias}.${own}`;
    const from = `from ${inner.table.name} ${inner.alias}`;
    switch (this.#random.integer(9)) {
      case 0:
        return `${one.alias}.${own} in (select ${this.#random.pick(["", "distinct "])}${inner.alias}.${column} ${from}${only})`;
      case 1:
        return `${one.alias}.${own} not in (select ${inner.alias}.${column} ${from}${only})`;
      case 2:
        return `exists (select 1 ${from} where ${tie}${more})`;
      case 3:
        return `not exists (select 1 ${from} where ${tie}${more})`;
      case 4:
        return `(select count(${this.#random.pick(["*", `${inner.alias}.${inner.table.numbers.at(-1)}`])}) ${from} where ${tie}${more}) ${this.#random.pick(["> 0", "= 0", ">= 1", "< 1", "> 1", "<> 0", "= 2"])}`;
      case 5: {
        const value = this.#random.pick(inner.table.numbers);
        const call = this.#random.pick(["avg", "sum", "min", "max"]);
        return `${one.alias}.${this.#random.pick(one.table.numbers)} ${this.#random.pick(["<", ">", "=", ">="])} (select ${this.#random.pick(["", "0.5 * "])}${call}(${inner.alias}.${value}) ${from} where ${tie}${more})`;
      }
      case 6:
        return `${one.alias}.${own} ${this.#random.pick(["> any", "<= any", "<> all", "= any"])} (select ${inner.alias}.${column} ${from}${only})`;
      case 7:
        return `(select coalesce(sum(${inner.alias}.${this.#random.pick(inner.table.numbers)}), 0) ${from} where ${tie}${more}) ${this.#random.pick(["= 0", "> 1", "< 3"])}`;
      default:
        return `(${this.#plainCondition(one)} or ${this.#plainCondition(one)})`;
    }
  }

  #plainCondition({ alias, table }: Used): string {
    const chance = this.#random.next();
    if (table.moments.length > 0 && chance < 0.25)
      return this.#momentCondition(`${alias}.${this.#random.pick(table.moments)}`);
    if (table.texts.length > 0 && chance < 0.45)
      return this.#textCondition(`${alias}.${this.#random.pick(table.texts)}`);
    const column = `${alias}.${this.#random.pick(table.numbers)}`;
    switch (this.#random.integer(9)) {
      case 0:
        return `${column} in (1, 2)`;
      case 1:
        return `${column} between 1 and 3`;
      case 2:
        return `${column} is ${this.#random.pick(["null", "not null"])}`;
      case 3:
        return `${column}::text = '${this.#random.integer(4)}'`;
      case 4:
        return `${column} = ${this.#random.integer(3)}.${this.#random.pick(["0", "5"])}`;
      case 5:
        return `coalesce(${column}, 0) = ${this.#random.integer(3)}`;
      case 6:
        return `(${column} = 1 or ${column} = 2)`;
      default:
        return `${column} ${this.#random.pick(["=", "<", ">", "<>", ">="])} ${this.#random.integer(4)}`;
    }
  }

  #textCondition(column: string): string {
    switch (this.#random.integer(5)) {
      case 0:
        return `lower(${column}) = 'a'`;
      case 1:
        return `${column} like '${this.#random.pick(["a", "a%", "%b"])}'`;
      case 2:
        return `${column} in ('a', 'b')`;
      case 3:
        return `(${column} = 'a' or ${column} = 'A')`;
      default:
        return `${column} ${this.#random.pick(["=", "<>", ">"])} 'a'`;
    }
  }

  #momentCondition(column: string): string {
    switch (this.#random.integer(5)) {
      case 0:
        return `date(${column}) = '2024-01-01'`;
      case 1:
        return `${column}::date = '2024-01-01'`;
      case 2:
        return `date_trunc('${this.#random.pick(["month", "year", "day"])}', ${column}) = '2024-01-01'`;
      case 3:
        return `extract(year from ${column}) = 2024`;
      default:
        return `${column} ${this.#random.pick(["<", ">=", "="])} '2024-01-02'`;
    }
  }

  #scalar(one: Used): string {
    const [own, other, column] = this.#random.pick(one.table.ways);
    const inner = this.#use(tableNamed(other));
    const more = this.#chance(0.4) ? ` and ${this.#plainCondition(inner)}` : "";
    const value = `${inner.alias}.${this.#random.pick(inner.table.numbers)}`;
    const isLookUp = column === "id" && this.#chance(0.6);
    const shown = isLookUp
      ? this.#random.pick([value, `${value} + 1`])
      : this.#random.pick([
          "count(*)",
          `count(${value})`,
          `sum(${value})`,
          `max(${value})`,
          `coalesce(max(${value}), 0)`,
        ]);
    return `select ${shown} from ${inner.table.name} ${inner.alias} where ${inner.alias}.${column} = ${one.alias}.${own}${more}`;
  }

  #grouped(from: string, used: readonly Used[], where: string): string {
    const keys = used.flatMap(({ alias, table }) =>
      this.#random
        .shuffle([...table.numbers, ...table.texts])
        .slice(0, this.#random.integer(3))
        .map((column) => `${alias}.${column}`),
    );
    if (this.#chance(0.5)) keys.unshift(`${used[0]?.alias}.${used[0]?.table.numbers[0]}`);
    const groups = [...new Set(keys)];
    const last = used.at(-1);
    const value = `${last?.alias}.${last?.table.numbers.at(-1)}`;
    const call = this.#random.pick([
      "count(*)",
      `count(${value})`,
      `sum(${value})`,
      `max(${value})`,
      `count(distinct ${value})`,
    ]);
    const having =
      groups.length > 0 && this.#chance(0.3)
        ? ` having ${this.#random.pick([`${call} > 1`, `${groups[0]} is not null`, `${groups[0]} is null and count(*) > 0`])}`
        : "";
    const targets = [...groups, `${call} as value`];
    const group = groups.length === 0 ? "" : ` group by ${groups.join(", ")}`;
    const distinct = this.#chance(0.15) ? "distinct " : "";
    return `select ${distinct}${targets.join(", ")} from ${from}${where}${group}${having}`;
  }

  #union(): string {
    const [one, other] = [
      this.#use(this.#random.pick(TABLES)),
      this.#use(this.#random.pick(TABLES)),
    ];
    const mark = this.#chance(0.5);
    const arm = (used: Used, word: string): string =>
      `select ${used.alias}.${used.table.numbers[this.#random.integer(2)] ?? "id"}::int as n${mark ? `, '${word}' as kind` : ""} from ${used.table.name} ${used.alias}${this.#where([used], 1)}`;
    return `${arm(one, "left")} union ${this.#random.pick(["", "all "])}${arm(other, "right")}`;
  }

  #withTable(): string {
    const table = this.#random.pick(TABLES);
    const [one, other] = [this.#use(table), this.#use(table)];
    const inner = this.#use(table);
    const how = this.#random.pick(["", "materialized ", "not materialized "]);
    const [column = "id"] = table.numbers;
    const second = this.#chance(0.5);
    const from = second
      ? `shown ${one.alias} join shown ${other.alias} on ${other.alias}.${column} = ${one.alias}.${table.numbers.at(-1)}`
      : `shown ${one.alias}`;
    const conditions = [
      this.#plainCondition(one),
      ...(second && this.#chance(0.7) ? [this.#plainCondition(other)] : []),
    ];
    return `with shown as ${how}(select * from ${table.name} ${inner.alias}${this.#where([inner], 1)}) select ${one.alias}.${column} from ${from} where ${conditions.join(" and ")}`;
  }

  #numbered(): string {
    const one = this.#use(this.#random.pick(TABLES.filter(({ numbers }) => numbers.length > 1)));
    const { alias, table } = one;
    const [key] = this.#random.pick(table.ways);
    const [first = "id"] = table.numbers;
    const columns = [...new Set([first, key, ...table.numbers])]
      .map((column) => `${alias}.${column}`)
      .join(", ");
    return `select * from (select ${columns}, row_number() over (partition by ${alias}.${key} order by ${alias}.${table.numbers.at(-1)} ${this.#random.pick(["", "desc"])}, ${alias}.${first}) as place from ${table.name} ${alias}${this.#where([one], 1)}) numbered where place ${this.#random.pick(["= 1", "<= 2", "< 3"])}`;
  }

  #ownGroups(): string {
    const one = this.#use(this.#random.pick(TABLES.filter(({ numbers }) => numbers.length > 2)));
    const inner = this.#use(one.table);
    const key = this.#random.pick(one.table.numbers);
    const value = this.#random.pick(one.table.numbers);
    const call = this.#random.pick(["max", "min", "sum", "count"]);
    const condition = this.#chance(0.4)
      ? this.#plainCondition({ alias: "same", table: one.table })
      : null;
    const innerWhere =
      condition === null ? "" : ` where ${condition.replaceAll("same.", `${inner.alias}.`)}`;
    const outerWhere =
      condition === null || this.#chance(0.2)
        ? ""
        : ` where ${condition.replaceAll("same.", `${one.alias}.`)}`;
    const tie = call === "max" || call === "min" ? ` and g.v = ${one.alias}.${value}` : "";
    return `select ${one.alias}.${one.table.numbers[0]}, g.v from ${one.table.name} ${one.alias} join (select ${inner.alias}.${key}, ${call}(${inner.alias}.${value}) as v from ${one.table.name} ${inner.alias}${innerWhere} group by ${inner.alias}.${key}) g on g.${key} = ${one.alias}.${key}${tie}${outerWhere}`;
  }

  /** A table with sums over another one that refers to it, grouped by its key, or not quite. */
  #totals(): string {
    const parent = this.#use(
      this.#random.pick(TABLES.filter(({ numbers }) => numbers[0] === "id")),
    );
    const [own, other, column] = this.#random.pick(parent.table.ways);
    const child = this.#use(tableNamed(other));
    const kind = this.#random.pick(["join", "left join"]);
    const groups = [`${parent.alias}.${this.#random.pick(["id", "id", own])}`];
    if (this.#chance(0.5))
      groups.push(
        `${parent.alias}.${this.#random.pick([...parent.table.numbers, ...parent.table.texts])}`,
      );
    const unique = [...new Set(groups)];
    const value = `${child.alias}.${this.#random.pick(child.table.numbers)}`;
    const calls = this.#random
      .shuffle([
        "count(*)",
        `count(${value})`,
        `sum(${value})`,
        `max(${value})`,
        `avg(${value} + 1)`,
        `coalesce(sum(${value}), 0)`,
      ])
      .slice(0, 2);
    const on = this.#chance(0.3) ? ` and ${this.#plainCondition(child)}` : "";
    const where = this.#chance(0.4)
      ? ` where ${this.#plainCondition(this.#random.pick([parent, parent, child]))}`
      : "";
    const having = this.#chance(0.3) ? ` having ${calls[0]} > 1` : "";
    const order = this.#chance(0.3) ? ` order by ${calls[1]}, ${unique[0]} limit 2` : "";
    return `select ${[...unique, ...calls.map((one, index) => `${one} as c${index}`)].join(", ")} from ${parent.table.name} ${parent.alias} ${kind} ${child.table.name} ${child.alias} on ${child.alias}.${column} = ${parent.alias}.${own}${on}${where} group by ${unique.join(", ")}${having}${order}`;
  }

  /** A page of one table, perhaps with outer joins of which something is shown, or nothing. */
  #page(): string {
    const base = this.#use(this.#random.pick(TABLES));
    let from = `${base.table.name} ${base.alias}`;
    const shown = [...base.table.numbers, ...base.table.texts].map(
      (column) => `${base.alias}.${column}`,
    );
    for (let join = this.#random.integer(3); join > 0; join -= 1) {
      const [own, other, column] = this.#random.pick(base.table.ways);
      const next = this.#use(tableNamed(other));
      from += ` left join ${next.table.name} ${next.alias} on ${next.alias}.${column} = ${base.alias}.${own}`;
      if (this.#chance(0.5)) shown.push(`${next.alias}.${this.#random.pick(next.table.numbers)}`);
    }
    const where = this.#chance(0.5) ? ` where ${this.#plainCondition(base)}` : "";
    const sorts = [
      this.#random.pick(base.table.numbers),
      ...base.table.numbers.slice(0, this.#random.integer(3)),
    ];
    const order = [...new Set(sorts)].map(
      (column) => `${base.alias}.${column}${this.#random.pick(["", " desc", " nulls first"])}`,
    );
    const limit = this.#chance(0.8) ? ` limit ${this.#random.pick([1, 2, 3])}` : "";
    const offset = this.#chance(0.6) ? ` offset ${this.#random.pick([1, 2, 5000])}` : "";
    const star = from.includes("join") || this.#chance(0.5) ? shown.join(", ") : "*";
    return `select ${star} from ${from}${where} order by ${order.join(", ")}${limit}${offset}`;
  }

  /** Rows that hold an extreme among their likes, by a subquery over the same table. */
  #extreme(): string {
    const table = this.#random.pick(TABLES.filter(({ numbers }) => numbers.length > 2));
    const [one, inner] = [this.#use(table), this.#use(table)];
    const [key, value] = [this.#random.pick(table.numbers), this.#random.pick(table.numbers)];
    const condition = this.#plainCondition({ alias: "same", table });
    const how = this.#random.pick(["none", "both", "inner", "outer"]);
    const innerMore =
      how === "both" || how === "inner"
        ? ` and ${condition.replaceAll("same.", `${inner.alias}.`)}`
        : "";
    const outerMore =
      how === "both" || how === "outer"
        ? ` and ${condition.replaceAll("same.", `${one.alias}.`)}`
        : "";
    const join = this.#chance(0.3) ? this.#parentJoin(one) : "";
    const call = this.#random.pick(["max", "min", "avg", "count", "sum"]);
    return `select ${one.alias}.${table.numbers[0]}, ${one.alias}.${value} from ${table.name} ${one.alias}${join} where ${one.alias}.${value} ${this.#random.pick(["=", ">=", "<"])} (select ${call}(${inner.alias}.${value}) from ${table.name} ${inner.alias} where ${inner.alias}.${key} = ${one.alias}.${key}${innerMore})${outerMore}`;
  }

  #parentJoin(one: Used): string {
    const [own, other, column] = this.#random.pick(one.table.ways);
    const next = this.#use(tableNamed(other));
    return ` join ${next.table.name} ${next.alias} on ${next.alias}.${column} = ${one.alias}.${own}`;
  }

  #missingPartner(): string {
    const one = this.#use(this.#random.pick(TABLES));
    const [own, other, column] = this.#random.pick(one.table.ways);
    const next = this.#use(tableNamed(other));
    const more = this.#chance(0.4) ? ` and ${this.#plainCondition(next)}` : "";
    const asked = this.#random.pick([next.table.numbers[0], next.table.numbers.at(-1)]);
    return `select ${one.alias}.${one.table.numbers[0]} from ${one.table.name} ${one.alias} left join ${next.table.name} ${next.alias} on ${next.alias}.${column} = ${one.alias}.${own}${more} where ${next.alias}.${asked} is null${this.#chance(0.3) ? ` and ${this.#plainCondition(one)}` : ""}`;
  }

  /** A long list, a sorted subquery, a UNION that can have no duplicates. */
  #listed(): string {
    const one = this.#use(this.#random.pick(TABLES));
    const { alias, table } = one;
    const [key = "id"] = table.numbers;
    const list = Array.from({ length: 40 }, (_, index) => index * 2 + this.#random.integer(2)).join(
      ", ",
    );
    switch (this.#random.integer(3)) {
      case 0:
        return `select ${alias}.${key} from ${table.name} ${alias} where ${alias}.${this.#random.pick(table.numbers)} in (${list})`;
      case 1:
        return `select s.${key}, count(*) from (select ${alias}.* from ${table.name} ${alias} order by ${alias}.${table.numbers.at(-1)}) s group by s.${key}`;
      default:
        return `select ${alias}.${key}, 'one' as kind from ${table.name} ${alias} where ${this.#plainCondition(one)} union select ${alias}.${key}, 'other' as kind from ${table.name} ${alias}`;
    }
  }

  #use(table: Table): Used {
    this.#aliases += 1;
    return { alias: `t${this.#aliases}`, table };
  }

  #chance(probability: number): boolean {
    return this.#random.next() < probability;
  }
}

function tableNamed(name: string): Table {
  const table = TABLES.find((one) => one.name === name);
  if (table === undefined) throw new RangeError(`there is no table ${name}`);
  return table;
}
