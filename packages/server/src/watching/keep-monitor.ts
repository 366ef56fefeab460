import { messageOf, systemClock } from "@streamgate/core";
import type { Monitor } from "@streamgate/monitor";
import type { StoreServer } from "../store/open-store.ts";
import type { TellWatchEvent } from "./watch-events.ts";

/** A monitor that goes on where its store goes. */
export interface KeptMonitor {
  /** The one of the moment. */
  readonly now: Monitor;
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 1_000;

/**
 * Opens a monitor on the store and keeps one there. An embedded server ends with the process that
 * started it, and comes up again on another port: then another monitor goes on, with the alerts and
 * rules' states that were saved (each 15 s). What was seen in the seconds between is not in the history.
 */
export async function keepMonitor(
  server: StoreServer,
  open: (database: string) => Promise<Monitor>,
  tell: TellWatchEvent,
): Promise<KeptMonitor> {
  let database = await server.locate();
  let monitor = await open(database);
  let isEnding = false;
  const leaving = new Set<Promise<void>>();

  const leave = (old: Monitor): Promise<void> => {
    const left = old
      .stop()
      .catch((error: unknown) =>
        tell({ kind: "problem", part: "monitor", reason: messageOf(error) }),
      )
      .finally(() => leaving.delete(left));
    leaving.add(left);
    return left;
  };
  const goOnElsewhere = async (): Promise<void> => {
    const old = monitor;
    tell({ kind: "store lost" });
    // A server that stops waits for its last connection; one that died is not worth waiting for.
    const left = leave(old);
    if (await server.isStopping()) await left;
    for (let attempt = 1; !isEnding; attempt += 1) {
      try {
        database = await server.locate();
        monitor = await open(database);
        tell({ kind: "store found" });
        return;
      } catch (error) {
        if (attempt === 1) tell({ kind: "problem", part: "store", reason: messageOf(error) });
        await systemClock.sleep(LOOK_EVERY_MS);
      }
    }
  };
  const look = async (): Promise<void> => {
    if (await server.isStopping()) return goOnElsewhere();
    if ((await server.locate()) !== database) await goOnElsewhere();
  };

  let looking: Promise<void> = Promise.resolve();
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking || isEnding) return;
    isLooking = true;
    looking = look()
      .catch((error: unknown) => tell({ kind: "problem", part: "store", reason: messageOf(error) }))
      .finally(() => {
        isLooking = false;
      });
  }, LOOK_EVERY_MS);

  return {
    get now() {
      return monitor;
    },
    stop: async () => {
      isEnding = true;
      clearInterval(timer);
      await looking;
      await leave(monitor);
      await Promise.all(leaving);
    },
  };
}
