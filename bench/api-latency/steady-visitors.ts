/** Visitors of the bench's own, so that it is known when the first of them came. */
export interface SteadyVisitors {
  readonly firstAtMs: number;
  readonly end: () => Promise<void>;
}

/** Asks an address so often, whether it answers quickly or not. */
export function sendSteadily(url: string, requestsASecond: number): SteadyVisitors {
  const underWay = new Set<Promise<unknown>>();
  const ask = (): void => {
    const asked = fetch(url)
      .then((response) => response.arrayBuffer())
      .catch(() => undefined)
      .finally(() => underWay.delete(asked));
    underWay.add(asked);
  };
  const firstAtMs = performance.now();
  let sent = 0;
  const keepUp = (): void => {
    const due = 1 + ((performance.now() - firstAtMs) * requestsASecond) / 1_000;
    for (; sent < due; sent += 1) ask();
  };
  keepUp();
  const timer = setInterval(keepUp, 1_000 / requestsASecond);
  return {
    firstAtMs,
    end: async () => {
      clearInterval(timer);
      await Promise.all(underWay);
    },
  };
}
