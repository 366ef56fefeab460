import { addUpUsage, type IndexObservation, observeIndexes } from "@streamgate/pg-advisor";

type ReadOptions = Parameters<typeof observeIndexes>[1];

/**
 * Looks at the indexes of a database at its primary and at all standbys that are given, and adds their scans up. A standby that cannot
 * be read at this moment counts as one that was not looked at: then no index is called unused.
 *
 * @throws StreamGateError where the primary cannot be read
 */
export async function observeAllServers(
  url: string,
  replicaUrls: readonly string[],
  options: ReadOptions,
  observe: typeof observeIndexes = observeIndexes,
): Promise<IndexObservation> {
  const [primary, ...replicas] = await Promise.all([
    observe(url, options),
    ...replicaUrls.map((replica) => observe(replica, options).catch(() => null)),
  ]);
  if (replicas.length === 0) return primary;
  const read = replicas.filter((one) => one !== null);
  const seen = addUpUsage(primary, read);
  const missing = replicas.length - read.length;
  // One that is away may not even be connected to its primary, and so not be counted by it.
  const unread = Math.max(seen.counting.replicas, missing);
  return { ...seen, counting: { ...seen.counting, replicas: unread } };
}
