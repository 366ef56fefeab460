import type { LabDescription } from "@streamgate/core";
import type pg from "pg";
import type { Cluster } from "../cluster/cluster.ts";
import { qualify } from "../schema/identifiers.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { CompletedParents } from "./complete-parents.ts";
import type { CopiedTables } from "./copy-families.ts";
import { LAB_DATABASE } from "./lab-database.ts";
import type { FamilySelection } from "./sampling.ts";

/** Says what the lab holds: for each table its rows, and their share of all. */
export function describeCopy(
  cluster: Cluster,
  snapshot: Snapshot,
  selections: readonly FamilySelection[],
  copied: CopiedTables & CompletedParents,
  serverVersion: string,
): LabDescription {
  return {
    kind: "copy",
    address: `127.0.0.1:${cluster.port}/${LAB_DATABASE}, from ${snapshot.server.database}`,
    serverVersion,
    tables: selections.map(({ family, isWhole }) => {
      const table = qualify(family.root);
      const ofMembers = family.members.map((member) => copied.rows.get(qualify(member)));
      const rows =
        ofMembers.reduce<number>((sum, count) => sum + (count ?? 0), 0) +
        (copied.added.get(table) ?? 0);
      const isComplete = isWhole && !ofMembers.includes(undefined);
      return { table, rows, share: isComplete ? 1 : Math.min(1, rows / Math.max(1, family.rows)) };
    }),
  };
}

/** The lab's own version: its planner decides. */
export async function versionOf(lab: pg.Client): Promise<string> {
  const { rows } = await lab.query<{ version: string }>(
    "select current_setting('server_version') as version",
  );
  return rows[0]?.version ?? "unknown";
}
