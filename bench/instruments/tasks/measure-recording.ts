import { durations, seriesLabels } from "../series-labels.ts";
import type { SeriesLabels, Subject } from "../subject.ts";

const LABEL_SETS = 1_000;
const WARM_UP = 300_000;
const TIMED_MS = 300;
const LOT = 50_000;
/** Few enough that no young generation of these processes is full before the end. */
const COUNTED = 100_000;

type Work = (times: number) => void;

/** CPU ns a value, for one bound series and by the labels of a thousand in turn. */
export function measureRecording(subject: Subject): Readonly<Record<string, number>> {
  const { bound, byLabels } = worksOf(subject);
  return { boundNs: timeOf(bound), labelsNs: timeOf(byLabels) };
}

/** Bytes a value that are left to the garbage collector. */
export function measureGarbage(subject: Subject): Readonly<Record<string, number>> {
  const { bound, byLabels } = worksOf(subject);
  return { boundBytes: garbageOf(bound), labelsBytes: garbageOf(byLabels) };
}

function worksOf(subject: Subject): { readonly bound: Work; readonly byLabels: Work } {
  const values = durations(2);
  const labels = seriesLabels(LABEL_SETS);
  return {
    bound: boundWork(subject, labels, values),
    byLabels: labelledWork(subject, labels, values),
  };
}

function boundWork(subject: Subject, labels: readonly SeriesLabels[], values: Float64Array): Work {
  const [first] = labels;
  if (first === undefined) throw new Error("there are no labels");
  const record = subject.bind(first);
  return (times) => {
    for (let at = 0; at < times; at += 1) record(values[at & 4095] ?? 0);
  };
}

function labelledWork(
  subject: Subject,
  labels: readonly SeriesLabels[],
  values: Float64Array,
): Work {
  let next = 0;
  return (times) => {
    for (let at = 0; at < times; at += 1) {
      const each = labels[next];
      next = next === labels.length - 1 ? 0 : next + 1;
      if (each !== undefined) subject.record(each, values[at & 4095] ?? 0);
    }
  };
}

function timeOf(work: Work): number {
  work(WARM_UP);
  const started = performance.now();
  const before = process.cpuUsage();
  let times = 0;
  while (performance.now() - started < TIMED_MS) {
    work(LOT);
    times += LOT;
  }
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1_000) / times;
}

/** The least of some tries: what the runtime itself allocates meanwhile is not the subject's. */
function garbageOf(work: Work): number {
  work(WARM_UP);
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round += 1) {
    const before = process.memoryUsage().heapUsed;
    work(COUNTED);
    const grown = process.memoryUsage().heapUsed - before;
    if (grown >= 0) least = Math.min(least, grown / COUNTED);
  }
  return least;
}
