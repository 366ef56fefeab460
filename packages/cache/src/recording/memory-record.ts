import type { StatisticsRecorder } from "../analytics/recorder.ts";
import type { EntryColumns } from "../memory/entry-columns.ts";
import type { EvictionCause, MemoryWatcher } from "../memory/eviction.ts";
import type { MemoryIndex } from "../memory/memory-index.ts";
import { publishEvict } from "./publish.ts";

/** Counts what leaves memory. */
export class MemoryRecord implements MemoryWatcher {
  private readonly recorder: StatisticsRecorder;

  constructor(recorder: StatisticsRecorder) {
    this.recorder = recorder;
  }

  left(index: MemoryIndex, slot: number, cause: EvictionCause, columns: EntryColumns): void {
    const sizeBytes = columns.bytes[slot] ?? 0;
    const toldCause = cause === "cleared" ? "invalidated" : cause;
    this.recorder
      .namespace(index.name)
      .recordEviction(toldCause, sizeBytes, columns.frequency[slot] ?? 0);
    publishEvict(() => ({ namespace: index.name, cause: toldCause, entries: 1, sizeBytes }));
  }
}
