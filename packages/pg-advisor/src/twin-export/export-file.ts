import type { Snapshot } from "../snapshot/snapshot.ts";
import { exportUnreadable } from "./errors.ts";
import { exportSnapshot } from "./export-snapshot.ts";
import type { ExportOptions } from "./options.ts";

const FORMAT = "streamgate-twin";
const VERSION = 1;
/** Parts that every snapshot has, each a list. */
const LISTS = [
  "extensions",
  "types",
  "functions",
  "relations",
  "indexes",
  "constraints",
  "columnStatistics",
  "extendedStatistics",
  "statements",
  "settings",
] as const;

/** The text of a file from which `readTwinFile` makes a snapshot again: JSON, anonymised by `exportSnapshot`. */
export function writeTwinFile(snapshot: Snapshot, options: ExportOptions): string {
  const { names, values } = options;
  const exported = exportSnapshot(snapshot, options);
  return `${JSON.stringify({ format: FORMAT, version: VERSION, names, values, snapshot: exported })}\n`;
}

/**
 * Reads what `writeTwinFile` wrote: a snapshot that `createTwin`, `buildWorkload` and the advisors take as any other.
 *
 * @throws StreamGateError `SG_PG_EXPORT_UNREADABLE`
 */
export function readTwinFile(text: string): Snapshot {
  const file = parse(text);
  if (file.format !== FORMAT) throw exportUnreadable("it is no exported twin");
  if (file.version !== VERSION) {
    throw exportUnreadable(`it is of version ${String(file.version)}, and this reads ${VERSION}`);
  }
  if (!isSnapshot(file.snapshot)) throw exportUnreadable("a part of its snapshot is missing");
  return file.snapshot;
}

interface TwinFile {
  readonly format?: unknown;
  readonly version?: unknown;
  readonly snapshot?: unknown;
}

function parse(text: string): TwinFile {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch (cause) {
    throw exportUnreadable("it is no JSON", cause);
  }
}

function isSnapshot(value: unknown): value is Snapshot {
  if (typeof value !== "object" || value === null || !("server" in value)) return false;
  const parts = new Map<string, unknown>(Object.entries(value));
  return LISTS.every((name) => Array.isArray(parts.get(name)));
}
