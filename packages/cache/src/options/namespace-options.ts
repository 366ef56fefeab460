import type { IdSource, KnownIdsOptions } from "../bloom/known-ids-options.ts";
import type { PayloadCodec } from "../values/codec.ts";
import type { CompressionOptions } from "../values/compression.ts";
import type { DurationInput } from "./checks.ts";

/** How the values of one kind of thing are kept. */
export interface NamespaceOptions {
  /** For how long a value is fresh, at least 1 ms. @default 5 min */
  readonly ttl?: DurationInput;
  /** Each time to live is drawn from ttl × (1 ± jitter), so that what came together does not go together; 0 to 0.5. @default 0.1 */
  readonly jitter?: number;
  /** For how long after its time to live a value is still served, while it is refreshed in the background. @default 0 */
  readonly staleWhileRevalidate?: DurationInput;
  /** For how long after its time to live a value is served when the loader fails. @default 0 */
  readonly staleIfError?: DurationInput;
  /** With a stale value at hand, a request waits this long for the fresh one. @default hardTimeout */
  readonly softTimeout?: DurationInput;
  /** A loader that takes longer is given up and its signal aborted. @default 30 s */
  readonly hardTimeout?: DurationInput;
  /** Time to live of "there is none" (see `isAbsent`); 0 keeps it not at all. @default ttl */
  readonly negativeTtl?: DurationInput;
  /** What counts as "there is none". @default undefined and null */
  readonly isAbsent?: (value: unknown) => boolean;
  /**
   * Refresh before expiry with a probability that grows with the load's cost: β of A. Vattani et al., "Optimal
   * Probabilistic Cache Stampede Prevention", VLDB 2015. 0 turns it off; 0 to 10. @default 1
   */
  readonly refreshAhead?: number;
  /** By tier name: another time to live there, or false to leave the tier out. */
  readonly perTier?: Readonly<Record<string, { readonly ttl?: DurationInput } | false>>;
  /** On every entry. */
  readonly tags?: readonly string[];
  /** Nodes of the dependency graph on which every entry depends. */
  readonly dependsOn?: readonly string[];
  /**
   * How values in memory are shared. `frozen`: all callers get the same deeply frozen value; what cannot be frozen (Date, Map,
   * Set, binary) is copied at each hit. `cloned`: every caller gets a copy of its own. `shared`: one object for all, at
   * your own risk. @default "frozen"
   */
  readonly values?: "frozen" | "cloned" | "shared";
  /** What memory holds: values, or their encoded bytes for `getBody` (HTTP answers that nobody parses). @default "values" */
  readonly hold?: "values" | "bytes";
  /** For values that shared tiers keep. */
  readonly compression?: CompressionOptions | false;
  /** Instead of JSON where it gives values back equal, such as msgpackr. */
  readonly codec?: PayloadCodec;
  /** One load for all processes, by a claim in the first shared tier. `false`: one a process. @default true */
  readonly claims?:
    | boolean
    | {
        /** A holder that dies is replaced after this time. @default 2 s */
        readonly ttl?: DurationInput;
        /** A process waits this long for another's load before it loads by itself. @default 10 s */
        readonly patience?: DurationInput;
      };
  /** All ids that exist, so that a look-up of any other is answered without a load. */
  readonly knownIds?: KnownIdsInput;
}

export interface KnownIdsInput
  extends Pick<KnownIdsOptions, "expectedIds" | "bitsPerId" | "maxBytes" | "settleMs"> {
  /** Reads all ids; called at the start and for every rebuild. */
  readonly source: IdSource;
  /** Tags whose invalidation may mean new ids: the filter is built anew. Ids that are invalidated by key are added at once. */
  readonly tags?: readonly string[];
  /** So that deleted rows leave the filter. @default 1 h */
  readonly rebuildEvery?: DurationInput;
}

/** What a namespace runs with. */
export interface ResolvedNamespaceOptions {
  readonly ttlMs: number;
  readonly jitter: number;
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
  readonly softTimeoutMs: number;
  readonly hardTimeoutMs: number;
  readonly negativeTtlMs: number;
  readonly isAbsent: (value: unknown) => boolean;
  readonly refreshAhead: number;
  /** Time to live by tier; 0 where the tier is left out. */
  readonly tierTtlMs: ReadonlyMap<string, number>;
  readonly tags: readonly string[];
  readonly dependsOn: readonly string[];
  readonly values: "frozen" | "cloned" | "shared";
  readonly hold: "values" | "bytes";
  readonly compression: CompressionOptions | false;
  readonly codec: PayloadCodec | undefined;
  readonly claims: { readonly ttlMs: number; readonly patienceMs: number } | undefined;
  readonly knownIds: ResolvedKnownIds | undefined;
}

export interface ResolvedKnownIds extends KnownIdsInput {
  readonly rebuildEveryMs: number;
}
