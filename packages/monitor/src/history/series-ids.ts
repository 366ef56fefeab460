import { createHash } from "node:crypto";
import type { Labels, MetricKind } from "@streamgate/telemetry";
import { canonicalKey } from "../series/canonical-key.ts";
import type { SeriesKey } from "../series/point.ts";
import type { Query } from "./database.ts";

/** A series of one kind, with the last instant at which it has a point. */
export interface SeenSeries {
  readonly key: SeriesKey;
  readonly kind: MetricKind;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Which number a series has in the store. Keeps what it learned. */
export interface SeriesIds {
  /** The numbers in the order of `seen`; series that are new are recorded. */
  resolve(query: Query, seen: readonly SeenSeries[]): Promise<readonly number[]>;
  /** Forgets all: the transaction in which some were recorded has failed. */
  forget(): void;
}

interface KnownSeries {
  readonly id: number;
  /** What the store says at least of its first and its last point. */
  readonly storedFirstMs: number;
  readonly storedLastMs: number;
}

/** How far the store's `last_seen` may be behind. */
export const LAST_SEEN_LAG_MS = 60_000;
/** Beyond this, all are forgotten and learned again: about 100 MB. */
const MOST_KNOWN = 250_000;

/** Sorted by hash, so that two writers wait for each other and never in a circle. */
const RECORD = `
insert into streamgate_monitor.series as known (name, labels, kind, hash, first_seen, last_seen)
select name, labels, kind, hash, to_timestamp(first / 1000), to_timestamp(last / 1000)
from unnest($1::text[], $2::jsonb[], $3::text[], $4::bytea[], $5::float8[], $6::float8[])
  as given (name, labels, kind, hash, first, last)
order by hash
on conflict (hash) do update set
  first_seen = least(known.first_seen, excluded.first_seen),
  last_seen = greatest(known.last_seen, excluded.last_seen)
returning id, encode(hash, 'hex') as hash`;

export function createSeriesIds(): SeriesIds {
  let known = new Map<string, KnownSeries>();
  let names = new WeakMap<SeriesKey, string>();

  const identityOf = (key: SeriesKey, kind: MetricKind): string => {
    const name = names.get(key);
    if (name !== undefined) return `${kind} ${name}`;
    const made = canonicalKey(key);
    names.set(key, made);
    return `${kind} ${made}`;
  };
  const isUpToDate = (stored: KnownSeries | undefined, { firstMs, lastMs }: SeenSeries): boolean =>
    stored !== undefined &&
    firstMs >= stored.storedFirstMs &&
    lastMs - stored.storedLastMs < LAST_SEEN_LAG_MS;

  return {
    async resolve(query, seen) {
      const identities = seen.map(({ key, kind }) => identityOf(key, kind));
      const toRecord = new Map<string, SeenSeries>();
      for (const [position, identity] of identities.entries()) {
        const series = seen[position];
        if (series === undefined || isUpToDate(known.get(identity), series)) continue;
        toRecord.set(identity, widest(toRecord.get(identity), series));
      }
      if (toRecord.size > 0) {
        if (known.size + toRecord.size > MOST_KNOWN) known = new Map();
        for (const [identity, id] of await record(query, toRecord)) {
          const { firstMs = 0, lastMs = 0 } = toRecord.get(identity) ?? {};
          const before = known.get(identity);
          known.set(identity, {
            id,
            storedFirstMs: Math.min(firstMs, before?.storedFirstMs ?? firstMs),
            storedLastMs: Math.max(lastMs, before?.storedLastMs ?? lastMs),
          });
        }
      }
      return identities.map((identity) => {
        const found = known.get(identity);
        if (found === undefined) throw new Error(`the store gave no number for ${identity}`);
        return found.id;
      });
    },
    forget() {
      known = new Map();
      names = new WeakMap();
    },
  };
}

async function record(
  query: Query,
  series: ReadonlyMap<string, SeenSeries>,
): Promise<readonly (readonly [string, number])[]> {
  const identities = [...series.keys()];
  const all = [...series.values()];
  const hashes = identities.map((identity) =>
    createHash("sha256").update(identity).digest().subarray(0, 16),
  );
  const rows = await query<{ readonly id: number; readonly hash: string }>(RECORD, [
    all.map(({ key }) => key.name),
    all.map(({ key }) => JSON.stringify(withoutEmpty(key.labels))),
    all.map(({ kind }) => kind),
    hashes,
    all.map(({ firstMs }) => firstMs),
    all.map(({ lastMs }) => lastMs),
  ]);
  const ids = new Map(rows.map(({ id, hash }) => [hash, id]));
  return identities.map((identity, position) => [
    identity,
    ids.get(hashes[position]?.toString("hex") ?? "") ?? Number.NaN,
  ]);
}

function widest(left: SeenSeries | undefined, right: SeenSeries): SeenSeries {
  if (left === undefined) return right;
  return {
    ...right,
    firstMs: Math.min(left.firstMs, right.firstMs),
    lastMs: Math.max(left.lastMs, right.lastMs),
  };
}

/** An empty label says the same as none. */
function withoutEmpty(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ""));
}
