import { keyOf } from "../schema/identifiers.ts";
import type { Constraint, Index, Relation, RelationName, Snapshot } from "../snapshot/snapshot.ts";
import { type IndexShape, shapeOf } from "./index-shape.ts";

/** What only the catalogue's fine print and the counters tell of an index. */
export interface IndexTraits extends RelationName {
  /** Whether logical replication names rows by it. */
  readonly isReplicaIdentity: boolean;
  /** Whether CLUSTER orders the table by it. */
  readonly isClustered: boolean;
  /** Whether its uniqueness may be judged as late as the end of a transaction. */
  readonly isDeferrable: boolean;
  /** Constraints of other tables that refer to the keys of this one. */
  readonly referencedBy: readonly string[];
  readonly scans: number;
  readonly tuplesRead: number;
  readonly tuplesFetched: number;
  /** Null before PostgreSQL 16, and where it was never scanned. */
  readonly lastScanAt: string | null;
  /** Whether a build of it goes on, or may: somebody holds the lock on its table that a concurrent build holds. */
  readonly isBeingBuilt: boolean;
  /** Since when it certainly is there: where the server keeps commit timestamps, else null. */
  readonly knownSinceAt: string | null;
  readonly upkeep: IndexUpkeep;
}

/** What an index has beside its definition, and what would be lost with it. */
interface IndexUpkeep {
  /** Null for that of the database. */
  readonly tablespace: string | null;
  readonly comment: string | null;
  /** How closely ANALYZE looks at an expression, by the position of the key from 1 on. */
  readonly statisticsTargets: readonly { readonly position: number; readonly target: number }[];
  /** Extensions with which it would be dropped. */
  readonly dependsOnExtensions: readonly string[];
}

/** Why an index must stay, whether it is scanned or not. */
export type IndexDuty =
  | { readonly kind: "primary key" }
  | { readonly kind: "unique" }
  | { readonly kind: "constraint"; readonly name: string }
  | { readonly kind: "replica identity" }
  | { readonly kind: "referenced"; readonly by: readonly string[] }
  /** Its keys lead with the columns of a foreign key: without it, each delete of a referenced row reads the whole table. */
  | { readonly kind: "foreign key"; readonly names: readonly string[] };

/** An index with all that is needed to judge it. Plain data. */
export interface IndexPortrait {
  readonly index: Index;
  /** Null where the definition cannot be read. */
  readonly shape: IndexShape | null;
  readonly duties: readonly IndexDuty[];
  readonly isClustered: boolean;
  readonly isDeferrable: boolean;
  /** Share of its bytes that a rebuild would free, by the planner's statistics; null where they tell nothing. */
  readonly estimatedBloat: number | null;
  /** Absent where it was kept by an older StreamGate; so are the following. */
  readonly isBeingBuilt?: boolean;
  readonly knownSinceAt?: string | null;
  readonly upkeep?: IndexUpkeep;
  readonly table?: TableTraits;
}

/** What matters of the table of an index. */
interface TableTraits {
  readonly kind: "table" | "partitioned table" | "materialized view";
  readonly isUnlogged: boolean;
  readonly rows: number;
  /** Scans of any sort, those taken off by which its indexes were built. */
  readonly reads: number;
  /** Columns that are never null. */
  readonly notNull: readonly string[];
}

/** Every index of a snapshot with its duties. What an index of a partitioned table holds and does is that of its partitions' together. */
export function portrayIndexes(
  snapshot: Pick<Snapshot, "indexes" | "constraints"> & Partial<Pick<Snapshot, "relations">>,
  traits: readonly IndexTraits[],
  bloat: ReadonlyMap<string, number>,
): readonly IndexPortrait[] {
  const tables = tableTraits(snapshot.relations ?? [], snapshot.indexes);
  const traitsByKey = new Map(traits.map((one) => [keyOf(one), one]));
  const constraints = constraintsByTable(snapshot);
  return sumFamilies(snapshot.indexes).map((index) => {
    const key = keyOf(index);
    const trait = traitsByKey.get(key);
    const table = tables.get(keyOf(index.table));
    return {
      index,
      shape: shapeOf(index),
      duties: dutiesOf(index, trait, constraints.get(keyOf(index.table)) ?? []),
      isClustered: trait?.isClustered ?? false,
      isDeferrable: trait?.isDeferrable ?? false,
      estimatedBloat: bloat.get(key) ?? null,
      isBeingBuilt: trait?.isBeingBuilt ?? false,
      knownSinceAt: trait?.knownSinceAt ?? null,
      ...(trait === undefined ? {} : { upkeep: trait.upkeep }),
      ...(table === undefined ? {} : { table }),
    };
  });
}

