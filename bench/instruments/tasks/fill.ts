import { durations, seriesLabels } from "../series-labels.ts";
import type { Subject } from "../subject.ts";

/** Values that each series of a sparse histogram has seen. */
const VALUES_PER_SERIES = 20;

/** Series with a few values each, recorded in turn as a service does. */
export function fill(subject: Subject, seriesCount: number): void {
  const values = durations(1);
  const labels = seriesLabels(seriesCount);
  for (let round = 0; round < VALUES_PER_SERIES; round += 1)
    for (const [at, each] of labels.entries())
      subject.record(each, values[(at * 31 + round * 977) % values.length] ?? 0);
}
