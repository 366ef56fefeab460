import type { Node } from "@pgsql/types";
import { deparseSync } from "pgsql-deparser";
import { nodeOf } from "../../workload/parse-statement.ts";

/** An expression as SQL. */
export function sqlOf(node: Node): string {
  return deparseSync(node, { pretty: false });
}

/** The tree of an expression that was written here. */
export function expressionOf(sql: string): Node {
  const select = nodeOf(`select ${sql}`);
  const [target] =
    select !== undefined && "SelectStmt" in select ? (select.SelectStmt.targetList ?? []) : [];
  const expression = target !== undefined && "ResTarget" in target ? target.ResTarget.val : null;
  if (expression === undefined || expression === null) throw new TypeError(`no expression: ${sql}`);
  return expression;
}

/** Gives each thing a name that nothing else has. */
export class Names {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  /** The wanted name, shortened to what PostgreSQL keeps of names, with a number where it is taken. */
  take(wanted: string): string {
    const longest = 58;
    const base = wanted.slice(0, longest);
    let name = base;
    for (let number = 2; this.#taken.has(name); number += 1) name = `${base}_${number}`;
    this.#taken.add(name);
    return name;
  }
}
