import type { Random } from "@streamgate/core";
import { between } from "./texts.ts";
import {
  CONTAINER_WORDS,
  NAME_WORDS,
  NATIONS,
  PRIORITIES,
  REGIONS,
  SEGMENTS,
  SHIP_MODES,
  TYPE_WORDS,
} from "./words.ts";

/** Values for the queries' parameters, drawn from what the tables hold. */
export class Parameters {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  between(least: number, most: number): number {
    return between(this.#random, least, most);
  }

  /** The first day of a month of these years. */
  month(firstYear: number, lastYear: number): string {
    const month = String(this.between(1, 12)).padStart(2, "0");
    return `${this.between(firstYear, lastYear)}-${month}-01`;
  }

  region(): string {
    return this.#random.pick(REGIONS);
  }

  /** Different nations. */
  nations(count: number): readonly string[] {
    return this.#several(
      NATIONS.map(({ name }) => name),
      count,
    );
  }

  /** A nation and the region that it lies in. */
  place(): { readonly nation: string; readonly region: string } {
    const { name, region } = this.#random.pick(NATIONS);
    return { nation: name, region: REGIONS[region] ?? "" };
  }

  segment(): string {
    return this.#random.pick(SEGMENTS);
  }

  urgentPriorities(): readonly string[] {
    return PRIORITIES.slice(0, 2);
  }

  shipModes(count: number): readonly string[] {
    return this.#several(SHIP_MODES, count);
  }

  brands(count: number): readonly string[] {
    const all = [1, 2, 3, 4, 5].flatMap((maker) => [1, 2, 3, 4, 5].map((one) => `${maker}${one}`));
    return this.#several(all, count).map((number) => `Brand#${number}`);
  }

  container(): string {
    return CONTAINER_WORDS.map((words) => this.#random.pick(words)).join(" ");
  }

  /** The first so many of the three words of a type. */
  type(words: number): string {
    return TYPE_WORDS.slice(0, words)
      .map((choice) => this.#random.pick(choice))
      .join(" ");
  }

  metal(): string {
    return this.#random.pick(TYPE_WORDS[2]);
  }

  nameWord(): string {
    return this.#random.pick(NAME_WORDS);
  }

  /** Different integers. */
  numbers(count: number, least: number, most: number): readonly number[] {
    const all = Array.from({ length: most - least + 1 }, (_, at) => least + at);
    return this.#several(all, count);
  }

  #several<Item>(items: readonly Item[], count: number): readonly Item[] {
    return this.#random.shuffle(items).slice(0, count);
  }
}

/** `'a', 'b'`: our own words, which hold no quotes. */
export function listed(words: readonly (string | number)[]): string {
  return words.map((word) => (typeof word === "number" ? word : `'${word}'`)).join(", ");
}
