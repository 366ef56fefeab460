import type { Random } from "@streamgate/core";
import type { Table, Used } from "./shop-tables.ts";

/** Chance, and the aliases that one statement has given so far. */
export class Dice {
  readonly random: Random;
  #aliases = 0;

  constructor(random: Random) {
    this.random = random;
  }

  use(table: Table): Used {
    this.#aliases += 1;
    return { alias: `t${this.#aliases}`, table };
  }

  chance(probability: number): boolean {
    return this.random.next() < probability;
  }
}
