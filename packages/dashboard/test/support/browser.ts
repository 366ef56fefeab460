import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Debian's Chromium, or another that is named. */
const EXECUTABLE = process.env.STREAMGATE_TEST_CHROMIUM ?? "/usr/bin/chromium";

/** A browser without a window. As root it needs to do without its sandbox. */
export async function startBrowser(): Promise<Browser> {
  if (!existsSync(EXECUTABLE))
    throw new Error(
      `no Chromium at ${EXECUTABLE}: install chromium, or name one in STREAMGATE_TEST_CHROMIUM`,
    );
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath: EXECUTABLE, args });
}
