import { keyOf } from "../schema/identifiers.ts";
import type {
  Column,
  ColumnStatistics,
  Constraint,
  FunctionFacts,
  Index,
  OwnType,
  Relation,
  RelationName,
  Snapshot,
} from "../snapshot/snapshot.ts";
import { exportedStatements } from "./exported-statements.ts";
import type { ExportOptions } from "./options.ts";
import { replaceFunction } from "./replace-function.ts";
import { replaceStatistics } from "./replace-statistics.ts";
import { ReplacedNames } from "./replaced-names.ts";
import { ReplacedValues } from "./replaced-values.ts";
import { type Literals, rewriteSql } from "./rewrite-sql.ts";
import { kindOfType, type ValueKind } from "./value-kind.ts";

const REMOVED = "removed";

/**
 * A snapshot that may leave the building: without values of the database, the place of its server, the bodies of its functions in other
 * languages than SQL and the comments of its statements; on request with other names.
 *
 * What is lost: statements about anything but the snapshot's own tables, common combinations of values in extended statistics, and statistics of documents, rows and addresses.
 *
 * @example
 * ```ts
 * import { exportSnapshot, type Snapshot } from "@streamgate/pg-advisor";
 * const share = (snapshot: Snapshot, secret: string) =>
 *   exportSnapshot(snapshot, { names: "hashed", values: "shape", secret });
 * ```
 */
export function exportSnapshot(snapshot: Snapshot, options: ExportOptions): Snapshot {
  const values = new ReplacedValues(options.secret, snapshot.server.collation);
  const names = new ReplacedNames(snapshot, options.names === "hashed" ? options.secret : null);
  // Ranks are known when all texts were seen: the first pass only gathers them.
  new SnapshotRewriter(snapshot, names, values, options).rewrite();
  values.finishGathering();
  return new SnapshotRewriter(snapshot, names, values, options).rewrite();
}

/** Rewrites each part of a snapshot by the same names and values. */
class SnapshotRewriter {
  readonly #snapshot: Snapshot;
  readonly #names: ReplacedNames;
  readonly #values: ReplacedValues;
  readonly #options: ExportOptions;
  readonly #enums: ReadonlySet<string>;
  readonly #domains: ReadonlyMap<string, ValueKind>;

