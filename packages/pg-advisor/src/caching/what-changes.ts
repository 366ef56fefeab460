import type { Node } from "@pgsql/types";
import { namesOf, walkNodes } from "../workload/text/sql-nodes.ts";

/** Functions whose answers change though no table does. */
const RESTLESS: ReadonlySet<string> = new Set([
  "now",
  "clock_timestamp",
  "statement_timestamp",
  "transaction_timestamp",
  "timeofday",
  "random",
  "random_normal",
  "gen_random_uuid",
  "uuidv7",
  "uuidv4",
  "nextval",
  "currval",
  "lastval",
  "txid_current",
  "pg_current_xact_id",
  "pg_sleep",
  "current_setting",
  "pg_backend_pid",
]);

/** Why a statement's answer must not be kept, though no table changes; null where it may. */
export function restlessness(node: Node): string | null {
  let found: string | null = null;
  walkNodes(node, (kind, fields) => {
    if (kind === "SQLValueFunction") found = "it reads the clock or who is asking";
    if (kind === "LockingClause") found = "it locks what it reads";
    if (kind === "FuncCall") {
      const name = namesOf(fields.funcname as readonly Node[] | undefined)?.at(-1) ?? "";
      if (RESTLESS.has(name)) found = `${name}() answers otherwise each time`;
    }
    return undefined;
  });
  return found;
}
