import { type Browser, chromium } from "playwright-core";
import { installOnce, mayInstall, onPath } from "./debian-package.ts";

/**
 * Chromium: `STREAMGATE_TEST_CHROMIUM`, or from the PATH; as root on Debian it is installed where it is missing.
 *
 * @throws an error of one line that says what to install
 */
export async function findChromium(): Promise<string> {
  const given = process.env.STREAMGATE_TEST_CHROMIUM;
  if (given !== undefined) return given;
  const found = await onPath("chromium");
  if (found !== undefined) return found;
  if (!(await mayInstall())) throw missing("it is not there");
  await installOnce("chromium", ["chromium"]).catch((cause: unknown) => {
    throw missing("apt-get could not install it", cause);
  });
  const installed = await onPath("chromium");
  if (installed === undefined) throw missing("apt-get could not install it");
  return installed;
}

/** Starts Chromium without a window; it asks nobody on the internet for anything. */
export async function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: await findChromium(),
    args: [
      "--no-sandbox",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
}

function missing(happened: string, cause?: unknown): Error {
  return new Error(
    `Tests need Chromium and ${happened}: install the package chromium, or set STREAMGATE_TEST_CHROMIUM to the program.`,
    { cause },
  );
}
