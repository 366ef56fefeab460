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
