import { keyOf } from "../schema/identifiers.ts";
import { parentsOf, selectRelations } from "../schema/select-relations.ts";
import type { Relation, RelationName, Snapshot } from "../snapshot/snapshot.ts";

/** A table as statements name it, with every table that holds its rows: itself, or its partitions. */
export interface TableFamily {
  readonly root: Relation;
  readonly members: readonly Relation[];
  readonly rows: number;
  readonly sizeBytes: number;
  /** Columns of the primary key; empty where there is none. */
  readonly key: readonly string[];
}

/** A foreign key between two families. */
export interface FamilyReference {
  readonly child: TableFamily;
  readonly columns: readonly string[];
  readonly parent: TableFamily;
  readonly parentColumns: readonly string[];
}

/** Stands in for the row count of a table that was never analysed. */
const ASSUMED_ROW_BYTES = 100;

/** The families of the wanted tables, and of what views among them read. */
export function gatherFamilies(
  snapshot: Snapshot,
  wanted: readonly RelationName[],
): readonly TableFamily[] {
  const selected = selectRelations(snapshot.relations, wanted);
  const byKey = new Map(selected.map((relation) => [keyOf(relation), relation]));
  const members = new Map<string, Relation[]>();
  for (const relation of selected) {
    if (relation.kind !== "table" && relation.kind !== "partitioned table") continue;
    const root = keyOf(rootOf(relation, byKey));
    const known = members.get(root) ?? [];
    if (relation.kind === "table") known.push(relation);
    members.set(root, known);
  }
  return [...members].flatMap(([key, tables]) => {
    const root = byKey.get(key);
    return root === undefined ? [] : [familyOf(root, tables, snapshot)];
  });
}

/** The foreign keys whose two tables are both in families. */
export function gatherReferences(
  snapshot: Snapshot,
  families: readonly TableFamily[],
): readonly FamilyReference[] {
  const byMember = new Map(
    families.flatMap((family) =>
      [family.root, ...family.members].map((member) => [keyOf(member), family] as const),
    ),
  );
  return snapshot.constraints.flatMap((constraint) => {
    const { kind, isInherited, references, columns } = constraint;
    if (kind !== "foreign key" || isInherited || references === null) return [];
    const child = byMember.get(keyOf(constraint.table));
    const parent = byMember.get(keyOf(references.table));
    if (child === undefined || parent === undefined) return [];
    return [{ child, columns, parent, parentColumns: references.columns }];
  });
}

function familyOf(root: Relation, members: readonly Relation[], snapshot: Snapshot): TableFamily {
  const primaryKey = snapshot.constraints.find(
    ({ table, kind }) => kind === "primary key" && keyOf(table) === keyOf(root),
  );
  return {
    root,
    members,
    rows: members.reduce((sum, member) => sum + rowsOf(member), 0),
    sizeBytes: members.reduce((sum, member) => sum + member.sizeBytes, 0),
    key: primaryKey?.columns ?? [],
  };
}

function rowsOf({ rows, sizeBytes }: Relation): number {
  return rows >= 0 ? rows : Math.ceil(sizeBytes / ASSUMED_ROW_BYTES);
}

function rootOf(relation: Relation, byKey: ReadonlyMap<string, Relation>): Relation {
  for (const name of parentsOf(relation)) {
    const parent = byKey.get(keyOf(name));
    if (parent !== undefined) return rootOf(parent, byKey);
  }
  return relation;
}
