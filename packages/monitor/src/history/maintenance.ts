import type { HistoryDatabase } from "./database.ts";
import type { ResolvedHistoryOptions } from "./options.ts";
import { dropBeyondLimit, dropExpired, makePartitionsAhead } from "./retention.ts";
import { rollUpTiers } from "./roll-tiers.ts";
import { sealDueWindows } from "./seal.ts";
import { createTrustedNow } from "./trusted-now.ts";

/** What keeps the history in shape beside writing and reading. */
export interface Maintenance {
  /** What all tables of the history took when they were last measured. */
  readonly bytes: number;
  /** Runs at each interval from now on. */
  begin(): void;
  /** Runs now, behind a run that is under way. */
  run(): Promise<void>;
  end(): Promise<void>;
}

export function createMaintenance(
  database: HistoryDatabase,
  options: ResolvedHistoryOptions,
): Maintenance {
  const { tiers, limitBytes, maintenanceIntervalMs, onProblem, clock } = options;
  const trustedNow = createTrustedNow(clock);
  const ending = new AbortController();
  let bytes = 0;
  let tail: Promise<void> = Promise.resolve();
  let loop: Promise<void> = Promise.resolve();

  const runOnce = async (): Promise<void> => {
    const nowMs = trustedNow();
    const isMaintainer =
      (await makePartitionsAhead(database, tiers, nowMs)) &&
      (await sealDueWindows(database, tiers, nowMs)) &&
      (await rollUpTiers(database, tiers, nowMs));
    if (isMaintainer) await dropExpired(database, tiers, nowMs);
    bytes = await dropBeyondLimit(database, tiers, limitBytes, nowMs);
  };
  const run = (): Promise<void> => {
    tail = tail.catch(() => undefined).then(runOnce);
    return tail;
  };
  const runAtIntervals = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      await run().catch(onProblem);
      await clock.sleep(maintenanceIntervalMs, ending.signal).catch(() => undefined);
    }
  };

  return {
    get bytes() {
      return bytes;
    },
    run,
    begin() {
      if (Number.isFinite(maintenanceIntervalMs)) loop = runAtIntervals();
    },
    async end() {
      ending.abort();
      await Promise.allSettled([loop, tail]);
    },
  };
}
