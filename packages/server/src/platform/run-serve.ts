import { messageOf } from "@streamgate/core";
import type { CommandCall } from "../command-line/command.ts";
import { readVersion } from "../command-line/version.ts";
import { listenForHangups } from "../watching/hangups.ts";
import { DEFAULT_WATCH_FILE } from "../watching/watch-file.ts";
import { servePlatform } from "../web/serve-platform.ts";
import { Cleanup } from "./cleanup.ts";
import { openPlatform } from "./open-platform.ts";
import type { Platform } from "./platform.ts";
import { readPlatformConfiguration } from "./read-platform-configuration.ts";

/** Serves until it is stopped. */
export async function runServe({ settings, folder, terminal, signal }: CommandCall): Promise<void> {
  const path = settings.text("file") ?? DEFAULT_WATCH_FILE;
  const flags = {
    host: settings.text("host"),
    port: settings.count("port", 0),
    isOpen: settings.isOn("open"),
  };
  const cleanup = new Cleanup();
  try {
    const hangups = listenForHangups(cleanup);
    const platform = await openPlatform({
      readConfiguration: () => readPlatformConfiguration(path, process.env, flags),
      version: await readVersion(),
      folder,
      storeUrl: settings.text("store"),
      log: (line) => terminal.tell(line),
    });
    cleanup.add(() => platform.stop());
    signal.throwIfAborted();
    const served = await servePlatform(platform);
    cleanup.add(() => served.close());
    terminal.tell(`StreamGate is served at ${served.url}`);
    hangups.answer(async () => terminal.tell(await reloadInWords(platform)));
    await untilAborted(signal);
  } finally {
    await cleanup.run();
  }
}

/** A file that is wrong changes nothing: what was watched is watched on. */
async function reloadInWords(platform: Platform): Promise<string> {
  try {
    const { outcome, waiting } = await platform.reload();
    if (waiting.length > 0)
      return `The file was read again; from the next start: ${waiting.join(", ")}.`;
    return outcome === "reloaded"
      ? "The file was read again."
      : "The file says what it said before.";
  } catch (error) {
    return `The file was not taken, and nothing changed. ${messageOf(error)}`;
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
