/**
 * One index on a real PostgreSQL, and what should become of it. In all texts `§` stands for the name of the case's own table, so that
 * `§_a` is an index of this case alone.
 */
export interface DropCase {
  /** A sentence that names the index in question: `the index …`. */
  readonly name: string;
  /** The name of the index in question. */
  readonly index: string;
  /** Makes the table with its indexes; in one go. */
  readonly sql: string;
  /** Run one by one afterwards, whether or not they fail: concurrent builds cannot be part of a script. */
  readonly alone?: readonly string[];
  /** Run with scans of tables turned off, so that indexes are scanned and counters count. */
  readonly scans?: readonly string[];
  /** The workload, or a part of it. */
  readonly statements?: readonly string[];
  /** The counters say that it was scanned a thousand times, where true. */
  readonly isScanned?: boolean;
  /** Nobody reads the table, where true. */
  readonly isUnread?: boolean;
  /** Another session holds the lock of a concurrent build on the table while it is looked at. */
  readonly isLocked?: boolean;
  /** For how long it was watched. @default 60 */
  readonly watchedDays?: number;
  /** Its last scan lies so far back, before it was watched; it was scanned once then. */
  readonly lastScanDays?: number;
  readonly world?: World;
  readonly expected: Expectation;
}

/** Which servers there are beside the primary. */
export type World =
  | "primary alone"
  | "a replica that was not read"
  | "a replica that scans it"
  | "a replica that does not scan it"
  | "looked at from a replica";

export type Expectation =
  | { readonly action: "drop"; readonly problem: string }
  | { readonly action: "rebuild"; readonly problem: string }
  /** `reason`: the first refusal; `none` where there was nothing to refuse. */
  | { readonly action: "keep"; readonly reason: string };

const ROWS = 1_200;

/** A table of 1,200 rows with columns of many types; its primary key is `id`. */
export const TABLE: string = tableOf(ROWS);

export function tableOf(rows: number, kind = "table"): string {
  return `create ${kind} § (
  id int primary key, a int not null, b int not null, c text not null, d timestamptz not null, e boolean not null,
  f numeric, j jsonb not null, r int[] not null, p int4range not null);
insert into § select g, g % 97, g % 13, 'word ' || md5(g::text), timestamptz '2026-01-01' + g * interval '1 min', g % 10 = 0,
  case when g % 5 > 0 then g end, jsonb_build_object('k', g), array[g, g % 11], int4range(g, g + 3)
from generate_series(1, ${rows}) g;
`;
}

/** A case on the common table. */
export function onTable(indexes: string): string {
  return `${TABLE}${indexes};`;
}

export const unused = { action: "drop", problem: "index/unused" } as const;
export const duplicate = { action: "drop", problem: "index/duplicate" } as const;
export const redundant = { action: "drop", problem: "index/redundant" } as const;
export const removed = { action: "drop", problem: "index/invalid" } as const;
export const rebuilt = { action: "rebuild", problem: "index/invalid" } as const;
export const mended = { action: "rebuild", problem: "index/bloated" } as const;
export function kept(reason: string): Expectation {
  return { action: "keep", reason };
}
