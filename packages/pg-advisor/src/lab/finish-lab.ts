import { messageOf } from "@streamgate/core";
import type pg from "pg";
import type { RunContext } from "../context.ts";
import { qualify } from "../schema/identifiers.ts";
import { selectRelations } from "../schema/select-relations.ts";
import type { RelationName, Snapshot } from "../snapshot/snapshot.ts";
import { isMostlyVisible } from "./copy-families.ts";
import type { SkippedPart } from "./lab.ts";
import type { TableFamily } from "./table-family.ts";

/** Fills materialized views from the copied tables, in the order in which they need each other. */
export async function refreshViews(
  lab: pg.Client,
  snapshot: Snapshot,
  wanted: readonly RelationName[],
): Promise<readonly SkippedPart[]> {
  const skipped: SkippedPart[] = [];
  for (const relation of selectRelations(snapshot.relations, wanted)) {
    if (relation.kind !== "materialized view") continue;
    const name = qualify(relation);
    await lab
      .query(`refresh materialized view ${name}; analyze ${name}`)
      .catch((error: unknown) => {
        skipped.push({ object: `materialized view ${name}`, reason: messageOf(error) });
      });
  }
  return skipped;
}

/**
 * Gathers statistics with each column's own target, and writes all pages, so that none is written
 * later. VACUUM gives back the empty pages by which COPY extended the table ahead of its rows.
 */
export async function analyzeTables(
  lab: pg.Client,
  families: readonly TableFamily[],
  context: RunContext,
): Promise<void> {
  for (const [done, { root, members }] of families.entries()) {
    context.signal.throwIfAborted();
    const activity = `analysing ${qualify(root)}`;
    context.onProgress({ activity, done, total: families.length, unit: "tables" });
    const command = members.every(isMostlyVisible) ? "vacuum (analyze)" : "analyze";
    await lab.query(`${command} ${qualify(root)}`);
  }
  await lab.query("checkpoint");
}
