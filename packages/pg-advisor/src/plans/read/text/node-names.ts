import type { Properties } from "../../tree/explained-plan.ts";

/** Names that EXPLAIN writes in text as it does in JSON, without anything behind them. */
const BARE = [
  "Append",
  "BitmapAnd",
  "BitmapOr",
  "Gather",
  "Gather Merge",
  "Group",
  "Hash",
  "Incremental Sort",
  "Limit",
  "LockRows",
  "Materialize",
  "Memoize",
  "Merge Append",
  "ProjectSet",
  "Recursive Union",
  "Result",
  "Sort",
  "Unique",
  "WindowAgg",
] as const;

/** Scans by the name that says what is scanned. */
const SCANS: ReadonlyMap<string, string> = new Map([
  ["Seq Scan", "Relation Name"],
  ["Sample Scan", "Relation Name"],
  ["Tid Scan", "Relation Name"],
  ["Tid Range Scan", "Relation Name"],
  ["Foreign Scan", "Relation Name"],
  ["Index Scan", "Relation Name"],
  ["Index Only Scan", "Relation Name"],
  ["Bitmap Heap Scan", "Relation Name"],
  ["Function Scan", "Function Name"],
  ["Table Function Scan", "Table Function Name"],
  ["Values Scan", "Alias"],
  ["CTE Scan", "CTE Name"],
  ["WorkTable Scan", "CTE Name"],
  ["Named Tuplestore Scan", "Tuplestore Name"],
  ["Subquery Scan", "Alias"],
]);

const AGGREGATES: ReadonlyMap<string, string> = new Map([
  ["Aggregate", "Plain"],
  ["GroupAggregate", "Sorted"],
  ["HashAggregate", "Hashed"],
  ["MixedAggregate", "Mixed"],
]);

const IDENTIFIER = String.raw`(?:"(?:[^"]|"")+"|[^\s".]+)`;
const JOIN =
  /^(Nested Loop|Hash|Merge)(?: (Left|Right|Full|Semi|Anti|Right Semi|Right Anti))? Join$/;
const SET_OPERATION = /^(Hash)?SetOp (Intersect All|Intersect|Except All|Except)$/;
const MODIFICATION = /^(Foreign )?(Insert|Update|Delete|Merge) on (.+)$/;
const CUSTOM_SCAN = /^Custom Scan \((.+?)\)(?: on (.+))?$/;
const BITMAP_INDEX_SCAN = new RegExp(`^Bitmap Index Scan on (${IDENTIFIER})$`);
const SCAN = new RegExp(
  `^(.+?)(?: (Backward|NoMovement))?(?: using (${IDENTIFIER}))?(?: on (.+))?$`,
);
const TARGET = new RegExp(
  String.raw`^(?:(${IDENTIFIER})\.)?(${IDENTIFIER})(?:\(\))?(?: (${IDENTIFIER}))?$`,
);

/** What the name of a node in the text form says, under the names of the JSON form; null for what is no node. */
export function readNodeName(written: string): Properties | null {
  const { words, properties } = readPrefixes(written.trim());
  const read =
    bareOf(words) ?? aggregateOf(words) ?? joinOf(words) ?? setOperationOf(words) ?? scanOf(words);
  return read === null ? null : { ...read, ...properties };
}

function readPrefixes(written: string): {
  readonly words: string;
  readonly properties: Properties;
} {
  let words = written;
  const take = (prefix: string): boolean => {
    if (!words.startsWith(`${prefix} `)) return false;
    words = words.slice(prefix.length + 1);
    return true;
  };
  const isAsync = take("Async");
  const isParallel = take("Parallel");
  const partialMode = take("Partial") ? "Partial" : take("Finalize") ? "Finalize" : null;
  return {
    words,
    properties: {
      ...(isParallel ? { "Parallel Aware": true } : {}),
      ...(isAsync ? { "Async Capable": true } : {}),
      ...(partialMode === null ? {} : { "Partial Mode": partialMode }),
    },
  };
}

function bareOf(words: string): Properties | null {
  return (BARE as readonly string[]).includes(words) ? { "Node Type": words } : null;
}

function aggregateOf(words: string): Properties | null {
  const strategy = AGGREGATES.get(words);
  return strategy === undefined ? null : { "Node Type": "Aggregate", Strategy: strategy };
}

function joinOf(words: string): Properties | null {
  if (words === "Nested Loop") return { "Node Type": words, "Join Type": "Inner" };
  const [, method, type = "Inner"] = JOIN.exec(words) ?? [];
  if (method === undefined) return null;
  const nodeType = method === "Nested Loop" ? method : `${method} Join`;
  return { "Node Type": nodeType, "Join Type": type };
}

function setOperationOf(words: string): Properties | null {
  const [, hash, command] = SET_OPERATION.exec(words) ?? [];
  if (command === undefined) return null;
  const strategy = hash === undefined ? "Sorted" : "Hashed";
  return { "Node Type": "SetOp", Strategy: strategy, Command: command };
}

function scanOf(words: string): Properties | null {
  const [, foreign, operation, target] = MODIFICATION.exec(words) ?? [];
  if (operation !== undefined) {
    const nodeType = foreign === undefined ? "ModifyTable" : "Foreign Scan";
    return { "Node Type": nodeType, Operation: operation, ...targetOf(target, "Relation Name") };
  }
  const [, index] = BITMAP_INDEX_SCAN.exec(words) ?? [];
  if (index !== undefined)
    return { "Node Type": "Bitmap Index Scan", "Index Name": unquote(index) };
  const [, provider, scanned] = CUSTOM_SCAN.exec(words) ?? [];
  if (provider !== undefined)
    return {
      "Node Type": "Custom Scan",
      "Custom Plan Provider": provider,
      ...targetOf(scanned, "Relation Name"),
    };
  const [, nodeType, direction, by, on] = SCAN.exec(words) ?? [];
  const what = nodeType === undefined ? undefined : SCANS.get(nodeType);
  if (nodeType === undefined || what === undefined) return null;
  const isByIndex = by !== undefined;
  return {
    "Node Type": nodeType,
    ...(isByIndex ? { "Scan Direction": direction ?? "Forward", "Index Name": unquote(by) } : {}),
    ...targetOf(on, what),
  };
}

function targetOf(written: string | undefined, name: string): Properties {
  if (written === undefined) return {};
  const [, schema, object, alias] = TARGET.exec(written.trim()) ?? [];
  // A name that is cut short or oddly quoted is better shown as it stands than lost.
  if (object === undefined) return { [name]: written.trim(), Alias: written.trim() };
  return {
    ...(schema === undefined ? {} : { Schema: unquote(schema) }),
    [name]: unquote(object),
    Alias: unquote(alias ?? object),
  };
}

function unquote(identifier: string): string {
  return identifier.startsWith('"') ? identifier.slice(1, -1).replaceAll('""', '"') : identifier;
}
