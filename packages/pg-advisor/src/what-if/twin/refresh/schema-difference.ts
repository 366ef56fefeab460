import { keyOf, qualify } from "../../../schema/identifiers.ts";
import type { SchemaScript, SchemaStatement } from "../../../schema/schema-script.ts";
import { parentsOf } from "../../../schema/select-relations.ts";
import type { Relation, RelationName, Snapshot } from "../../../snapshot/snapshot.ts";

/** A snapshot and the script that makes its schema. */
export interface Rendered {
  readonly snapshot: Pick<Snapshot, "relations" | "indexes">;
  readonly script: SchemaScript;
}

/** What to do so that the schema of one snapshot becomes that of another. */
export interface SchemaDifference {
  /** In this order. */
  readonly drops: readonly string[];
  readonly makes: SchemaScript;
  /** Keys of the relations that are dropped, made or made again. */
  readonly remade: ReadonlySet<string>;
  /** Relations that stay and get something new: they must be empty for that moment. */
  readonly extended: ReadonlySet<string>;
}

/** What other objects stand on in ways that a snapshot does not tell. */
const FOUNDATIONS: ReadonlySet<string> = new Set([
  "extensions",
  "foreign servers",
  "stand-ins",
  "types",
]);

/**
 * Compares two schemas statement by statement. What can be taken back by itself is; any other change makes its relation again, with
 * all of its partitions, children, parents and views.
 *
 * @param unmade statements that failed when the first schema was made: they are tried again
 * @returns null where a type, an extension or a server that others stand on changed or went: then all is made anew
 */
export function schemaDifference(
  before: Rendered,
  after: Rendered,
  unmade: ReadonlySet<string>,
): SchemaDifference | null {
  const [old, next] = [statementsOf(before.script), statementsOf(after.script)];
  const gone = [...old.values()].filter(({ sql }) => !next.has(sql));
  const come = [...next.values()].filter(({ sql }) => !old.has(sql));
  if (gone.some(({ stage }) => FOUNDATIONS.has(stage))) return null;
  const touched = [...gone, ...come].flatMap(({ of = [], undo }) => (undo === undefined ? of : []));
  const remade = withRelatives([...touched, ...emptiedIndexes(before, after)], before, after);
  const standsOnRemade = ({ of = [] }: SchemaStatement): boolean =>
    of.some((relation) => remade.has(keyOf(relation)));
  const makes = (statement: SchemaStatement): boolean =>
    !old.has(statement.sql) || standsOnRemade(statement) || unmade.has(statement.object);
  const isOfStaying = ({ of = [] }: SchemaStatement): boolean =>
    of.some((relation) => !remade.has(keyOf(relation)));
  const undone = [
    ...gone,
    ...[...old.values()].filter(
      (statement) => next.has(statement.sql) && standsOnRemade(statement),
    ),
  ].filter(isOfStaying);
  return {
    drops: [
      ...undone.flatMap(({ undo }) => undo ?? []),
      ...dropRelations(before.snapshot.relations.filter((one) => remade.has(keyOf(one)))),
    ],
    makes: {
      stages: after.script.stages.map(({ name, statements }) => ({
        name,
        statements: statements.filter(makes),
      })),
      skipped: after.script.skipped,
    },
    remade,
    extended: new Set(
      [...next.values()]
        .filter(makes)
        .flatMap(({ of = [] }) => of.map(keyOf))
        .filter((key) => !remade.has(key)),
    ),
  };
}

type Staged = SchemaStatement & { readonly stage: string };

function statementsOf({ stages }: SchemaScript): ReadonlyMap<string, Staged> {
  return new Map(
    stages.flatMap(({ name, statements }) =>
      statements.map((statement) => [statement.sql, { ...statement, stage: name }]),
    ),
  );
}

/** An index that lost all of its pages must be as CREATE INDEX leaves it. */
function emptiedIndexes(before: Rendered, after: Rendered): readonly RelationName[] {
  const { blockSizeBytes } = PAGE;
  const had = new Map(before.snapshot.indexes.map((index) => [keyOf(index), index.sizeBytes]));
  return after.snapshot.indexes
    .filter(
      (index) => index.sizeBytes <= blockSizeBytes && (had.get(keyOf(index)) ?? 0) > blockSizeBytes,
    )
    .map(({ table }) => table);
}

const PAGE = { blockSizeBytes: 8192 } as const;

/** With parents, partitions, children, and views on any of them. */
function withRelatives(
  touched: readonly RelationName[],
  before: Rendered,
  after: Rendered,
): ReadonlySet<string> {
  const neighbours = new Map<string, RelationName[]>();
  const tie = (one: RelationName, other: RelationName): void => {
    const known = neighbours.get(keyOf(one));
    if (known === undefined) neighbours.set(keyOf(one), [other]);
    else known.push(other);
  };
  for (const relation of [...before.snapshot.relations, ...after.snapshot.relations]) {
    for (const parent of parentsOf(relation)) {
      tie(relation, parent);
      tie(parent, relation);
    }
    for (const source of relation.dependsOn) tie(source, relation);
  }
  const found = new Set<string>();
  const waiting = [...touched];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(keyOf(next))) continue;
    found.add(keyOf(next));
    waiting.push(...(neighbours.get(keyOf(next)) ?? []));
  }
  return found;
}

/** Views before what they read; tables in one statement, as they may refer to one another. */
function dropRelations(relations: readonly Relation[]): readonly string[] {
  const named = (kinds: readonly Relation["kind"][]): readonly string[] =>
    relations.filter(({ kind }) => kinds.includes(kind)).map(qualify);
  const views = relations
    .filter(({ kind }) => kind === "view" || kind === "materialized view")
    .toReversed()
    .map(
      (view) =>
        `DROP ${view.kind === "view" ? "VIEW" : "MATERIALIZED VIEW"} IF EXISTS ${qualify(view)}`,
    );
  const foreign = named(["foreign table"]).map((name) => `DROP FOREIGN TABLE IF EXISTS ${name}`);
  const tables = named(["table", "partitioned table"]);
  return [
    ...views,
    ...foreign,
    ...(tables.length === 0 ? [] : [`DROP TABLE IF EXISTS ${tables.join(", ")}`]),
  ];
}
