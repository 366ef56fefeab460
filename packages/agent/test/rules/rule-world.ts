import type { RuleContext } from "../../src/rules/rule.ts";
import type { Collection, Observation } from "../../src/samplers/observation.ts";
import { RecordedObservations } from "../../src/samplers/recorded-observations.ts";
import { type ManualClock, manualClock } from "../samplers/manual-clock.ts";

/** What a rule stands on, in a world whose clock and readings the test decides. */
export interface RuleWorld extends RuleContext {
  readonly clock: ManualClock;
  readonly observations: RecordedObservations;
  readonly costs: Map<string, number>;
  observe(parts: Omit<Partial<Observation>, "atMs" | "takenAtMs">): void;
  collect(parts: Partial<Collection>): void;
}

export function ruleWorld(): RuleWorld {
  const clock = manualClock();
  const costs = new Map<string, number>();
  const observations = new RecordedObservations((thrown) => {
    throw thrown;
  });
  return {
    clock,
    observations,
    costs,
    service: "media",
    instance: "one",
    addCost: (part, costMs) => void costs.set(part, (costs.get(part) ?? 0) + costMs),
    observe: (parts) =>
      observations.addObservation({
        atMs: clock.monotonicMs(),
        takenAtMs: clock.now().getTime(),
        ...parts,
      }),
    collect: (parts) =>
      observations.addCollection({
        atMs: clock.monotonicMs(),
        kind: "major",
        pauseMs: 2,
        isForced: false,
        heapUsedBeforeBytes: 0,
        heapUsedAfterBytes: 0,
        externalAfterBytes: 0,
        promotedBytes: 0,
        ...parts,
      }),
  };
}
