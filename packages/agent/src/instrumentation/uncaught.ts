import type { FailureBook } from "@streamgate/telemetry";
import type { Instrument } from "./watch.ts";

/** Groups what nobody caught. The monitor sees it first and changes nothing of what follows. */
export function watchUncaught(failures: FailureBook): Instrument {
  const onUncaught = (error: unknown): void => failures.record(error);
  process.on("uncaughtExceptionMonitor", onUncaught);
  return { stop: () => void process.off("uncaughtExceptionMonitor", onUncaught) };
}
