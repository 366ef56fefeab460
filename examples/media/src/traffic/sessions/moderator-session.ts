import type { Population } from "../../population/population.ts";
import type { Dice } from "../dice.ts";
import type { PlannedRequest, Session } from "../planned-request.ts";

const NEW_TEXT_SHARE = 0.1;
const CURATOR_SHARE = 0.02;

/** Has what the audience posted matched against a creator's keywords and classified. */
export function* moderatorSession(population: Population, dice: Dice): Session {
  const owner = dice.isBelow(CURATOR_SHARE)
    ? population.creatorId(population.curatorRank)
    : population.creatorAt(dice.uniform());
  for (let texts = dice.integer(1, 3); texts > 0; texts -= 1) {
    const isNew = dice.isBelow(NEW_TEXT_SHARE);
    const text = population.postedText(textNumber(population, dice, isNew));
    yield post(`/users/${owner}/keyword-matches`, text, false);
    yield post("/classifications", text, isNew);
  }
}

/** Texts that are posted again are classified already; new ones lie beyond the seeded table. */
function textNumber(population: Population, dice: Dice, isNew: boolean): number {
  const known = population.sizes.ai_classification_cache;
  return isNew ? known + dice.integer(1, 2 ** 30) : dice.integer(1, known);
}

function post(path: string, text: string, isWrite: boolean): PlannedRequest {
  return { method: "POST", path, body: { text }, expected: [200], isWrite };
}
