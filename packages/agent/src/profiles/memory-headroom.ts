/** What stands between a process and its end for want of memory. */
export interface Headroom {
  /** The limit less what is used of it. */
  readonly freeBytes: number;
  readonly limitBytes: number;
  readonly limitedBy: "cgroup" | "host";
}

/**
 * A heap snapshot takes native memory for every object and every reference: 4.6 to 16 times the heap in use was measured
 * (least with much code and long strings, most with millions of small objects). Who runs out is killed.
 */
export const SNAPSHOT_FACTOR = 16;
const SNAPSHOT_BASE_BYTES = 64 * 1024 * 1024;

/** What a snapshot of a heap may take beside it. */
export function snapshotBytes(heapUsedBytes: number, factor: number = SNAPSHOT_FACTOR): number {
  return SNAPSHOT_BASE_BYTES + factor * heapUsedBytes;
}

/** @returns why there is too little, with figures; undefined where there is enough */
export function memoryRefusal(neededBytes: number, headroom: Headroom): string | undefined {
  const { freeBytes, limitBytes, limitedBy } = headroom;
  if (freeBytes >= neededBytes) return undefined;
  const limit =
    limitedBy === "cgroup"
      ? `of the control group's ${megabytes(limitBytes)}`
      : `of the host's ${megabytes(limitBytes)}`;
  return `it may take ${megabytes(neededBytes)}, and only ${megabytes(freeBytes)} ${limit} are free`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_048_576).toLocaleString("en")} MB`;
}
