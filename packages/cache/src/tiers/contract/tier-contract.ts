import { CLAIM_RULES } from "./claim-rules.ts";
import { CLOSING_RULES } from "./closing-rules.ts";
import { CONCURRENCY_RULES } from "./concurrency-rules.ts";
import type { TierContractCase } from "./contract-case.ts";
import { INTERLEAVING_RULES } from "./interleaving-rules.ts";
import { INVALIDATION_RULES } from "./invalidation-rules.ts";
import { LIFETIME_RULES } from "./lifetime-rules.ts";
import { READING_RULES } from "./reading-rules.ts";
import { ROUND_TRIP_RULES } from "./round-trip-rules.ts";
import { STAMP_RULES } from "./stamp-rules.ts";

/**
 * What every shared tier promises, as rules that any test runner can run. They need two views of one empty storage a
 * rule, and reject with an AssertionError where a rule is broken. Most take milliseconds; some wait up to
 * 2 s where the tier under test cannot make time pass.
 *
 * @example
 * ```ts
 * import { tierContract, type TierUnderTest } from "@streamgate/cache/contract";
 * declare const makeTier: () => Promise<TierUnderTest>;
 * declare const test: (name: string, run: () => Promise<void>) => void;
 * for (const rule of tierContract) test(rule.name, () => rule.run(makeTier));
 * ```
 */
export const tierContract: readonly TierContractCase[] = [
  ...ROUND_TRIP_RULES,
  ...READING_RULES,
  ...LIFETIME_RULES,
  ...STAMP_RULES,
  ...INTERLEAVING_RULES,
  ...INVALIDATION_RULES,
  ...CLAIM_RULES,
  ...CONCURRENCY_RULES,
  ...CLOSING_RULES,
];
