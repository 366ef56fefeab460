import type { RelationName } from "../snapshot/snapshot.ts";

/** What is made after what. */
const STAGES = [
  "schemas",
  "extensions",
  "foreign servers",
  "stand-ins",
  "types",
  "functions",
  "tables",
  "keys",
  "indexes",
  "foreign keys",
  "statistics",
  "views",
] as const;

export type StageName = (typeof STAGES)[number];

/** One statement, and in words the object that it makes: `table public.users`. */
export interface SchemaStatement {
  readonly object: string;
  readonly sql: string;
  /** The relations without which it does not stand; absent where it stands by itself. */
  readonly of?: readonly RelationName[];
  /** Takes it back, and touches nothing else; absent where nothing does so that simply. */
  readonly undo?: string;
}

/** What is missing from a rebuilt schema, and why. */
export interface SkippedObject {
  readonly object: string;
  readonly reason: string;
}

/** A schema as statements, in the order in which they are run. */
export interface SchemaScript {
  readonly stages: readonly {
    readonly name: StageName;
    readonly statements: readonly SchemaStatement[];
  }[];
  readonly skipped: readonly SkippedObject[];
}
