import { crc32 } from "node:zlib";
import { EVERYTHING, type PurgeTarget } from "./target.ts";

/** `add`: to be purged by every purger. `settle`: one purger is done. `only`: all that one purger has left. */
export type JournalRecord =
  | { readonly kind: "add"; readonly targets: readonly PurgeTarget[] }
  | {
      readonly kind: "settle" | "only";
      readonly purger: string;
      readonly targets: readonly PurgeTarget[];
    };

/** What each purger has left to do, by its name. */
export type PendingTargets = Map<string, Set<PurgeTarget>>;

/** A record as a line: the CRC-32 of its JSON, a space, the JSON. */
export function formatRecord(record: JournalRecord): string {
  const json = JSON.stringify(record);
  return `${checksum(json)} ${json}\n`;
}

/**
 * What was left when the journal's last writer ended. A last line without its end was never acknowledged and
 * is dropped. Any other damage means that something unknown is lost: then every purger purges everything.
 */
export function replay(text: string, purgers: readonly string[]): PendingTargets {
  const pending: PendingTargets = new Map(purgers.map((name) => [name, new Set()]));
  const lines = text.split("\n");
  lines.pop();
  for (const line of lines) {
    if (line === "") continue;
    const record = parseRecord(line);
    applyRecord(pending, record ?? { kind: "add", targets: [EVERYTHING] });
  }
  return pending;
}

/** Brings the state up to date; purgers that the queue does not have are passed over. */
export function applyRecord(pending: PendingTargets, record: JournalRecord): void {
  if (record.kind === "add") {
    for (const left of pending.values()) for (const target of record.targets) left.add(target);
    return;
  }
  const left = pending.get(record.purger);
  if (left === undefined) return;
  if (record.kind === "only") {
    left.clear();
    for (const target of record.targets) left.add(target);
  } else {
    for (const target of record.targets) left.delete(target);
  }
}

function parseRecord(line: string): JournalRecord | undefined {
  const json = line.slice(9);
  if (line.slice(0, 8) !== checksum(json)) return undefined;
  const value: unknown = JSON.parse(json);
  return isRecord(value) ? value : undefined;
}

function isRecord(value: unknown): value is JournalRecord {
  if (typeof value !== "object" || value === null) return false;
  const { kind, purger, targets } = { kind: "", purger: "", targets: [], ...value };
  return (
    (kind === "add" || ((kind === "settle" || kind === "only") && typeof purger === "string")) &&
    Array.isArray(targets) &&
    targets.every((target) => typeof target === "string")
  );
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, "0");
}
