import { rm } from "node:fs/promises";
import type { RunContext } from "../../context.ts";
import type { SkippedObject } from "../../schema/schema-script.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import type { WhatIf } from "../what-if.ts";
import { IndexRegistry, readIndexTrees } from "./index-registry.ts";
import { loadTwin } from "./load-twin.ts";
import { PlannerTwin } from "./planner-twin.ts";
import type { TwinRefresh } from "./refresh/refresh-twin.ts";
import { openDatabase } from "./twin-database.ts";
import { startTwinServer, withClient } from "./twin-server.ts";

/**
 * An empty PostgreSQL of StreamGate's own that plans as the watched one does, because it holds its
 * schema and planner statistics and reports its relation sizes.
 */
export interface Twin extends WhatIf {
  readonly name: "twin";
  /** What the twin lacks, and why: its advice on these is less sure. Grows by candidates that cannot be made. */
  readonly skipped: readonly SkippedObject[];
  /** Process id of its server. */
  readonly serverPid: number;
  readonly dataFolder: string;
  /**
   * Makes it the twin of a newer snapshot of the same database, by what differs where that can be told, and anew else. Candidates
   * stay defined and get the sizes that they would have now.
   */
  refresh(snapshot: Snapshot): Promise<TwinRefresh>;
}

export interface TwinOptions {
  readonly snapshot: Snapshot;
  /** Folder of this twin alone; deleted by `close`. */
  readonly folder: string;
  /** Folder for what embedded servers share. */
  readonly sharedFolder: string;
  readonly context: RunContext;
}

/**
 * Makes a twin of the database that a snapshot was read from. It takes about two seconds, and
 * nothing of it is left when it fails or is aborted.
 *
 * @throws StreamGateError `SG_PG_EMBEDDED_MISSING`, `SG_PG_CLUSTER_FAILED`
 */
export async function createTwin(options: TwinOptions): Promise<Twin> {
  const { snapshot, folder, sharedFolder, context } = options;
  context.signal.throwIfAborted();
  const cluster = await startTwinServer(snapshot, folder, sharedFolder).catch(async (error) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  try {
    const database = await openDatabase(cluster, snapshot);
    const { skipped, absences } = await loadTwin(cluster, database, snapshot, context);
    const registry = new IndexRegistry(await withClient(database.adminUrl, readIndexTrees));
    context.signal.throwIfAborted();
    return await PlannerTwin.open({
      cluster,
      database,
      snapshot,
      registry,
      skipped: [...database.skipped, ...skipped],
      absences,
      context,
    });
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}
