import { Session } from "node:inspector";
import type { Clock } from "@streamgate/core";
import { showJsonCalls } from "./show-json-calls.ts";
import { type TimedStack, timedStacks } from "./timed-stacks.ts";

/** A profile being taken. */
export interface ThreadProfiling {
  readonly startedAtMs: number;
  /** Ends it and gives what the thread did. */
  finish(): Promise<readonly TimedStack[]>;
  /** Ends it without looking. */
  abandon(): void;
}

/** Starts a CPU profile of the main thread, with a sample every `intervalMs`. */
export function profileThread(clock: Clock, intervalMs: number): ThreadProfiling {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.setSamplingInterval", { interval: Math.round(intervalMs * 1000) });
  const hideJsonCalls = showJsonCalls();
  session.post("Profiler.start");
  const startedAtMs = clock.monotonicMs();
  const end = (): void => {
    hideJsonCalls();
    session.post("Profiler.disable");
    session.disconnect();
  };
  return {
    startedAtMs,
    finish: () =>
      new Promise((resolve) => {
        session.post("Profiler.stop", (error, answer) => {
          end();
          resolve(error === null ? timedStacks(answer.profile, startedAtMs) : []);
        });
      }),
    abandon: end,
  };
}