  constructor(
    snapshot: Snapshot,
    names: ReplacedNames,
    values: ReplacedValues,
    options: ExportOptions,
  ) {
    this.#snapshot = snapshot;
    this.#names = names;
    this.#values = values;
    this.#options = options;
    this.#enums = new Set(
      snapshot.types.filter(({ kind }) => kind === "enum").map(({ name }) => name),
    );
    this.#domains = new Map(
      snapshot.types.flatMap(({ kind, name, definition }) => {
        const base = / AS ((?:"[^"]*"|[\w.])+)/.exec(definition)?.[1];
        return kind === "domain" && base !== undefined ? [[name, kindOfType(base)]] : [];
      }),
    );
  }

  rewrite(): Snapshot {
    const { server, extensions, types, ownTypes, foreignServers, collations } = this.#snapshot;
    const { functions, sequences, relations, indexes, constraints } = this.#snapshot;
    const kinds = this.#kindsOfColumns();
    return {
      ...this.#snapshot,
      server: { ...server, host: REMOVED, port: 0, database: REMOVED, user: REMOVED },
      extensions: extensions.map((extension) => ({
        ...extension,
        schema: this.#names.replace(extension.schema),
        usedBy: extension.usedBy.map((one) => this.#address(one)),
      })),
      types: types.map((type) => ({
        ...type,
        ...this.#address(type),
        definition: this.#sql(type.definition),
      })),
      ...(ownTypes === undefined ? {} : { ownTypes: ownTypes.map((type) => this.#ownType(type)) }),
      ...(foreignServers === undefined
        ? {}
        : {
            foreignServers: foreignServers.map((one) => ({
              ...one,
              name: this.#names.replace(one.name),
            })),
          }),
      collations: collations.map((one) => ({
        ...one,
        ...this.#address(one),
        definition: this.#sql(one.definition, "kept"),
      })),
      functions: functions.flatMap((one) => this.#function(one)),
      sequences: sequences.map((one) => ({
        ...one,
        ...this.#address(one),
        definition: this.#sql(one.definition, "kept"),
      })),
      relations: relations.map((one) => this.#relation(one)),
      indexes: indexes.map((one) => this.#index(one)),
      constraints: constraints.map((one) => this.#constraint(one)),
      columnStatistics: this.#snapshot.columnStatistics.map((one) =>
        this.#columnStatistics(one, kinds),
      ),
      extendedStatistics: this.#snapshot.extendedStatistics.map((one) => ({
        ...one,
        ...this.#address(one),
        table: this.#address(one.table),
        definition: this.#sql(one.definition),
        mostCommonValues: null,
        ...(one.expressions === undefined
          ? {}
          : {
              expressions: one.expressions.map((facts) =>
                replaceStatistics(facts, "unknown", this.#values, this.#options.values),
              ),
            }),
      })),
      statements: exportedStatements(this.#snapshot).flatMap((statement) => {
        const text = this.#sqlOrNull(statement.text);
        return text === null ? [] : [{ ...statement, text }];
      }),
      settings: this.#snapshot.settings.map((setting) =>
        setting.name === "search_path"
          ? { ...setting, value: this.#sql(setting.value, "kept") }
          : setting,
      ),
      warnings: [],
    };
  }

  #sqlOrNull(sql: string, literals: Literals = "replaced"): string | null {
    return rewriteSql(sql, this.#names, this.#values, literals);
  }

  #sql(sql: string, literals: Literals = "replaced"): string {
    return this.#sqlOrNull(sql, literals) ?? "";
  }

  #address({ schema, name }: RelationName): RelationName {
    return { schema: this.#names.replace(schema), name: this.#names.replace(name) };
  }

  #ownType(type: OwnType): OwnType {
    const labels = type.labels?.map(({ oid, label }) => ({
      oid,
      label: this.#values.replace(label, "text") ?? "",
    }));
    return { ...type, ...this.#address(type), labels: labels ?? null };
  }

  #function(routine: FunctionFacts): readonly FunctionFacts[] {
    const definition = replaceFunction(routine.definition, (sql, literals) =>
      this.#sqlOrNull(sql, literals),
    );
    if (definition === null) return [];
    const identityArguments = this.#sql(routine.identityArguments, "kept");
    return [{ ...routine, ...this.#address(routine), identityArguments, definition }];
  }

  #relation(relation: Relation): Relation {
    const { partitionKey, partitionOf, definition, foreign } = relation;
    return {
      ...relation,
      ...this.#address(relation),
      columns: relation.columns.map((column) => this.#column(column)),
      partitionKey: partitionKey === null ? null : this.#sql(partitionKey),
      partitionOf:
        partitionOf === null
          ? null
          : {
              parent: this.#address(partitionOf.parent),
              bound: this.#sql(partitionOf.bound),
            },
      inherits: relation.inherits.map((one) => this.#address(one)),
      definition: definition === null ? null : this.#sql(definition),
      dependsOn: relation.dependsOn.map((one) => this.#address(one)),
      ...(foreign === undefined
        ? {}
        : { foreign: { ...foreign, server: this.#names.replace(foreign.server) } }),
    };
  }

  #column(column: Column): Column {
    const { defaultExpression, collation } = column;
    return {
      ...column,
      name: this.#names.replace(column.name),
      type: this.#sql(column.type, "kept"),
      defaultExpression: defaultExpression === null ? null : this.#sql(defaultExpression),
      collation: collation === null ? null : this.#sql(collation, "kept"),
    };
  }

  #index(index: Index): Index {
    const { predicate, constraint, parent } = index;
    return {
      ...index,
      ...this.#address(index),
      table: this.#address(index.table),
      definition: this.#sql(index.definition),
      constraint: constraint === null ? null : this.#names.replace(constraint),
      keys: index.keys.map((key) => ({
        ...key,
        column: key.column === null ? null : this.#names.replace(key.column),
        expression: key.expression === null ? null : this.#sql(key.expression),
      })),
      includes: index.includes.map((name) => this.#names.replace(name)),
      predicate: predicate === null ? null : this.#sql(predicate),
      parent: parent === null ? null : this.#address(parent),
    };
  }

  #constraint(constraint: Constraint): Constraint {
    const { references } = constraint;
    return {
      ...constraint,
      table: this.#address(constraint.table),
      name: this.#names.replace(constraint.name),
      definition: this.#sql(constraint.definition),
      columns: constraint.columns.map((name) => this.#names.replace(name)),
      references:
        references === null
          ? null
          : {
              table: this.#address(references.table),
              columns: references.columns.map((name) => this.#names.replace(name)),
            },
    };
  }

  #columnStatistics(
    statistics: ColumnStatistics,
    kinds: ReadonlyMap<string, ValueKind>,
  ): ColumnStatistics {
    const { schema, relation, column } = statistics;
    const kind = kinds.get(columnKey({ schema, name: relation }, column)) ?? "unknown";
    const { schema: newSchema, name: newRelation } = this.#address({ schema, name: relation });
    return {
      ...replaceStatistics(statistics, kind, this.#values, this.#options.values),
      schema: newSchema,
      relation: newRelation,
      column: this.#names.replace(column),
    };
  }

  #kindsOfColumns(): ReadonlyMap<string, ValueKind> {
    return new Map(
      this.#snapshot.relations.flatMap((relation) =>
        relation.columns.map((column) => [
          columnKey(relation, column.name),
          this.#kindOf(column.type),
        ]),
      ),
    );
  }

  /** Values of an enum stand in the order of its labels, not of texts; of what else a user made nothing is known. */
  #kindOf(type: string): ValueKind {
    const kind = kindOfType(type);
    if (kind !== "unknown") return kind;
    const name = /([^."]+)"?$/.exec(type)?.[1] ?? type;
    const domain = this.#domains.get(name);
    if (domain !== undefined) return domain;
    return this.#enums.has(name) ? "unknown" : "drop";
  }
}

function columnKey(relation: RelationName, column: string): string {
  return `${keyOf(relation)} ${column}`;
}