/** CREATE INDEX CONCURRENTLY reads the table twice, and PostgreSQL counts that as it counts a query's scan. */
const SCANS_OF_A_BUILD = 2;

/** What a partitioned table holds and sees is what its partitions do together. */
function tableTraits(
  relations: readonly Relation[],
  indexes: readonly Index[],
): ReadonlyMap<string, TableTraits> {
  const builds = new Map<string, number>();
  for (const { table } of indexes)
    builds.set(keyOf(table), (builds.get(keyOf(table)) ?? 0) + SCANS_OF_A_BUILD);
  const children = new Map<string, Relation[]>();
  for (const relation of relations) {
    if (relation.partitionOf === null) continue;
    const key = keyOf(relation.partitionOf.parent);
    children.set(key, [...(children.get(key) ?? []), relation]);
  }
  const sum = (relation: Relation, of: (one: Relation) => number): number =>
    of(relation) +
    (children.get(keyOf(relation)) ?? []).reduce((total, child) => total + sum(child, of), 0);
  return new Map(
    relations.flatMap((relation) => {
      const { kind, isUnlogged, columns } = relation;
      if (kind === "view" || kind === "foreign table") return [];
      const isParent = kind === "partitioned table";
      const traits: TableTraits = {
        kind,
        isUnlogged,
        rows: sum(relation, (one) =>
          isParent && one === relation ? 0 : Math.max(0, one.rows, one.usage.liveRows),
        ),
        reads: sum(relation, (one) => {
          const { sequentialScans, indexScans } = one.usage;
          return Math.max(0, sequentialScans + indexScans - (builds.get(keyOf(one)) ?? 0));
        }),
        notNull: columns.filter(({ isNotNull }) => isNotNull).map(({ name }) => name),
      };
      return [[keyOf(relation), traits]];
    }),
  );
}

function sumFamilies(indexes: readonly Index[]): readonly Index[] {
  const children = new Map<string, Index[]>();
  for (const index of indexes) {
    if (index.parent === null) continue;
    const key = keyOf(index.parent);
    children.set(key, [...(children.get(key) ?? []), index]);
  }
  const sum = (index: Index): Index => {
    const below = (children.get(keyOf(index)) ?? []).map(sum);
    if (below.length === 0) return index;
    return {
      ...index,
      sizeBytes: below.reduce((total, { sizeBytes }) => total + sizeBytes, 0),
      scans: below.reduce((total, { scans }) => total + scans, 0),
      rows: below.reduce((total, { rows }) => total + Math.max(0, rows), 0),
    };
  };
  return indexes.map(sum);
}

function constraintsByTable({
  constraints,
}: Pick<Snapshot, "constraints">): ReadonlyMap<string, readonly Constraint[]> {
  const byTable = new Map<string, Constraint[]>();
  for (const constraint of constraints) {
    const key = keyOf(constraint.table);
    const known = byTable.get(key);
    if (known === undefined) byTable.set(key, [constraint]);
    else known.push(constraint);
  }
  return byTable;
}

function dutiesOf(
  index: Index,
  traits: IndexTraits | undefined,
  constraints: readonly Constraint[],
): readonly IndexDuty[] {
  const supported = constraints.filter((one) => supports(index, one)).map(({ name }) => name);
  const referencedBy = traits?.referencedBy ?? [];
  return [
    ...(index.isPrimary ? [{ kind: "primary key" } as const] : []),
    ...(index.isUnique ? [{ kind: "unique" } as const] : []),
    ...(index.constraint === null ? [] : [{ kind: "constraint", name: index.constraint } as const]),
    ...(traits?.isReplicaIdentity === true ? [{ kind: "replica identity" } as const] : []),
    ...(referencedBy.length === 0 ? [] : [{ kind: "referenced", by: referencedBy } as const]),
    ...(supported.length === 0 ? [] : [{ kind: "foreign key", names: supported } as const]),
  ];
}

/** The columns of the foreign key lead the index, in whatever order; a partial index lacks rows. */
function supports(index: Index, constraint: Constraint): boolean {
  if (constraint.kind !== "foreign key" || index.predicate !== null || !index.isValid) return false;
  if (index.method !== "btree" && index.method !== "hash") return false;
  const leading = index.keys.slice(0, constraint.columns.length).map(({ column }) => column);
  return constraint.columns.every((column) => leading.includes(column));
}
