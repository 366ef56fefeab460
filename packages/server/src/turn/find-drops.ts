import { messageOf } from "@streamgate/core";
import {
  type DropAdvice,
  type IndexObservation,
  isWorthRebuilding,
  type MeasuredBloat,
  type Twin,
  type Workload,
} from "@streamgate/pg-advisor";
import { observeAllServers } from "../indexes/observe-all-servers.ts";
import type { Sighting } from "./observe.ts";
import type { Turn } from "./turn-context.ts";

const NOTHING: DropAdvice = { findings: [], declined: [], verdicts: [] };
/** An index of which this much may be free is counted where pgstattuple is there. */
const SUSPICIOUS_SHARE = 0.15;

/**
 * Which indexes should go or be mended. Only `streamgate serve` remembers earlier looks: without them nothing is called unused. Where
 * indexes cannot be looked at, the rest of the turn goes on.
 */
export async function findDrops(
  turn: Turn,
  { snapshot }: Sighting,
  workload: Workload,
  whatIf: Twin,
): Promise<DropAdvice> {
  const { instruments, options, context } = turn;
  const url = options.connectionString;
  try {
    const observation = await observeAllServers(
      url,
      options.replicaUrls,
      { signal: context.signal },
      instruments.observeIndexes,
    );
    const measured = await measure(turn, observation);
    return await instruments.adviseDrops({
      observation,
      measured,
      watched: options.watchedIndexes,
      workload,
      snapshot,
      whatIf,
    });
  } catch (error) {
    context.signal.throwIfAborted();
    turn.tell({
      kind: "warning",
      message: `Whether an index should go was not looked at: ${messageOf(error)}`,
    });
    return NOTHING;
  }
}

async function measure(
  { instruments, options, context }: Turn,
  { indexes, takenAt }: IndexObservation,
): Promise<ReadonlyMap<string, MeasuredBloat>> {
  const suspicious = indexes
    .filter(
      ({ index, estimatedBloat }) =>
        index.isValid &&
        index.method === "btree" &&
        isWorthRebuilding(1, index.sizeBytes) &&
        (estimatedBloat ?? 1) >= SUSPICIOUS_SHARE,
    )
    .map(({ index }) => index)
    .toSorted((one, other) => other.sizeBytes - one.sizeBytes);
  const counted = await instruments
    .measureBloat(options.connectionString, suspicious, { signal: context.signal })
    .catch(() => []);
  const atMs = Date.parse(takenAt);
  return new Map(
    counted.map(({ schema, name, bloat, sizeBytes }) => [
      JSON.stringify([schema, name]),
      { share: bloat, sizeBytes, atMs },
    ]),
  );
}
