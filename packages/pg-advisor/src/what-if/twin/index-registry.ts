import type { ClientBase } from "pg";
import { keyOf } from "../../schema/identifiers.ts";
import type { RelationName } from "../../snapshot/snapshot.ts";
import { candidateUnknown } from "../errors.ts";
import type { Configuration } from "../what-if.ts";
import type { IndexSwitches } from "./planning-session.ts";

/** A candidate as the twin knows it. */
export interface DefinedCandidate {
  readonly id: string;
  /** Its index and, on a partitioned table, those of the partitions. */
  readonly oids: readonly number[];
  readonly bytes: number;
  /** Names of all of them, as plans tell them. */
  readonly names: readonly RelationName[];
}

/** Each index with those of the partitions below it. */
const INDEX_TREES = `
with recursive tree (root, member) as (
  select indexrelid, indexrelid from pg_catalog.pg_index where indexrelid >= 16384
  union all
  select tree.root, child.inhrelid
  from tree join pg_catalog.pg_inherits as child on child.inhparent = tree.member
)
select n.nspname::text as schema, c.relname::text as name,
       array_agg(tree.member order by tree.member) as oids
from tree
join pg_catalog.pg_class as c on c.oid = tree.root
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
group by n.nspname, c.relname`;

interface TreeRow extends RelationName {
  readonly oids: readonly number[];
}

/** Oids of every index of the twin and of what hangs below it, by the index's name. */
export async function readIndexTrees(
  client: ClientBase,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const { rows } = await client.query<TreeRow>(INDEX_TREES);
  return new Map(rows.map((row) => [keyOf(row), row.oids]));
}

/** Which indexes the twin has, of the watched database and of the candidates. */
export class IndexRegistry {
  readonly #existing: ReadonlyMap<string, readonly number[]>;
  readonly #existingOids: ReadonlySet<number>;
  readonly #candidates = new Map<string, DefinedCandidate>();
  readonly #unmade = new Map<string, string>();

  constructor(existing: ReadonlyMap<string, readonly number[]>) {
    this.#existing = existing;
    this.#existingOids = new Set([...existing.values()].flat());
  }

  /** Whether the watched database has it: CREATE INDEX on a parent adopts such indexes of partitions. */
  isExisting(oid: number): boolean {
    return this.#existingOids.has(oid);
  }

  /** All that were made. */
  defined(): readonly DefinedCandidate[] {
    return [...this.#candidates.values()];
  }

  isKnown(candidateId: string): boolean {
    return this.#candidates.has(candidateId) || this.#unmade.has(candidateId);
  }

  add(candidate: DefinedCandidate): void {
    this.#candidates.set(candidate.id, candidate);
  }

  addUnmade(candidateId: string, reason: string): void {
    this.#unmade.set(candidateId, reason);
  }

  /** Why a candidate could not be made; null where it was, or was never tried. */
  reasonUnmade(candidateId: string): string | null {
    return this.#unmade.get(candidateId) ?? null;
  }

  /** @throws StreamGateError `SG_PG_CANDIDATE_UNKNOWN` */
  candidate(id: string): DefinedCandidate {
    const candidate = this.#candidates.get(id);
    if (candidate === undefined) throw candidateUnknown(id, this.#unmade.get(id));
    return candidate;
  }

  /**
   * What to switch for a configuration; an absent index that the twin lacks is absent already.
   *
   * @throws StreamGateError `SG_PG_CANDIDATE_UNKNOWN`
   */
  switchesFor({ present, absent }: Configuration): IndexSwitches {
    return {
      shown: present.flatMap((id) => this.candidate(id).oids),
      hidden: absent.flatMap((name) => this.#existing.get(keyOf(name)) ?? []),
    };
  }
}
