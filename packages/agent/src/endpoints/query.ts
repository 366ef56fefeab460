import { Problem } from "./problem.ts";

const LEAST_SECONDS = 1;
const MOST_SECONDS = 120;

/** @throws Problem 400 where a parameter is there that is not among `known` */
export function onlyKnown(query: URLSearchParams, known: readonly string[]): void {
  for (const name of query.keys())
    if (!known.includes(name))
      throw new Problem(400, `there is no parameter ${name}; there is: ${known.join(", ")}`);
}

/** How long to look, ms. @throws Problem 400 */
export function readDurationMs(query: URLSearchParams, defaultSeconds: number): number {
  return 1_000 * readNumber(query, "seconds", defaultSeconds, LEAST_SECONDS, MOST_SECONDS);
}

/** @throws Problem 400 */
export function readNumber(
  query: URLSearchParams,
  name: string,
  otherwise: number,
  least: number,
  most: number,
): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= least && value <= most) return value;
  throw new Problem(400, `${name} must be a number from ${least} to ${most}`);
}

/** One of a few words; the first where it is left out. @throws Problem 400 */
export function readChoice<Choice extends string>(
  query: URLSearchParams,
  name: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const text = query.get(name);
  if (text === null) return choices[0];
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw new Problem(400, `${name} must be ${choices.join(" or ")}`);
  return found;
}
