import type { Fix } from "@streamgate/core";
import type { LabSession } from "../../proof/session.ts";
import { qualify } from "../../schema/identifiers.ts";
import { parseSql } from "../../workload/text/parser.ts";
import { sqlOf } from "../reading/sql-pieces.ts";
import type { SummaryForm } from "../summary.ts";

/** A summary that stands, as its own DDL and the catalogue tell. */
export interface BuiltSummary {
  readonly form: SummaryForm;
  /** Qualified and quoted. */
  readonly summary: string;
  /** The table that triggers are on; null for a view. */
  readonly base: string | null;
  readonly triggers: readonly string[];
  /** What the summary must be equal to, as SQL. */
  readonly definition: string;
  readonly sizeBytes: number;
}

/** Reads from the steps of a fix what they made. */
export async function readBuilt(session: LabSession, fix: Fix): Promise<BuiltSummary> {
  let made: Pick<BuiltSummary, "form" | "summary" | "definition"> | null = null;
  const triggers: string[] = [];
  let base: string | null = null;
  for (const step of fix.steps) {
    const parsed = step.kind === "sql" ? parseSql(step.apply) : null;
    for (const { node } of parsed?.outcome === "parsed" ? parsed.statements : []) {
      if ("CreateTableAsStmt" in node) {
        const { into, query, objtype } = node.CreateTableAsStmt;
        const form = objtype === "OBJECT_MATVIEW" ? "refresh" : "trigger";
        const name = nameOf(into?.rel);
        if (name !== null && query !== undefined)
          made = { form, summary: name, definition: sqlOf(query) };
      }
      if ("CreateTrigStmt" in node) {
        triggers.push(node.CreateTrigStmt.trigname ?? "");
        base = nameOf(node.CreateTrigStmt.relation);
      }
    }
  }
  if (made === null) throw new TypeError("the fix makes no summary");
  const [size] = await session.rows<{ bytes: string }>(
    "select pg_total_relation_size($1::regclass)::text as bytes",
    [made.summary],
  );
  return { ...made, base, triggers, sizeBytes: Number(size?.bytes ?? 0) };
}

function nameOf(
  range: { readonly schemaname?: string; readonly relname?: string } | undefined,
): string | null {
  if (range?.schemaname === undefined || range.relname === undefined) return null;
  return qualify({ schema: range.schemaname, name: range.relname });
}
