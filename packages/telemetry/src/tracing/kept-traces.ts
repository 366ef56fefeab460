import type { KeptBecause, KeptTrace } from "./kept-trace.ts";

/** The last traces that were kept. When full, the oldest of the sort that has most makes room, so that no sort crowds out another. */
export class KeptTraces {
  private readonly most: number;
  private traces: KeptTrace[] = [];

  constructor(most: number) {
    this.most = most;
  }

  add(trace: KeptTrace): void {
    if (this.most === 0) return;
    if (this.traces.length >= this.most) this.makeRoom();
    this.traces.push(trace);
  }

  /** Oldest first. */
  list(): readonly KeptTrace[] {
    return [...this.traces];
  }

  private makeRoom(): void {
    const counts = new Map<KeptBecause, number>();
    let crowd: KeptBecause = "chosen";
    for (const { keptBecause } of this.traces) {
      const count = (counts.get(keptBecause) ?? 0) + 1;
      counts.set(keptBecause, count);
      if (count > (counts.get(crowd) ?? 0)) crowd = keptBecause;
    }
    const oldest = this.traces.findIndex(({ keptBecause }) => keptBecause === crowd);
    this.traces.splice(Math.max(0, oldest), 1);
  }
}
