import type { Browser } from "playwright-core";

/** What a visitor of a page goes through at its first load. */
export interface FirstLoad {
  readonly fcpMs: number;
  readonly lcpMs: number;
  readonly layoutShift: number;
  readonly blockingMs: number;
}

/** Lighthouse's slow 4G: the 85th percentile of 4G networks, a round trip of 150 ms, 1.6 Mbit/s down and 750 kbit/s up. */
const SLOW_4G = {
  offline: false,
  latency: 150,
  downloadThroughput: (1.6 * 1_024 * 1_024) / 8,
  uploadThroughput: (750 * 1_024) / 8,
} as const;
const CPU_SLOWDOWN = 4;
const WATCHED_MS = 4_000;

/** Watches from the first moment of the document on. */
const OBSERVER = `
globalThis.seen = { fcpMs: 0, lcpMs: 0, layoutShift: 0, blockingMs: 0 };
new PerformanceObserver((list) => {
  for (const entry of list.getEntriesByName("first-contentful-paint")) seen.fcpMs = entry.startTime;
}).observe({ type: "paint", buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) seen.lcpMs = entry.startTime;
}).observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.layoutShift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) seen.blockingMs += Math.max(0, entry.duration - 50);
}).observe({ type: "longtask", buffered: true });
`;

/** Loads a page once with empty caches, on a slow network and a slow processor. */
export async function loadPage(browser: Browser, url: string): Promise<FirstLoad> {
  const context = await browser.newContext({
    viewport: { width: 412, height: 823 },
    deviceScaleFactor: 1.75,
    serviceWorkers: "block",
  });
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", SLOW_4G);
    await session.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
    await page.addInitScript(OBSERVER);
    await page.goto(url, { waitUntil: "load" });
    await page.waitForTimeout(WATCHED_MS);
    return await page.evaluate<FirstLoad>("seen");
  } finally {
    await context.close();
  }
}
