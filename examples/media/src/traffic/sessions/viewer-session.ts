import { uuidOf } from "../../population/hash.ts";
import type { Population } from "../../population/population.ts";
import type { Dice } from "../dice.ts";
import { itemsOf, type PlannedRequest, read, type Session } from "../planned-request.ts";

const MOST_TRIES = 20;

/** Looks around, opens what is popular, watches what the wallet holds a token for. */
export function* viewerSession(population: Population, dice: Dice): Session {
  const wallet = population.walletOf(population.collectorAt(dice.uniform()));
  yield read("/catalogue");
  for (let opened = dice.integer(1, 3); opened > 0; opened -= 1) {
    const contentId = publishedContent(population, dice);
    yield read(`/content/${contentId}`);
    if (dice.isBelow(0.5)) yield read(tokenPath(population, contentId));
  }
  const held = itemsOf((yield read(`/wallets/${wallet}/tokens`)).body);
  for (const token of held.slice(0, dice.integer(1, 2))) {
    const contentId = Number(token.contentId);
    if (population.statusOfContent(contentId) === "published") {
      yield manifest(contentId, wallet, [200]);
    }
  }
  const watched = publishedContent(population, dice);
  if (dice.isBelow(0.2)) yield manifest(watched, wallet, [200, 403]);
  if (dice.isBelow(0.55)) yield eventBatch(watched, dice);
}

function publishedContent(population: Population, dice: Dice): number {
  let contentId = population.popularContentAt(dice.uniform());
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    if (population.statusOfContent(contentId) === "published") break;
    contentId = population.popularContentAt(dice.uniform());
  }
  return contentId;
}

function tokenPath(population: Population, contentId: number): string {
  const contract = population.contractOf(population.ownerOfContent(contentId));
  return `/contracts/${contract}/tokens/${contentId}`;
}

function manifest(contentId: number, wallet: string, expected: readonly number[]): PlannedRequest {
  return {
    method: "GET",
    path: `/streams/${contentId}/manifest.m3u8`,
    headers: { "x-wallet-address": wallet },
    expected,
    isWrite: false,
  };
}

function eventBatch(contentId: number, dice: Dice): PlannedRequest {
  const sessionId = uuidOf(dice.integer(0, 2 ** 31), 1, contentId);
  const progress = Array.from({ length: dice.integer(1, 5) }, () => ({
    contentId,
    sessionId,
    kind: "progress",
    watchedSeconds: dice.integer(5, 60),
  }));
  const events = [{ contentId, sessionId, kind: "play" }, ...progress];
  return { method: "POST", path: "/events", body: { events }, expected: [202], isWrite: true };
}
