import type { SteadyVisitors } from "./steady-visitors.ts";

/** How long a change in a watched service takes to the figures that viewers are told. */
export interface Freshness {
  /** From the first request of the change to the first event whose figure has moved by a tenth of it. */
  readonly delaysMs: readonly number[];
  /** Changes that were not seen. */
  readonly missed: number;
}

interface Tick {
  readonly figures: Readonly<Record<string, number | null>>;
}

const SETTLE_MS = 15_000;
const PATIENCE_MS = 12_000;
const MOVED_SHARE = 0.1;

/**
 * Lets more visitors come and go, and watches the stream of live events for the throughput.
 *
 * @param change lets so many more requests a second come; returns what ends it, and when the first of them was sent
 */
export async function measureFreshness(
  url: string,
  times: number,
  requestsASecond: number,
  change: () => SteadyVisitors,
): Promise<Freshness> {
  const ticks = openTicks(url);
  const delaysMs: number[] = [];
  let missed = 0;
  try {
    for (let time = 0; time < times; time += 1) {
      await sleep(SETTLE_MS);
      const before = ticks.latest() ?? 0;
      const { firstAtMs, end } = change();
      const seenAtMs = await ticks.untilAtLeast(
        before + MOVED_SHARE * requestsASecond,
        PATIENCE_MS,
      );
      if (seenAtMs === undefined) missed += 1;
      else delaysMs.push(Math.max(0, seenAtMs - firstAtMs));
      await end();
    }
  } finally {
    ticks.close();
  }
  return { delaysMs, missed };
}

interface Ticks {
  latest(): number | undefined;
  /** @returns when it was told, in ms of `performance.now()` */
  untilAtLeast(throughput: number, patienceMs: number): Promise<number | undefined>;
  close(): void;
}

function openTicks(url: string): Ticks {
  const ending = new AbortController();
  let latest: number | undefined;
  let latestAtMs = 0;
  const read = async (): Promise<void> => {
    const response = await fetch(`${url}/api/v1/events`, { signal: ending.signal });
    let text = "";
    for await (const part of response.body ?? []) {
      text += Buffer.from(part).toString();
      const events = text.split("\n\n");
      text = events.pop() ?? "";
      for (const event of events) {
        const data = /^event: tick\ndata: (.*)$/m.exec(event)?.[1];
        if (data === undefined) continue;
        latest = (JSON.parse(data) as Tick).figures.throughput ?? undefined;
        latestAtMs = performance.now();
      }
    }
  };
  read().catch(() => undefined);
  return {
    latest: () => latest,
    untilAtLeast: async (throughput, patienceMs) => {
      const deadlineMs = performance.now() + patienceMs;
      while (performance.now() < deadlineMs) {
        if ((latest ?? 0) >= throughput) return latestAtMs;
        await sleep(20);
      }
      return undefined;
    },
    close: () => ending.abort(),
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
