import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";

/** Where pages are kept as they looked: `STREAMGATE_TEST_SCREENSHOTS`, or `test-results/screenshots`. */
const FOLDER =
  process.env.STREAMGATE_TEST_SCREENSHOTS ??
  fileURLToPath(new URL("../../test-results/screenshots/", import.meta.url));

/** Keeps how a page looks now, for whoever wants to see what a test saw. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
}
