import { nastySchema } from "../../../../test/support/nasty/schema.ts";
import { NASTY_STATEMENTS } from "../../../../test/support/nasty/statements.ts";
import { startTestPostgres } from "../../../../test/support/postgres.ts";
import type { Snapshot, StatementCounters } from "../../src/snapshot/snapshot.ts";
import { snapshotOf } from "../twin-support.ts";

/** A snapshot of the nasty schema whose workload are its statements, values in place. */
export async function nastySnapshot(): Promise<Snapshot> {
  const postgres = await startTestPostgres({
    settings: { autovacuum: "off" },
    hasStatementCounters: false,
  });
  try {
    const url = await postgres.createDatabase("nasty");
    await postgres.query(nastySchema(18, "nasty"), undefined, "nasty");
    return { ...(await snapshotOf(url)), statements: NASTY_STATEMENTS.map(statement) };
  } finally {
    await postgres.stop();
  }
}

export function statement(text: string): StatementCounters {
  const times = { totalMs: 1, meanMs: 1, stddevMs: 0, minMs: 1, maxMs: 1 };
  const blocks = { sharedBlocksHit: 1, sharedBlocksRead: 0, tempBlocksWritten: 0, walBytes: 0 };
  return { queryId: "1", isTopLevel: true, text, calls: 1, rows: 1, ...times, ...blocks };
}
