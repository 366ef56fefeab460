import type { CDPSession, Page } from "playwright-core";

/** What a page has used, by Chromium's own counters. */
export interface PageCost {
  readonly scriptMs: number;
  readonly heapBytes: number;
  readonly nodes: number;
  readonly listeners: number;
}

export interface CostReader {
  /** @param collects whether the garbage is collected first */
  read(collects: boolean): Promise<PageCost>;
  /** Elements that are in no document any more and cannot be collected. */
  detachedNodes(): Promise<number>;
}

export async function readCosts(page: Page): Promise<CostReader> {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  await session.send("HeapProfiler.enable");
  await session.send("DOM.enable");
  const collect = async (): Promise<void> => {
    for (let time = 0; time < 3; time += 1) await session.send("HeapProfiler.collectGarbage");
  };
  return {
    read: async (collects) => {
      if (collects) await collect();
      const { metrics } = await session.send("Performance.getMetrics");
      const of = (name: string): number =>
        metrics.find((metric) => metric.name === name)?.value ?? 0;
      const counters = await session.send("Memory.getDOMCounters");
      return {
        scriptMs: of("ScriptDuration") * 1_000,
        heapBytes: of("JSHeapUsedSize"),
        nodes: counters.nodes,
        listeners: counters.jsEventListeners,
      };
    },
    detachedNodes: async () => {
      await collect();
      const { detachedNodes } = await session.send("DOM.getDetachedDomNodes");
      return detachedNodes.length;
    },
  };
}
