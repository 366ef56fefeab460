import { systemClock } from "@streamgate/core";
import { openAlertBook } from "@streamgate/monitor";
import { observeIndexes } from "@streamgate/pg-advisor";
import type { CommandCall } from "../../command-line/command.ts";
import { usageError } from "../../errors.ts";
import { openStorePool } from "../../platform/store-pool.ts";
import { addressOf } from "../../secrets/redact.ts";
import { openStore, openStoreServer } from "../../store/open-store.ts";
import { advanceReadings } from "../advance-readings.ts";
import type { WatchedIndexes } from "../index-reading.ts";
import { readWatchedIndexes } from "../index-store.ts";
import type { ListParts } from "../list-indexes.ts";

/** The indexes that a command tells of. */
export interface IndexSight {
  /** As `streamgate serve` has kept them, or as they are at this moment. */
  readonly kind: "kept" | "now";
  readonly watched: readonly WatchedIndexes[];
  /** The one database that is meant; null for all that are kept. */
  readonly only: string | null;
  /** Under which findings of these databases may be kept. */
  readonly targets: readonly string[];
  readonly parts: ListParts;
}

const STATEMENT_TIMEOUT_MS = 15_000;

/** Looks at the database behind a connection string now: one transaction that is read only; nothing is kept. */
export async function lookNow(url: string, signal: AbortSignal): Promise<IndexSight> {
  const name = addressOf(url);
  const observation = await observeIndexes(url, {
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    signal,
  });
  return {
    kind: "now",
    watched: [advanceReadings(name, undefined, observation)],
    only: name,
    targets: [name],
    parts: {
      clock: systemClock,
      tables: { query: async () => [] },
      series: { aggregate: async () => [] },
    },
  };
}

/** Tells of what the store holds, whether or not anything serves at the moment. */
export async function withKeptIndexes<Result>(
  call: CommandCall,
  only: string | null,
  work: (sight: IndexSight) => Promise<Result>,
): Promise<Result> {
  const storeUrl = call.settings.text("store");
  // Opened first: it brings the schema up to date.
  const store = await openStore(storeUrl, call.folder);
  try {
    const server = await openStoreServer(storeUrl, call.folder);
    const tables = openStorePool(() => server.locate());
    try {
      const book = await openAlertBook({ database: await server.locate() });
      try {
        const names = await keptNames(tables.query);
        if (only !== null && !names.includes(only)) throw unknownDatabase(only, names);
        const wanted = only === null ? names : [only];
        const watched = await Promise.all(
          wanted.map((name) => readWatchedIndexes(tables.query, name)),
        );
        return await work({
          kind: "kept",
          watched: watched.filter((one) => one !== undefined),
          only,
          targets: wanted,
          parts: { clock: systemClock, tables, series: book.history },
        });
      } finally {
        await book.close();
      }
    } finally {
      await tables.close();
      await server.release();
    }
  } finally {
    await store.close();
  }
}

async function keptNames(query: ListParts["tables"]["query"]): Promise<readonly string[]> {
  const rows = await query<{ readonly database: string }>(
    "select database from streamgate.index_watches order by database",
  );
  return rows.map(({ database }) => database);
}

function unknownDatabase(name: string, known: readonly string[]): Error {
  return usageError(
    `find the database ${JSON.stringify(name)}`,
    "nothing of it is kept",
    known.length === 0
      ? "give its connection string, or watch it by `streamgate serve`"
      : `use one of ${known.join(", ")}, or its connection string`,
  );
}
