import { closeSync, openSync } from "node:fs";
import { EXIT_CODES } from "./exit-codes.ts";

/** Thrown where a person ended the command. */
class Interrupted extends Error {
  constructor(signalName: string) {
    super(`stopped by ${signalName}`);
    this.name = "Interrupted";
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** A terminal and npm may both pass on the same key: what comes so soon is no second wish. */
const SAME_WISH_MS = 800;

/**
 * The first signal asks every step to clean up and end; the second ends the process at once, and
 * the servers that it started end with it.
 */
export function listenForInterruption(onFirst: () => void): AbortSignal {
  const controller = new AbortController();
  let firstMs = Number.NaN;
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (name === "SIGHUP" && isOrderToReload()) return;
      if (!controller.signal.aborted) {
        firstMs = performance.now();
        onFirst();
        controller.abort(new Interrupted(name));
      } else if (performance.now() - firstMs > SAME_WISH_MS) {
        process.exit(EXIT_CODES.interrupted);
      }
    });
  }
  return controller.signal;
}

/** `streamgate watch` listens for it, too, and reads its file again: unless the terminal has really gone. */
function isOrderToReload(): boolean {
  return process.listenerCount("SIGHUP") > 1 && !(process.stdin.isTTY && !hasTerminal());
}

/** A process whose terminal was closed has none any more (tty(4)). */
function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
