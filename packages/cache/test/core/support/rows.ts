import type { Cache } from "../../../src/cache.ts";

/** What values are made from, a version each. An entity has a row of its own; the others concern all. */
const SHARED_ROWS = ["team", "owner", "table"] as const;
export type Row = string;
export type Snapshot = Readonly<Record<Row, number>>;

/** The source of truth, and what each process may still be told of it. */
export class Rows {
  private readonly versions = new Map<Row, number>();
  /** By process: the least version of a row that a read which begins now may give. */
  private readonly bounds: Map<Row, number>[];

  constructor(processes: number) {
    this.bounds = Array.from({ length: processes }, () => new Map());
  }

  change(row: Row): number {
    const version = this.versionOf(row) + 1;
    this.versions.set(row, version);
    return version;
  }

  snapshot(entity: number): Snapshot {
    return Object.fromEntries(rowsOf(entity).map((row) => [row, this.versionOf(row)]));
  }

  /** The invalidation of a version of a row was promised to these processes. */
  promise(row: Row, version: number, processes: readonly number[]): void {
    for (const process of processes) {
      const bound = this.bounds[process];
      bound?.set(row, Math.max(version, bound.get(row) ?? 0));
    }
  }

  boundOf(process: number, entity: number): Snapshot {
    const bound = this.bounds[process];
    return Object.fromEntries(rowsOf(entity).map((row) => [row, bound?.get(row) ?? 0]));
  }

  private versionOf(row: Row): number {
    return this.versions.get(row) ?? 0;
  }
}

function rowsOf(entity: number): readonly Row[] {
  return [`own:${entity}`, ...SHARED_ROWS];
}

/** The rows that a read gave too old. */
export function staleRows(given: Snapshot, bound: Snapshot): readonly Row[] {
  return Object.keys(bound).filter((row) => (given[row] ?? 0) < (bound[row] ?? 0));
}

export const DEPENDENCIES = { "query:feed": ["table:content"] } as const;
/** What every read of an entity says. */
export const READ = { tags: ["team"], dependsOn: ["query:feed"] } as const;

export const WAYS = ["own", "text", "key", "namespace", "clear", "team", "owner", "table"] as const;
export type Way = (typeof WAYS)[number];

/** The row that changes for a way to invalidate. */
export function rowOf(way: Way, entity: number): Row {
  return way === "team" || way === "owner" || way === "table" ? way : `own:${entity}`;
}

export function invalidateBy(
  cache: Cache,
  way: Way,
  entity: number,
  everywhere: boolean,
): Promise<void> {
  const namespace = cache.namespace<Snapshot>("entity");
  switch (way) {
    case "own":
      return namespace.delete(entity, { everywhere });
    case "text":
      return namespace.delete(String(entity), { everywhere });
    case "key":
      return cache.invalidate({ keys: [`entity:${entity}:short`], everywhere });
    case "namespace":
      return namespace.clear({ everywhere });
    case "clear":
      return cache.clear({ everywhere });
    case "table":
      return cache.invalidate({ tags: ["table:content"], everywhere });
    case "team":
    case "owner":
      return cache.invalidate({ tags: [way], everywhere });
  }
}
