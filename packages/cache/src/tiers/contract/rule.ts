import { systemClock } from "@streamgate/core";
import type { Stage, TierContractCase } from "./contract-case.ts";

/** Makes a rule of a sentence and its proof. */
export function rule(name: string, prove: (stage: Stage) => Promise<void>): TierContractCase {
  return {
    name,
    run: async (makeTier) => {
      const tier = await makeTier();
      const [first, second] = tier.views;
      try {
        await prove({
          first,
          second,
          advance: (ms) => tier.advance?.(ms) ?? systemClock.sleep(ms),
          forgetEpochs: tier.forgetEpochs?.bind(tier),
        });
      } finally {
        await tier.dispose();
      }
    },
  };
}
