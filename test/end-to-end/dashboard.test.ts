import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { axeViolations } from "../support/axe.ts";
import { startChromium } from "../support/chromium.ts";
import { keepScreenshot } from "../support/screenshots.ts";
import { makeDataFolder, type RunningStreamGate, startStreamGate } from "../support/streamgate.ts";
import { startWatchedMedia, type WatchedMedia } from "../support/watched-media.ts";
import { startWatchedService, type WatchedService } from "../support/watched-service.ts";

const TOKEN = "test-token-of-the-watched-service";
const PATIENCE_MS = 90_000;
const data = makeDataFolder();

let media: WatchedMedia;
let service: WatchedService;
let streamgate: RunningStreamGate;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let url = "";
const complaints: string[] = [];

beforeAll(async () => {
  [media, service, browser] = await Promise.all([
    startWatchedMedia(60),
    startWatchedService(TOKEN),
    startChromium(),
  ]);
  const file = join(data.path, "streamgate.watch.json");
  await writeFile(
    file,
    JSON.stringify({
      targets: [
        { url: media.apiUrl, token: media.agentToken, name: "media" },
        { url: service.agentUrl, token: TOKEN, name: "shop" },
      ],
      databases: [{ name: "main", url: media.databaseUrl, intervalMs: 2_000, adviseEveryMs: 0 }],
    }),
  );
  streamgate = startStreamGate([
    ...["serve", "--open", "--port", "0", "--file", file, "--data", data.path],
  ]);
  await streamgate.untilSaid(/http:\/\/127\.0\.0\.1:\d+/);
  url = /http:\/\/127\.0\.0\.1:\d+/.exec(streamgate.said())?.[0] ?? "";
  context = await browser.newContext({ viewport: { width: 1_280, height: 900 } });
  page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
}, 120_000);

afterAll(async () => {
  await browser.close();
  streamgate.child.kill("SIGINT");
  await streamgate.ended;
  await Promise.all([media.stop(), service.stop()]);
  await data.remove();
}, 60_000);

/** Opens a dialogue, agrees, and waits until it has closed. */
async function act(
  label: string,
  fill?: (dialog: ReturnType<Page["locator"]>) => Promise<unknown>,
): Promise<void> {
  await page.getByRole("button", { name: label, exact: true }).first().click();
  const dialog = page.locator("dialog[open]");
  await fill?.(dialog);
  await dialog.getByRole("button", { name: label, exact: true }).click();
  await dialog.waitFor({ state: "hidden" });
}

describe("the dashboard of a running StreamGate", () => {
  test("leads from the verdict to the cause, its proof, the fix, what production says, and back", async () => {
    await page.goto(`${url}/status`);
    await act("Look now");
    await page.goto(`${url}/recommendations`);
    await page
      .getByRole("link", { name: /An index on/ })
      .first()
      .waitFor();
    await keepScreenshot(page, "recommendations");

    await page.goto(`${url}/?from=-15m`);
    await page
      .getByRole("link", { name: /An index on/ })
      .first()
      .waitFor();
    await keepScreenshot(page, "now");
    await page
      .getByRole("link", { name: /An index on/ })
      .first()
      .click();
    await page.getByRole("heading", { name: "The fix" }).waitFor();

    await act("Prove");
    await page.getByRole("heading", { name: "The proof" }).waitFor();
    await page
      .locator(".tag", { hasText: /^proven$/ })
      .first()
      .waitFor();
    await keepScreenshot(page, "proof");

    await act("Apply", (dialog) => dialog.locator("select[name=watchMs]").selectOption("30000"));
    await page
      .getByRole("heading", { name: "What production showed" })
      .waitFor({ timeout: 150_000 });
    await keepScreenshot(page, "verified");

    await act("Take back");
    await page
      .locator(".tag", { hasText: /^reverted$/ })
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
  }, 420_000);

  test("shows an alert that fires, lets somebody take care of it, and shows that it is over", async () => {
    await service.fail();
    await page.goto(`${url}/alerts`);
    await page.getByText("firing", { exact: true }).first().waitFor();
    await keepScreenshot(page, "alerts");
    await page.goto(`${url}/incidents?service=shop`);
    await page.getByRole("table").getByRole("link").first().click();
    await page.getByRole("heading", { name: "What may have caused it" }).waitFor();
    await act("Acknowledge");
    await page.getByText("takes care of it").first().waitFor();
    await keepScreenshot(page, "incident");
    await service.mend();
    await act("Resolve");
    await page
      .locator(".tag", { hasText: /^resolved$/ })
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
  }, 240_000);

  test("has no page that axe objects to, light or dark, narrow or wide", async () => {
    const paths = [
      "/",
      "/recommendations",
      "/routes",
      "/queries",
      "/indexes",
      "/cache",
      "/resources",
      "/incidents",
      "/alerts",
      "/analytics",
      "/status",
    ];
    const found: string[] = [];
    for (const width of [375, 1_280]) {
      await page.setViewportSize({ width, height: 900 });
      for (const path of paths) {
        await page.goto(`${url}${path}`);
        await page.locator("main h1").waitFor();
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          for (const one of await axeViolations(page))
            found.push(`${path}, ${colorScheme}, ${width}: ${one}`);
        }
        const overflow = await page.evaluate<number>(
          "document.documentElement.scrollWidth - innerWidth",
        );
        if (overflow > 0) found.push(`${path}, ${width}: ${overflow} px wider than the window`);
      }
    }
    expect(found).toEqual([]);
  }, 240_000);
});
