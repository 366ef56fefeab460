import type { NowView } from "@streamgate/contract";
import axe from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { NOW_MS } from "../fixtures/clock.ts";
import { nowFixture } from "../fixtures/now.ts";
import { startBrowser } from "../support/browser.ts";
import { type DashboardServer, startDashboardServer } from "../support/dashboard-server.ts";
import { fixtureApi } from "../support/fixture-api.ts";

let browser: Browser;
let server: DashboardServer;
let context: BrowserContext | undefined;
let now: NowView = nowFixture;
let isSignedIn = true;

beforeAll(async () => {
  browser = await startBrowser();
  server = await startDashboardServer({
    api: fixtureApi({
      getNow: () => now,
      listRecommendations: () => ({ items: [], next: null, total: 0, states: {} }),
    }),
    isSignedIn: () => isSignedIn,
  });
});

afterEach(async () => {
  await context?.close();
  now = nowFixture;
  isSignedIn = true;
  server.setGone(false);
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

/** Opens a page of the dashboard. Whatever its policy forbids and whatever fails in it fails the test. */
async function open(
  path = "/",
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<{ readonly page: Page; readonly complaints: readonly string[] }> {
  context = await browser.newContext({ serviceWorkers: "block", ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.goto(server.url + path);
  return { page, complaints };
}

async function isAlive(page: Page): Promise<void> {
  await page.locator(".live-word", { hasText: "Live" }).waitFor();
}

describe("the first screen", () => {
  test.each([
    ["light", 375],
    ["light", 1280],
    ["dark", 375],
    ["dark", 1280],
  ] as const)(
    "has nothing for axe to complain of, in %s at %d px, and nothing wider than it",
    async (colorScheme, width) => {
      const { page, complaints } = await open("/", {
        colorScheme,
        viewport: { width, height: 900 },
      });
      await isAlive(page);
      // The page's policy lets no script in that the server did not send: the inspector comes from outside it.
      const violations = await page.evaluate(
        `${axe.source}; axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")))`,
      );
      expect(violations).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(
        width,
      );
      expect(complaints).toEqual([]);
    },
  );

  test("is whole without a program", async () => {
    const { page } = await open("/", { javaScriptEnabled: false });
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(
      nowFixture.verdict.sentence,
    );
    expect(await page.locator("main svg").count()).toBe(6);
    expect(await page.getByRole("button", { name: "Search" }).isVisible()).toBe(false);
    expect(await page.getByRole("button", { name: "Show" }).isVisible()).toBe(true);
  });

  test("does not move when the program takes over", async () => {
    const { page } = await open("/");
    await isAlive(page);
    const shift = await page.evaluate(
      "new Promise((resolve) => { let sum = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; }).observe({ type: 'layout-shift', buffered: true }); setTimeout(() => resolve(sum), 300); })",
    );
    expect(shift).toBe(0);
  });

  test("follows ticks, and reads itself again when something changed", async () => {
    const { page } = await open("/");
    await isAlive(page);
    server.tell({
      kind: "tick",
      at: new Date(NOW_MS + 1_000).toISOString(),
      figures: { latency: 87 },
    });
    await page.getByText("87 ms").waitFor();
    expect(await page.locator(".now-figure.is-missed").count()).toBe(0);
    now = { ...nowFixture, verdict: { state: "well", sentence: "media is well.", cause: null } };
    server.tell({ kind: "changed", topics: ["alerts"] });
    await page.getByRole("heading", { name: "media is well." }).waitFor();
  });

  test("rests while it is paused", async () => {
    const { page } = await open("/?live=off");
    await page.locator(".live-word", { hasText: "Paused" }).waitFor();
    await page.getByRole("link", { name: "Resume" }).click();
    await isAlive(page);
    expect(page.url()).toBe(`${server.url}/`);
    await page.getByRole("link", { name: "Pause" }).click();
    await page.locator(".live-word", { hasText: "Paused" }).waitFor();
    await expect.poll(() => server.listeners).toBe(0);
  });

  test("keeps what it shows when the server is gone, says so, and recovers by itself", async () => {
    const { page } = await open("/");
    await isAlive(page);
    server.setGone(true);
    await page.getByRole("button", { name: "Reload" }).click();
    await page.getByText("StreamGate cannot be reached.").waitFor();
    expect(await page.locator("main svg").count()).toBe(6);
    await page.locator(".live-word", { hasText: "No connection" }).waitFor();
    server.setGone(false);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("StreamGate cannot be reached.").waitFor({ state: "detached" });
    await isAlive(page);
  });

  test("leads to signing in when the session is over", async () => {
    const { page } = await open("/");
    await isAlive(page);
    isSignedIn = false;
    await page.getByRole("button", { name: "Reload" }).click();
    await page.waitForURL(`${server.url}/sign-in`);
  });
});

describe("the shell", () => {
  test("is used by the keyboard alone: skip, range, pages, search, back", async () => {
    const { page, complaints } = await open("/");
    await isAlive(page);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the page");
    await page.keyboard.press("Enter");
    await page.getByLabel("Time range").first().focus();
    await page.getByRole("combobox", { name: "Time range" }).selectOption("-6h");
    await page.waitForURL("**/?from=-6h");
    await expect.poll(() => server.requests).toContain("GET /api/v1/now?from=-6h");
    await page.evaluate("document.activeElement.blur()");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search pages" }).waitFor();
    await page.keyboard.type("recomm");
    await page.getByRole("option", { name: "Recommendations" }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL("**/recommendations?from=-6h");
    await page.getByRole("heading", { level: 1, name: "Recommendations" }).waitFor();
    await expect.poll(() => page.evaluate("document.activeElement.id")).toBe("main");
    expect(await page.title()).toContain("Recommendations");
    await page.goBack();
    await page.getByRole("heading", { name: nowFixture.verdict.sentence }).waitFor();
    await page.evaluate("document.activeElement.blur()");
    await page.keyboard.press("?");
    await page.getByRole("heading", { name: "Keys" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "Keys" }).waitFor({ state: "detached" });
    expect(complaints).toEqual([]);
  });

  test("remembers the theme that was chosen, and the browser's time zone", async () => {
    const { page } = await open("/", { timezoneId: "Asia/Kolkata" });
    await isAlive(page);
    await page.getByText("19:33").first().waitFor();
    await page.getByRole("button", { name: "Theme" }).click();
    await page.getByRole("button", { name: "Theme" }).click();
    await page.reload();
    expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
    expect(await page.getByText("19:33").count()).toBeGreaterThan(0);
  });
});

describe("without a connection", () => {
  test("the last page that was seen is there, and says of when it is", async () => {
    const { page } = await open("/", { serviceWorkers: "allow" });
    await isAlive(page);
    await page.evaluate("navigator.serviceWorker.ready.then(() => undefined)");
    await page.reload();
    await isAlive(page);
    await page.evaluate("navigator.serviceWorker.ready.then(() => caches.has('streamgate-seen'))");
    server.setGone(true);
    await page.reload();
    await page.getByRole("heading", { name: nowFixture.verdict.sentence }).waitFor();
    await page.getByRole("button", { name: "Reload" }).click();
    await page.getByText(/^Offline\.|cannot be reached/).waitFor();
  });

  test("nothing is kept of whoever signed out", async () => {
    const { page } = await open("/", { serviceWorkers: "allow" });
    await isAlive(page);
    await page.evaluate("navigator.serviceWorker.ready.then(() => undefined)");
    await page.reload();
    await isAlive(page);
    await expect.poll(() => page.evaluate("caches.has('streamgate-seen')")).toBe(true);
    isSignedIn = false;
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(`${server.url}/sign-in`);
    expect(await page.evaluate("caches.has('streamgate-seen')")).toBe(false);
  });
});

test("a new version is offered, and taken when somebody wants it", async () => {
  const { page } = await open("/", { serviceWorkers: "allow" });
  await isAlive(page);
  await page.evaluate("navigator.serviceWorker.ready.then(() => undefined)");
  await page.reload();
  await isAlive(page);
  server.setBuild("another");
  await page.evaluate(
    "navigator.serviceWorker.ready.then((it) => it.update()).then(() => undefined)",
  );
  await page.getByText("A new version is here.").waitFor();
  const reloaded = page.waitForEvent("load");
  await page.getByRole("status").getByRole("button", { name: "Reload" }).click();
  await reloaded;
  server.setBuild("");
});
