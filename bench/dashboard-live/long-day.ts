import type { Page } from "playwright-core";
import { NOW_MS } from "../../packages/dashboard/test/fixtures/clock.ts";
import type { DashboardServer } from "../../packages/dashboard/test/support/dashboard-server.ts";
import type { CostReader, PageCost } from "./page-cost.ts";

const TICK_MS = 1_000;
const TOGETHER = 20;

/** What a day of live figures and a thousand changes of page leave behind. */
export interface LongDay {
  readonly before: PageCost;
  readonly after: PageCost;
  readonly detachedNodes: number;
  /** Script of one tick, over all of them. */
  readonly tickScriptMs: number;
}

/**
 * Ticks of a day as fast as the page takes them, with changes of page spread among them.
 *
 * @param ticks one a simulated second
 * @param changes from page to page by its links
 */
export async function liveThroughADay(
  server: DashboardServer,
  page: Page,
  costs: CostReader,
  {
    ticks,
    changes,
    paths,
  }: { readonly ticks: number; readonly changes: number; readonly paths: readonly string[] },
  tell: (line: string) => void,
): Promise<LongDay> {
  // All pages once, and some ticks: what is made when it is first needed is no growth.
  for (const path of [...paths, ...paths, "/"]) await goTo(page, path);
  await sendTicks(server, page, 0, 200);
  const before = await costs.read(true);
  const every = Math.max(1, Math.floor(ticks / changes));
  let tickScriptMs = 0;
  for (let sent = 0, change = 0; sent < ticks; sent += every, change += 1) {
    const began = await costs.read(false);
    await sendTicks(server, page, 200 + sent, every);
    tickScriptMs += (await costs.read(false)).scriptMs - began.scriptMs;
    await goTo(page, paths[change % paths.length] ?? "/");
    await goTo(page, "/");
    if (change % 100 === 99)
      tell(`${change + 1} of ${changes} changes of page, ${sent + every} ticks`);
  }
  const after = await costs.read(true);
  return {
    before,
    after,
    detachedNodes: await costs.detachedNodes(),
    tickScriptMs: tickScriptMs / ticks,
  };
}

/** Sends ticks, some at a time, and waits until the page has taken them: what comes within a frame is drawn once. */
export async function sendTicks(
  server: DashboardServer,
  page: Page,
  from: number,
  count: number,
  together: number = TOGETHER,
): Promise<void> {
  for (let sent = 0; sent < count; sent += together) {
    for (let number = sent; number < Math.min(count, sent + together); number += 1)
      server.tell(tickAt(from + number));
    await page.evaluate(
      "new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))",
    );
  }
}

function tickAt(second: number) {
  const swing = Math.sin(second / 37);
  return {
    kind: "tick",
    at: new Date(NOW_MS + second * TICK_MS).toISOString(),
    figures: {
      latency: 40 + 12 * swing,
      throughput: 310 + 60 * swing,
      errors: 0.0004 + 0.0003 * swing,
      cache: 0.984 + 0.01 * swing,
      database: 4 + swing,
      cpu: 0.31 + 0.1 * swing,
    },
  } as const;
}

async function goTo(page: Page, path: string): Promise<void> {
  await page.locator(`nav a[href^="${path}"]`).first().click();
  await page.waitForFunction(
    `location.pathname === ${JSON.stringify(path)} && document.querySelector("main h1") !== null`,
  );
}
