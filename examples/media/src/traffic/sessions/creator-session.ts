import type { Population } from "../../population/population.ts";
import type { Dice } from "../dice.ts";
import { read, type Session, textField } from "../planned-request.ts";

const DAY_MS = 86_400_000;
const MOST_PAGES = 4;

/** Pages through what the creator published and looks at the audience of the last weeks. */
export function* creatorSession(population: Population, dice: Dice): Session {
  const creator = population.creatorAt(dice.uniform());
  const status = dice.isBelow(0.75) ? "published" : dice.isBelow(0.5) ? "draft" : "archived";
  const feed = `/users/${creator}/content?status=${status}`;
  let next = textField((yield read(feed)).body, "next");
  for (let page = 2; page <= MOST_PAGES && next !== undefined && dice.isBelow(0.5); page += 1) {
    next = textField((yield read(`${feed}&after=${next}`)).body, "next");
  }
  for (let looks = dice.integer(1, 2); looks > 0; looks -= 1) {
    const days = dice.isBelow(0.6) ? 7 : 28;
    const to = population.until.getTime() - dice.integer(0, 2) * 7 * DAY_MS;
    const window = `from=${dayOf(to - days * DAY_MS)}&to=${dayOf(to)}`;
    yield read(`/users/${creator}/statistics?${window}`);
  }
}

function dayOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
