import { keyOf } from "../schema/identifiers.ts";
import type { IndexPortrait, IndexTraits } from "./index-portrait.ts";
import type { IndexObservation } from "./observe-indexes.ts";

/**
 * What all servers of a database together do with its indexes: the primary's catalogue, the scans of everybody. Standbys that were
 * connected and not read stay in `counting.replicas`; the counters reach back as far as the youngest of them.
 *
 * @param replicas what was seen at the standbys; one of another system is left out, and so still counts as not read
 * @returns the observation of the primary with the usage of all
 */
export function addUpUsage(
  primary: IndexObservation,
  replicas: readonly IndexObservation[],
): IndexObservation {
  const read = replicas.filter((one) => one.isReplica && isSameSystem(primary, one));
  if (read.length === 0) return primary;
  const scans = sumByIndex(read.flatMap(({ indexes }) => indexes.map(scansOf)));
  const traits = new Map<string, readonly IndexTraits[]>();
  for (const one of read.flatMap((observation) => observation.traits))
    traits.set(keyOf(one), [...(traits.get(keyOf(one)) ?? []), one]);
  const reads = readsByTable(read);
  const connected = [primary, ...read].reduce((sum, { counting }) => sum + counting.replicas, 0);
  return {
    ...primary,
    counting: {
      ...primary.counting,
      countersResetAt: youngest([primary, ...read]),
      replicas: Math.max(0, connected - read.length),
    },
    indexes: primary.indexes.map((portrait) =>
      withUsage(portrait, scans.get(keyOf(portrait.index)) ?? 0, reads),
    ),
    traits: primary.traits.map((one) => sumTraits(one, traits.get(keyOf(one)) ?? [])),
  };
}

function isSameSystem(primary: IndexObservation, other: IndexObservation): boolean {
  const [own, its] = [primary.counting.systemIdentifier, other.counting.systemIdentifier];
  return own === undefined || own === null || its === undefined || its === null || own === its;
}

function scansOf({ index }: IndexPortrait): readonly [string, number] {
  return [keyOf(index), index.scans];
}

function readsByTable(read: readonly IndexObservation[]): ReadonlyMap<string, number> {
  return sumByIndex(
    read.flatMap(({ indexes }) => {
      const tables = new Map(
        indexes.map(({ index, table }) => [keyOf(index.table), table?.reads ?? 0]),
      );
      return [...tables];
    }),
  );
}

function sumByIndex(entries: readonly (readonly [string, number])[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const [key, value] of entries) sums.set(key, (sums.get(key) ?? 0) + value);
  return sums;
}

function withUsage(
  portrait: IndexPortrait,
  scans: number,
  reads: ReadonlyMap<string, number>,
): IndexPortrait {
  const { index, table } = portrait;
  const further = reads.get(keyOf(index.table)) ?? 0;
  return {
    ...portrait,
    index: { ...index, scans: index.scans + scans },
    ...(table === undefined ? {} : { table: { ...table, reads: table.reads + further } }),
  };
}

function sumTraits(own: IndexTraits, others: readonly IndexTraits[]): IndexTraits {
  const sum = (of: (one: IndexTraits) => number): number =>
    [own, ...others].reduce((total, one) => total + of(one), 0);
  const lastScans = [own, ...others].flatMap(({ lastScanAt }) =>
    lastScanAt === null ? [] : [lastScanAt],
  );
  return {
    ...own,
    scans: sum(({ scans }) => scans),
    tuplesRead: sum(({ tuplesRead }) => tuplesRead),
    tuplesFetched: sum(({ tuplesFetched }) => tuplesFetched),
    lastScanAt: latest(lastScans),
  };
}

/** Null where one of them does not tell: then nothing is known of how far back all reach. */
function youngest(observations: readonly IndexObservation[]): string | null {
  const times = observations.flatMap(({ counting: { countersResetAt } }) =>
    countersResetAt === null ? [] : [countersResetAt],
  );
  return times.length < observations.length ? null : latest(times);
}

/** Of ISO 8601 instants; null of none. */
function latest(instants: readonly string[]): string | null {
  return instants.reduce<string | null>(
    (known, one) => (known === null || one > known ? one : known),
    null,
  );
}
