import { chmod, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { seededRandom, systemClock } from "@streamgate/core";
import { btreeOn, type Candidate, type IndexDefinition } from "../src/candidates/candidate.ts";
import type { RunContext } from "../src/context.ts";
import { readSnapshot } from "../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../src/snapshot/snapshot.ts";
import { createTwin, type Twin } from "../src/what-if/twin/twin.ts";

/** A context that nobody aborts or listens to. */
export function quietContext(signal: AbortSignal = new AbortController().signal): RunContext {
  return { clock: systemClock, random: seededRandom(1), signal, onProgress: () => undefined };
}

/** A folder below the system's temporary one that the server's user may enter. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join("/tmp", "streamgate-twin-"));
  await chmod(folder, 0o755);
  return folder;
}

/** What `use` does with a twin of the snapshot, which is gone afterwards. */
export async function withTwin<Result>(
  snapshot: Snapshot,
  use: (twin: Twin) => Promise<Result>,
): Promise<Result> {
  const folder = await temporaryFolder();
  try {
    const twin = await createTwin({
      snapshot,
      folder: join(folder, "twin"),
      sharedFolder: join("/tmp", "streamgate-test-shared"),
      context: quietContext(),
    });
    try {
      return await use(twin);
    } finally {
      await twin.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function snapshotOf(url: string): Promise<Snapshot> {
  return readSnapshot(url, { needsStatements: false });
}

/** A candidate on a table of the schema public, ascending. */
export function candidate(
  id: string,
  table: string,
  columns: readonly string[],
  more: Partial<IndexDefinition> = {},
): Candidate {
  return {
    id,
    definition: {
      ...btreeOn(
        { schema: "public", name: table },
        columns.map((column) => ({ column, direction: "asc", nulls: "last" })),
      ),
      ...more,
    },
    fingerprints: [],
    origin: "a test",
  };
}
