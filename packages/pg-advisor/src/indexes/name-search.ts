import type { Snapshot } from "../snapshot/snapshot.ts";
import type { Workload } from "../workload/workload.ts";
import type { Refusal } from "./index-verdict.ts";
import { mentions } from "./mentions.ts";

/** Finds who calls an index by its name: hints, CLUSTER … USING, REINDEX in somebody's job. */
export interface NameSearch {
  find(name: string): Refusal | null;
}

/** A name as short as this stands in many texts by chance. */
const SHORTEST_NAME = 4;

/** Looks into all texts that were read: statements with their comments, and functions. */
export function createNameSearch({
  workload,
  snapshot,
}: {
  readonly workload: Workload;
  readonly snapshot: Snapshot;
}): NameSearch {
  const texts = [
    ...snapshot.statements.map(({ text }) => text),
    ...workload.statements.map(({ text }) => text),
    // StreamGate's own texts name indexes without needing them.
    ...workload.declined
      .filter(({ reason }) => reason !== "StreamGate's own")
      .map(({ text }) => text),
  ].filter((text) => !MAKES_OR_DROPS.test(text));
  return {
    find: (name) => {
      if (name.length < SHORTEST_NAME) return null;
      const statement = texts.find((text) => mentions(text, name));
      if (statement !== undefined)
        return {
          reason: "named-in-statement",
          explanation: `a statement calls it by its name: ${statement.slice(0, 120)}`,
        };
      const named = snapshot.functions.find(({ definition }) => mentions(definition, name));
      if (named === undefined) return null;
      return {
        reason: "named-in-function",
        explanation: `the function ${named.schema}.${named.name} calls it by its name`,
      };
    },
  };
}

/** Who made an index, or looked at its size, does not need it. */
const MAKES_OR_DROPS =
  /^\s*(create\s+(unique\s+)?index|drop\s+index|alter\s+index|comment\s+on\s+index)\b/i;
