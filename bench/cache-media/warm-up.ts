import type { Population } from "../../examples/media/src/population/population.ts";
import type { TestPostgres } from "../../test/support/postgres.ts";
import { type Asked, ask } from "./ask.ts";

const AT_ONCE = 4;
const MOST_PAGES = 4;
const DAY_MS = 86_400_000;

/**
 * Asks both processes for the catalogue, what the audience of the last months watched most first: the contents, who made
 * them, who holds their tokens, and what is classified already. An operator would do the same after a restart.
 */
export async function warmUp(
  urls: readonly string[],
  postgres: TestPostgres,
  database: string,
  population: Population,
): Promise<number> {
  const ranked = await postgres.query<{ id: number }>(
    "select content.id::integer as id from content left join analytics_events on content_id = content.id group by content.id order by count(content_id) desc, content.id",
    [],
    database,
  );
  const wanted = requestsFor(
    population,
    ranked.map(({ id }) => id),
  );
  for (const url of urls) {
    const queue = wanted.values();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const request of queue) await askWithPages(url, request);
      }),
    );
  }
  return wanted.length;
}

/** A list with the pages that visitors go on to. */
async function askWithPages(url: string, request: Asked): Promise<void> {
  let { text } = await ask(url, request);
  for (let page = 2; page <= MOST_PAGES; page += 1) {
    const next = /"next":"([^"]+)"}$/.exec(text)?.[1];
    if (next === undefined) return;
    const separator = request.path.includes("?") ? "&" : "?";
    ({ text } = await ask(url, { ...request, path: `${request.path}${separator}after=${next}` }));
  }
}

function requestsFor(population: Population, contentIds: readonly number[]): readonly Asked[] {
  const creators = new Set(contentIds.map((id) => population.ownerOfContent(id)));
  const holders = new Set(contentIds.map((id) => population.holderOfContent(id)));
  const texts = population.sizes.ai_classification_cache;
  return [
    { path: "/catalogue" },
    ...contentIds.flatMap((id) => requestsForContent(population, id)),
    ...[...creators].flatMap((id) => requestsForCreator(population, id)),
    ...[...holders].flatMap((id) => requestsForCollector(population, id)),
    ...Array.from({ length: texts }, (_, number) => ({
      method: "POST" as const,
      path: "/classifications",
      body: { text: population.postedText(number + 1) },
    })),
  ];
}

function requestsForContent(population: Population, contentId: number): readonly Asked[] {
  const contract = population.contractOf(population.ownerOfContent(contentId));
  return [
    { path: `/content/${contentId}` },
    { path: `/contracts/${contract}/tokens/${contentId}` },
    {
      path: `/streams/${contentId}/manifest.m3u8`,
      wallet: population.walletOf(population.holderOfContent(contentId)),
    },
  ];
}

function requestsForCreator(population: Population, creator: number): readonly Asked[] {
  const windows = [0, 7, 14].flatMap((back) =>
    [7, 28].map((days) => `from=${dayOf(population, back + days)}&to=${dayOf(population, back)}`),
  );
  return [
    ...["published", "draft", "archived"].map((status) => ({
      path: `/users/${creator}/content?status=${status}`,
    })),
    { path: `/contracts/${population.contractOf(creator)}/tokens` },
    ...windows.map((window) => ({ path: `/users/${creator}/statistics?${window}` })),
    { method: "POST", path: `/users/${creator}/keyword-matches`, body: { text: "warm" } },
  ];
}

function requestsForCollector(population: Population, collector: number): readonly Asked[] {
  const from = new Date(population.until.getTime() - 180 * DAY_MS).toISOString();
  return [
    { path: `/users/${collector}/transactions` },
    { path: `/users/${collector}/transactions?status=confirmed&from=${from}` },
    { path: `/wallets/${population.walletOf(collector)}/tokens` },
  ];
}

function dayOf({ until }: Population, daysBefore: number): string {
  return new Date(until.getTime() - daysBefore * DAY_MS).toISOString().slice(0, 10);
}
