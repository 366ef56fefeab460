import type { SharedTier } from "../tier.ts";

/** One rule that every shared tier keeps, and the proof that a tier does. */
export interface TierContractCase {
  /** The rule, as a sentence. */
  readonly name: string;
  /**
   * Resolves if the tier keeps the rule, rejects with an AssertionError of `node:assert` if not. It calls `makeTier`
   * once, and `dispose` of what that made at the end.
   */
  run(makeTier: () => Promise<TierUnderTest>): Promise<void>;
}

/** A storage of this rule's own, nothing in it yet, and what two processes would hold of it. */
export interface TierUnderTest {
  /** At least two tiers on the same storage, on connections of their own. */
  readonly views: readonly [SharedTier, SharedTier, ...SharedTier[]];
  /** Lets `ms` milliseconds pass for the storage. Left out: the suite waits. */
  advance?(ms: number): Promise<void>;
  /** Loses all epochs, as an eviction would. Left out where the storage can lose none. */
  forgetEpochs?(): Promise<void>;
  /** Gives back all that `makeTier` took; the views may be closed already. */
  dispose(): Promise<void>;
}

/** What a rule works with. */
export interface Stage {
  readonly first: SharedTier;
  readonly second: SharedTier;
  readonly advance: (ms: number) => Promise<void>;
  readonly forgetEpochs: (() => Promise<void>) | undefined;
}
