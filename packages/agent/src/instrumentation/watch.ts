import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Clock } from "@streamgate/core";
import type { Counter, CounterSeries, FailureBook, Registry } from "@streamgate/telemetry";
import type { Tracer } from "@streamgate/telemetry/tracing";

/** What every instrument writes to. */
export interface Watch {
  readonly registry: Registry;
  readonly tracer: Tracer | undefined;
  readonly failures: FailureBook | undefined;
  readonly clock: Clock;
  /** Errors of the instrumentation itself, by part: the program must not notice them. */
  readonly ownErrors: Counter<readonly ["part"]>;
}

/** A part of the instrumentation that runs. */
export interface Instrument {
  /** Takes back all that it subscribed to and wrapped. */
  stop(): void;
}

/** The counter of `Watch.ownErrors`. */
export function ownErrorsOf(registry: Registry): Counter<readonly ["part"]> {
  return registry.counter({
    name: "streamgate_instrumentation_errors",
    help: "Errors of the instrumentation itself, by part; the program did not notice them.",
    labelNames: ["part"],
  });
}

/**
 * Listens on a diagnostics channel. What a listener throws would end the process, so it is counted and goes no further.
 *
 * @returns ends it
 */
export function listen<Message>(
  watch: Watch,
  channelName: string,
  onMessage: (message: Message) => void,
): () => void {
  const listener = (message: unknown): void => {
    try {
      onMessage(message as Message);
    } catch {
      watch.ownErrors.with(channelName).add(1);
    }
  };
  subscribe(channelName, listener);
  return () => void unsubscribe(channelName, listener);
}

/** One in so many pieces of work is timed, as the clock costs as much as some of them; a prime, so that no rhythm of theirs is met. */
const TIMED_ONE_IN = 61;

/**
 * What a part of the instrumentation costs, for `streamgate_agent_cpu_seconds`: estimated from one in 61 pieces of its work. What Node.js spends
 * to follow the course of requests is not in it.
 */
export class OwnCost {
  private readonly seconds: CounterSeries;
  private untilTimed = TIMED_ONE_IN;

  constructor({ registry }: Watch, part: string) {
    this.seconds = registry
      .counter({
        name: "streamgate_agent_cpu_seconds",
        help: "Time that parts of the agent held the thread: an upper bound of their CPU time.",
        unit: "seconds",
        labelNames: ["part"],
      })
      .with(part);
  }

  /** A piece of work begins; gives what `end` wants. */
  begin(): number {
    this.untilTimed -= 1;
    if (this.untilTimed > 0) return 0;
    this.untilTimed = TIMED_ONE_IN;
    return performance.now();
  }

  end(begunMs: number): void {
    if (begunMs === 0) return;
    this.seconds.add(((performance.now() - begunMs) * TIMED_ONE_IN) / 1_000);
  }
}
