import { createHmac } from "node:crypto";
import type { Snapshot } from "../snapshot/snapshot.ts";

const HASH_DIGITS = 10;
/** Of PostgreSQL itself, or of everybody. */
const EVERYBODYS = new Set([
  "public",
  "pg_catalog",
  "information_schema",
  "oid",
  "tableoid",
  "ctid",
  "xmin",
]);

/** Which name stands for which; without a secret all stay. */
export class ReplacedNames {
  readonly #secret: string | null;
  readonly #known: ReadonlySet<string>;
  readonly #callable: ReadonlySet<string>;

  constructor(snapshot: Snapshot, secret: string | null) {
    this.#secret = secret;
    this.#known = new Set(namesOf(snapshot));
    this.#callable = new Set(snapshot.functions.map(({ name }) => name));
  }

  get areKept(): boolean {
    return this.#secret === null;
  }

  isKnown(name: string): boolean {
    return this.#known.has(name) && !EVERYBODYS.has(name);
  }

  isFunction(name: string): boolean {
    return this.#callable.has(name);
  }

  /** Another name, whatever it names. */
  hash(name: string): string {
    if (this.#secret === null || EVERYBODYS.has(name)) return name;
    const digest = createHmac("sha256", this.#secret).update(`name ${name}`).digest("hex");
    return `n${digest.slice(0, HASH_DIGITS)}`;
  }

  /** Only of what the snapshot names. */
  replace(name: string): string {
    return this.isKnown(name) ? this.hash(name) : name;
  }
}

function* namesOf(snapshot: Snapshot): Generator<string> {
  const ofExtensions = new Set(
    (snapshot.ownTypes ?? []).flatMap(({ extension, name }) => (extension === null ? [] : [name])),
  );
  for (const { schema, name } of [
    ...snapshot.types,
    ...snapshot.collations,
    ...snapshot.functions,
    ...snapshot.sequences,
    ...snapshot.relations,
    ...snapshot.indexes,
    ...snapshot.extendedStatistics,
  ]) {
    yield schema;
    if (!ofExtensions.has(name)) yield name;
  }
  for (const { schema } of snapshot.extensions) yield schema;
  for (const { columns } of snapshot.relations) for (const { name } of columns) yield name;
  for (const { name } of snapshot.constraints) yield name;
  for (const { name } of snapshot.foreignServers ?? []) yield name;
}
