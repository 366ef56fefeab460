/**
 * All that was read from a database at one instant. Plain data: it survives JSON, so a snapshot
 * can be kept, compared and replayed. Names are as the catalogue holds them, unquoted.
 */
export interface Snapshot {
  readonly takenAt: string;
  readonly server: ServerFacts;
  readonly extensions: readonly ExtensionFacts[];
  /** Enums, domains, composites and ranges that user relations need, in an order in which they can be made. */
  readonly types: readonly TypeFacts[];
  /** All types that are not PostgreSQL's own, with their oids; absent in snapshots of before. */
  readonly ownTypes?: readonly OwnType[];
  /** Foreign servers that foreign tables lie on; absent in snapshots of before. */
  readonly foreignServers?: readonly ForeignServerFacts[];
  /** Collations that users made. */
  readonly collations: readonly CollationFacts[];
  /** All user functions and procedures, save those of triggers. */
  readonly functions: readonly FunctionFacts[];
  /** Sequences that are not an identity column's own. */
  readonly sequences: readonly SequenceFacts[];
  readonly relations: readonly Relation[];
  readonly indexes: readonly Index[];
  readonly constraints: readonly Constraint[];
  readonly columnStatistics: readonly ColumnStatistics[];
  readonly extendedStatistics: readonly ExtendedStatistics[];
  readonly statements: readonly StatementCounters[];
  /** When the statement counters were last reset; null where the server does not tell. */
  readonly statementsSince: string | null;
  /** Entries that pg_stat_statements threw away since its reset; null where the server does not tell. */
  readonly statementsEvicted: number | null;
  readonly settings: readonly Setting[];
  /** What could not be read, and what that means for the advice. */
  readonly warnings: readonly string[];
}

export interface ServerFacts {
  /** As `server_version_num`: 180004. */
  readonly versionNumber: number;
  readonly version: string;
  readonly database: string;
  readonly user: string;
  readonly host: string;
  readonly port: number;
  readonly startedAt: string;
  readonly isReplica: boolean;
  readonly blockSizeBytes: number;
  /** `LC_COLLATE` of the database. */
  readonly collation: string;
  readonly encoding: string;
}

export interface ExtensionFacts {
  readonly name: string;
  readonly version: string;
  readonly schema: string;
  /** Relations that use its types, operators or functions. */
  readonly usedBy: readonly RelationName[];
}

export interface CollationFacts {
  readonly schema: string;
  readonly name: string;
  /** The complete CREATE COLLATION statement. */
  readonly definition: string;
}

export interface SequenceFacts {
  readonly schema: string;
  readonly name: string;
  /** The complete CREATE SEQUENCE statement; the value that it reached is not kept. */
  readonly definition: string;
}

export interface TypeFacts {
  readonly schema: string;
  readonly name: string;
  readonly kind: "enum" | "domain" | "composite" | "range";
  /** The complete CREATE TYPE or CREATE DOMAIN statement. */
  readonly definition: string;
}

/** A type of a user or an extension, by the oid that it has in this database alone. */
export interface OwnType {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: "base" | "enum" | "domain" | "range";
  /** The extension that it belongs to; null for a user's. */
  readonly extension: string | null;
  /** Labels of an enum, in order, by their own oids; null for others. */
  readonly labels: readonly { readonly oid: number; readonly label: string }[] | null;
}

/** Where foreign tables lie, without what says how to get there. */
export interface ForeignServerFacts {
  readonly name: string;
  /** The foreign data wrapper: `postgres_fdw`. */
  readonly wrapper: string;
  /** Those of its options that change plans, as `name=value`. */
  readonly planOptions: readonly string[];
}

export interface FunctionFacts {
  readonly schema: string;
  readonly name: string;
  /** pg_get_function_identity_arguments: tells overloaded functions apart. */
  readonly identityArguments: string;
  /** pg_get_functiondef. */
  readonly definition: string;
}

/** A relation's address in the catalogue. */
export interface RelationName {
  readonly schema: string;
  readonly name: string;
}

export interface Relation extends RelationName {
  readonly oid: number;
  readonly kind: "table" | "partitioned table" | "materialized view" | "view" | "foreign table";
  readonly columns: readonly Column[];
  /** pg_get_partkeydef of a partitioned table: `RANGE (created_at)`. */
  readonly partitionKey: string | null;
  /** Parent and bound (`FOR VALUES FROM … TO …` or `DEFAULT`) of a partition. */
  readonly partitionOf: { readonly parent: RelationName; readonly bound: string } | null;
  /** Parents by plain inheritance. */
  readonly inherits: readonly RelationName[];
  /** pg_get_viewdef of a view or materialized view. */
  readonly definition: string | null;
  /** The relations that a view or materialized view reads; empty for others. */
  readonly dependsOn: readonly RelationName[];
  /** `reloptions`, as `name=value`. */
  readonly options: readonly string[];
  /** The server that a foreign table lies on, and those of its options that change plans; absent for others. */
  readonly foreign?: { readonly server: string; readonly planOptions: readonly string[] };
  readonly isUnlogged: boolean;
  /** Present where policies hide rows of it from some roles. */
  readonly hasRowSecurity?: true;
  readonly pages: number;
  /** `reltuples`; -1 where the table was never analysed. */
  readonly rows: number;
  readonly allVisiblePages: number;
  /** Null before PostgreSQL 18. */
  readonly allFrozenPages: number | null;
  /** Main fork now, in bytes; the planner scales `rows` by it. */
  readonly sizeBytes: number;
  readonly usage: TableUsage;
}

