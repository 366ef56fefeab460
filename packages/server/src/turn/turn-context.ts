import type { Finding, Proof } from "@streamgate/core";
import type { RunContext } from "@streamgate/pg-advisor";
import type { Store } from "../store/store.ts";
import type { Stage, TurnEvent, UnstampedEvent } from "./events.ts";
import type { Instruments } from "./instruments.ts";
import type { ResolvedTurnOptions } from "./turn-options.ts";

/** What a turn is given beside its options. Progress becomes events. */
export interface TurnContext extends Omit<RunContext, "onProgress"> {
  readonly instruments: Instruments;
  /** Asks whether this fix may be applied now. */
  readonly confirm: (finding: Finding, proof: Proof | null) => Promise<boolean>;
}

/** A turn under way: what every stage works with. */
export interface Turn {
  readonly options: ResolvedTurnOptions;
  readonly store: Store;
  readonly run: string;
  readonly target: string;
  readonly instruments: Instruments;
  readonly confirm: TurnContext["confirm"];
  /** What the instruments are given; its progress is told as that of the current stage. */
  readonly context: RunContext;
  tell(event: UnstampedEvent): void;
  /** Runs a stage between its two events. */
  stage<T>(stage: Stage, work: () => Promise<T>): Promise<T>;
}

/** Puts a turn together. */
export function beginTurn(
  options: ResolvedTurnOptions,
  store: Store,
  run: string,
  context: TurnContext,
  onEvent: (event: TurnEvent) => void,
): Turn {
  const { clock, random, signal, instruments, confirm } = context;
  let current: Stage = "observe";
  const tell = (event: UnstampedEvent): void =>
    onEvent({ ...event, at: clock.now().toISOString() } as TurnEvent);
  return {
    options,
    store,
    run,
    target: options.targetName,
    instruments,
    confirm,
    tell,
    context: {
      clock,
      random,
      signal,
      onProgress: (progress) => tell({ kind: "progress", stage: current, progress }),
    },
    stage: async (stage, work) => {
      signal.throwIfAborted();
      current = stage;
      const startedMs = clock.monotonicMs();
      tell({ kind: "stage started", stage });
      const result = await work();
      tell({ kind: "stage finished", stage, durationMs: clock.monotonicMs() - startedMs });
      return result;
    },
  };
}
