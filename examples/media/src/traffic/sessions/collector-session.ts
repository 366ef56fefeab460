import type { Population } from "../../population/population.ts";
import type { Dice } from "../dice.ts";
import { read, type Session, textField } from "../planned-request.ts";

const DAY_MS = 86_400_000;

/** Checks what was bought, then looks through a creator's tokens. */
export function* collectorSession(population: Population, dice: Dice): Session {
  const collector = population.collectorAt(dice.uniform());
  const transactions = `/users/${collector}/transactions`;
  const next = textField((yield read(transactions)).body, "next");
  if (next !== undefined && dice.isBelow(0.4)) yield read(`${transactions}?after=${next}`);
  if (dice.isBelow(0.25)) {
    const from = new Date(population.until.getTime() - 180 * DAY_MS).toISOString();
    yield read(`${transactions}?status=confirmed&from=${from}`);
  }
  if (dice.isBelow(0.5)) yield read(`/wallets/${population.walletOf(collector)}/tokens`);
  const contract = population.contractOf(population.creatorAt(dice.uniform()));
  const tokens = `/contracts/${contract}/tokens`;
  const nextTokens = textField((yield read(tokens)).body, "next");
  if (nextTokens !== undefined && dice.isBelow(0.4)) yield read(`${tokens}?after=${nextTokens}`);
}
