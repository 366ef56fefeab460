import type { Random } from "@streamgate/core";
import { COMMENT_WORDS } from "./words.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ,";

/** Words up to a length between `least` and `most` characters. */
export function comment(random: Random, least: number, most: number): string {
  const length = between(random, least, most);
  let text = random.pick(COMMENT_WORDS);
  while (text.length < length) text += ` ${random.pick(COMMENT_WORDS)}`;
  return text.slice(0, length).trimEnd();
}

/** Letters that mean nothing. */
export function address(random: Random): string {
  const length = between(random, 10, 40);
  let text = "";
  for (let at = 0; at < length; at += 1) text += LETTERS[random.integer(LETTERS.length)];
  return text;
}

/** A telephone number whose country code tells the nation. */
export function phone(random: Random, nation: number): string {
  const [area, exchange] = [between(random, 100, 999), between(random, 100, 999)];
  return `${nation + 10}-${area}-${exchange}-${between(random, 1_000, 9_999)}`;
}

/** `Supplier#000000042` */
export function numbered(what: string, key: number): string {
  return `${what}#${String(key).padStart(9, "0")}`;
}

/** `1234.05`, of cents. */
export function money(cents: number): string {
  const [sign, whole] = [cents < 0 ? "-" : "", Math.abs(cents)];
  return `${sign}${Math.floor(whole / 100)}.${String(whole % 100).padStart(2, "0")}`;
}

/** An integer from `least` to `most`, both included. */
export function between(random: Random, least: number, most: number): number {
  return least + random.integer(most - least + 1);
}