export interface Column {
  /** `attnum`. */
  readonly number: number;
  readonly name: string;
  /** format_type with its modifier, schema-qualified where needed: `numeric(10,2)`, `public.mood`. */
  readonly type: string;
  readonly isNotNull: boolean;
  /** pg_get_expr of the default; null for none. */
  readonly defaultExpression: string | null;
  readonly generated: "" | "stored" | "virtual";
  readonly identity: "" | "always" | "by default";
  /** Collation other than the type's own, quoted and qualified; else null. */
  readonly collation: string | null;
  /** `attstattarget`; null for the default. */
  readonly statisticsTarget: number | null;
  /** Attribute storage: p, e, m or x. */
  readonly storage: string;
  /** Whether the storage differs from the type's own. */
  readonly hasOwnStorage: boolean;
}

export interface TableUsage {
  readonly sequentialScans: number;
  readonly indexScans: number;
  readonly rowsInserted: number;
  readonly rowsUpdated: number;
  readonly rowsHotUpdated: number;
  readonly rowsDeleted: number;
  readonly liveRows: number;
  readonly deadRows: number;
  readonly lastAnalyzed: string | null;
}

export interface Index extends RelationName {
  readonly oid: number;
  readonly table: RelationName;
  /** pg_get_indexdef: the whole CREATE INDEX statement. */
  readonly definition: string;
  readonly method: string;
  readonly isUnique: boolean;
  readonly isPrimary: boolean;
  readonly isValid: boolean;
  /** Name of the constraint that owns it; null for a free index. */
  readonly constraint: string | null;
  /** The key columns in order; an expression as pg_get_indexdef writes it. */
  readonly keys: readonly IndexKeyFacts[];
  readonly includes: readonly string[];
  /** pg_get_expr of the predicate; null for a full index. */
  readonly predicate: string | null;
  readonly pages: number;
  readonly rows: number;
  readonly sizeBytes: number;
  readonly scans: number;
  /** The index of the partitioned parent that this one belongs to. */
  readonly parent: RelationName | null;
}

export interface IndexKeyFacts {
  /** Column name, or null for an expression. */
  readonly column: string | null;
  readonly expression: string | null;
  readonly direction: "asc" | "desc";
  readonly nulls: "first" | "last";
}

export interface Constraint {
  readonly table: RelationName;
  readonly name: string;
  readonly kind: "primary key" | "unique" | "foreign key" | "check" | "exclusion";
  /** pg_get_constraintdef. */
  readonly definition: string;
  readonly columns: readonly string[];
  /** The table and columns that a foreign key refers to. */
  readonly references: { readonly table: RelationName; readonly columns: readonly string[] } | null;
  readonly isValidated: boolean;
  /** Whether a partition or child has it from its parent. */
  readonly isInherited: boolean;
}

/** One row of pg_stats; arrays stay in their text form, as PostgreSQL's own functions want them. */
export interface ColumnStatistics extends ValueStatistics {
  readonly schema: string;
  /** A table, or an index with expressions. */
  readonly relation: string;
  readonly column: string;
  readonly inherited: boolean;
}

/** What the planner believes about the values of a column or an expression. */
export interface ValueStatistics {
  readonly nullFraction: number;
  readonly averageWidth: number;
  readonly distinct: number;
  readonly mostCommonValues: string | null;
  readonly mostCommonFrequencies: readonly number[] | null;
  readonly histogramBounds: string | null;
  readonly correlation: number | null;
  readonly mostCommonElements: string | null;
  readonly mostCommonElementFrequencies: readonly number[] | null;
  readonly elementCountHistogram: readonly number[] | null;
  /** Of range types, from 17 on; else null. */
  readonly rangeLengthHistogram: string | null;
  readonly rangeEmptyFraction: number | null;
  readonly rangeBoundsHistogram: string | null;
}

export interface ExtendedStatistics {
  readonly schema: string;
  readonly name: string;
  readonly table: RelationName;
  /** pg_get_statisticsobjdef. */
  readonly definition: string;
  /** Text of pg_ndistinct, pg_dependencies; base64 of the bytes of pg_mcv_list; null where not built or not readable. */
  readonly ndistinct: string | null;
  readonly dependencies: string | null;
  readonly mostCommonValues: string | null;
  readonly inherited: boolean;
  /** What is known of each of its expressions, in their order; absent where not built or not readable. */
  readonly expressions?: readonly ValueStatistics[];
}

/** One row of pg_stat_statements, summed over users of the same database. Times in milliseconds. */
export interface StatementCounters {
  readonly queryId: string;
  readonly isTopLevel: boolean;
  readonly text: string;
  readonly calls: number;
  readonly totalMs: number;
  readonly meanMs: number;
  readonly stddevMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly rows: number;
  readonly sharedBlocksHit: number;
  readonly sharedBlocksRead: number;
  readonly tempBlocksWritten: number;
  readonly walBytes: number;
  /** Of how many users' entries this is the sum. @default 1 */
  readonly users?: number;
}

export interface Setting {
  readonly name: string;
  readonly value: string;
  /** pg_settings.unit: `8kB`, `ms`; null for none. */
  readonly unit: string | null;
}
