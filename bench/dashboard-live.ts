// What do live figures, long tables and days of staying open cost a browser?
import { chromium, type Page } from "playwright-core";
import { statementsFixture } from "../packages/dashboard/test/fixtures/queries.ts";
import { startDashboardServer } from "../packages/dashboard/test/support/dashboard-server.ts";
import { everyFixture } from "../packages/dashboard/test/support/every-fixture.ts";
import { fixtureApi } from "../packages/dashboard/test/support/fixture-api.ts";
import { findChromium } from "../test/support/chromium.ts";
import type { Bench, BenchRow } from "./contract.ts";
import { liveThroughADay, sendTicks } from "./dashboard-live/long-day.ts";
import { readCosts } from "./dashboard-live/page-cost.ts";
import { libraryVersions } from "./support/versions.ts";

const DAY_TICKS = 86_400;
const CHANGES = 1_000;
const MEASURED_TICKS = 600;
const ROWS = 100_000;
const MOUNTS = 9;
const PATHS = [
  "/recommendations",
  "/routes",
  "/incidents",
  "/alerts",
  "/analytics",
  "/status",
] as const;
const GOAL = { tickMs: 3, mountMs: 50, rows: 60, heapBytes: 1_048_576 } as const;

export const bench: Bench = {
  async measure(tell) {
    const api = fixtureApi({ ...everyFixture, listQueryStatistics: () => statementsFixture(ROWS) });
    const server = await startDashboardServer({ api });
    const browser = await chromium.launch({
      executablePath: await findChromium(),
      args: ["--no-sandbox", "--disable-quic", "--no-first-run", "--js-flags=--expose-gc"],
    });
    try {
      const context = await browser.newContext({
        viewport: { width: 1_280, height: 900 },
        serviceWorkers: "block",
        bypassCSP: true,
      });
      const page = await context.newPage();
      await page.goto(`${server.url}/`);
      await page.locator(".live-word", { hasText: "Live" }).waitFor();
      const costs = await readCosts(page);
      await sendTicks(server, page, 0, 100);
      const began = await costs.read(false);
      await sendTicks(server, page, 100, MEASURED_TICKS, 1);
      const tickMs = ((await costs.read(false)).scriptMs - began.scriptMs) / MEASURED_TICKS;
      tell(`a tick of six charts: ${tickMs.toFixed(2)} ms of script`);
      const mount = await mountTable(page, server.url);
      tell(
        `a table of ${ROWS} rows: ${mount.mountMs.toFixed(1)} ms, ${mount.rows} rows in the page`,
      );
      await page.goto(`${server.url}/`);
      const day = await liveThroughADay(
        server,
        page,
        costs,
        { ticks: DAY_TICKS, changes: CHANGES, paths: PATHS },
        tell,
      );
      const heapBytes = day.after.heapBytes - day.before.heapBytes;
      const row = (metric: string, unit: string, value: number): BenchRow => ({
        subject: "dashboard",
        metric,
        unit,
        median: value,
        best: value,
        ratio: 1,
      });
      return {
        versions: { ...(await libraryVersions(["preact"])), chromium: browser.version() },
        rows: [
          row("script of a tick of six charts", "ms", tickMs),
          row(`script and layout of mounting ${ROWS} rows`, "ms", mount.mountMs),
          row("rows in the page", "rows", mount.rows),
          row("heap after a day and a thousand changes of page", "bytes more", heapBytes),
          row("nodes after", "nodes more", day.after.nodes - day.before.nodes),
          row("listeners after", "listeners more", day.after.listeners - day.before.listeners),
          row("detached nodes", "nodes", day.detachedNodes),
        ],
        verdict: {
          goal: `≤ ${GOAL.tickMs} ms of script a tick of six charts; ${ROWS} rows mounted in ≤ ${GOAL.mountMs} ms with ≤ ${GOAL.rows} rows in the page; ${DAY_TICKS} ticks and ${CHANGES} changes of page: heap + ≤ 1 MB, no detached nodes`,
          value: `${tickMs.toFixed(2)} ms a tick; ${mount.mountMs.toFixed(1)} ms, ${mount.rows} rows; heap ${heapBytes >= 0 ? "+" : ""}${(heapBytes / 1_048_576).toFixed(2)} MB, ${day.detachedNodes} detached nodes`,
          met:
            tickMs <= GOAL.tickMs &&
            mount.mountMs <= GOAL.mountMs &&
            mount.rows <= GOAL.rows &&
            heapBytes <= GOAL.heapBytes &&
            day.detachedNodes === 0,
        },
      };
    } finally {
      await browser.close();
      await server.close();
    }
  },
};

/** Comes to the table by a link, with its data read before: what is measured is the page's own work. */
async function mountTable(
  page: Page,
  url: string,
): Promise<{ readonly mountMs: number; readonly rows: number }> {
  const times: number[] = [];
  let rows = 0;
  for (let mount = 0; mount < MOUNTS; mount += 1) {
    await page.goto(`${url}/status`);
    await page.locator("main h1").waitFor();
    await page.evaluate(`performance.clearMeasures("streamgate:mount")`);
    await page.locator('nav a[href^="/queries"]').first().click();
    await page.waitForFunction(`performance.getEntriesByName("streamgate:mount").length > 0`);
    times.push(
      await page.evaluate<number>(
        `performance.getEntriesByName("streamgate:mount").at(-1).duration`,
      ),
    );
    rows = await page.locator("main tbody tr:not(.table-spacer)").count();
  }
  times.sort((left, right) => left - right);
  return { mountMs: times[Math.floor(times.length / 2)] ?? Number.NaN, rows };
}
