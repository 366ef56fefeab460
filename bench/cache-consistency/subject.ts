import type { Entry, Place } from "./plan.ts";

/** A cache under test, as its documentation sets it up for several processes on one Redis. */
export interface Subject {
  readonly name: string;
  readonly abilities: Abilities;
  /** What the schedules ask for and the cache does not have, and what is done in its place. */
  readonly remarks: readonly string[];
  open(environment: SubjectEnvironment): Promise<OpenSubject>;
}

interface SubjectEnvironment {
  readonly redisPort: number;
  /** The way to the source for caches that take their loader at the beginning: loads by key. */
  readonly loadByKey: (key: string) => Promise<unknown>;
}

/** What a cache can do; schedules leave out what it cannot. */
export interface Abilities {
  /** Places with memory in front of Redis; at all others a read reaches Redis. */
  readonly places: readonly Place[];
  /** Dates, big integers, maps, bytes and undefined come back. */
  readonly keepsRichValues: boolean;
  readonly hasEverywhere: boolean;
  readonly hasBatches: boolean;
}

/** Tags that a loader finds out. */
export interface LateTags {
  tag(...tags: readonly string[]): void;
}

export type Load = (late: LateTags) => Promise<unknown>;

/** A cache in one process. Reads may answer without a promise. */
export interface OpenSubject {
  read(entry: Entry, load: Load): unknown;
  readMany?(
    entries: readonly Entry[],
    load: (ids: readonly string[]) => Promise<ReadonlyMap<string, unknown>>,
  ): Promise<ReadonlyMap<string, unknown>>;
  lookAtMany?(entries: readonly Entry[]): Promise<ReadonlyMap<string, unknown>>;
  invalidate(what: Invalidated): Promise<void>;
  set(entry: Entry, value: unknown): Promise<void>;
  close(): Promise<void>;
}

/** What a commit makes worthless. */
export interface Invalidated {
  readonly by: "key" | "delete" | "tag" | "namespace";
  /** For `tag`. */
  readonly tag: string;
  /** All that depends on it, which a cache without tags must be told one by one; the first gives id and place. */
  readonly entries: readonly Entry[];
  readonly isEverywhere: boolean;
}
